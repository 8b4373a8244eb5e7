// The kernel's Landlock, by its numbers: Debian 12's header ends at ABI 2, kernels do not.
#pragma once

#include "support/result.h"

#include <string>
#include <vector>

namespace countersign::sandbox::inner {

/// 0 where the kernel has none.
int landlock_abi();

/// From now on this thread and its children read everything they see, write only beneath `writable`, create no device there, and reach
/// no abstract socket and no process outside. Needs no_new_privs. Errors: denied.
Result<> landlock(std::vector<std::string> const& writable);

}
