// What the broker asks of a request before it starts anything: paths inside the workspace, no NUL, sizes that the kernel takes, no variable
// that loads code, and a workspace that is not half the machine.
#pragma once

#include "sandbox/sandbox.h"

#include <string>

namespace countersign::sandbox {

/// Errors: invalid_params, too_large, denied, each naming what was wrong.
Result<> check(Request const& request);

/// The path without links: inside, the workspace has this name. Errors: not_found; denied for what is no project but the system.
Result<std::string> real_workspace(std::string const& workspace);

}
