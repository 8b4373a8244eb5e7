// The commands that a client may execute, by name. One table; what each does is in commands.cpp.
#pragma once

#include <string>
#include <vector>

namespace countersign::session {

/// For initialize: the actions' commands and the ones on runs and proposals.
std::vector<std::string> command_names();

}
