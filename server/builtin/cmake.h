// Adds a new test file to the CMake target that its neighbours are built in.
#pragma once

#include "builtin/framework.h"

namespace countersign::builtin {

/// Adds an edit of a CMakeLists.txt to `scaffold`, or a note why none is needed or possible.
void register_in_cmake(Project const& project, std::string const& test_path, Scaffold& scaffold);

}
