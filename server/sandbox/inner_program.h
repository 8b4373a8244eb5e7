// The inner program's bytes, carried in this one: so there is no second file to install, to find or to replace.
#pragma once

#include "support/fd.h"

#include <string_view>

namespace countersign::sandbox {

/// A static executable for this machine.
std::string_view inner_program();

/// The same as a sealed file in memory, to be executed by descriptor. Errors: io.
Result<support::UniqueFd> inner_program_file();

}
