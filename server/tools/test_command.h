// Which command runs a project's tests, found by the files that each build tool is known by, and what its output says of how they
// ended. Both are tables: a build tool is a row. Any thread.
#pragma once

#include "tools/tool.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace countersign::tools {

struct TestCommand {
    std::vector<std::string> argv;
    std::string directory; ///< relative; empty for the root
    std::vector<std::pair<std::string, std::string>> environment;
    std::vector<std::string> otherwise; ///< instead, where the interpreter of `argv` has no such module; empty: there is nothing else
};

/// Whether `command`, as it is shown, is what `first` would be tried as otherwise: a yes to the one is a yes to the other.
bool is_otherwise(std::string_view command, std::string_view first);

/// Of the project that `path` (resolved; empty for the root) lies in: the nearest folder above it that a row knows. From the run's view, so
/// that a project that the run itself makes is found. Errors: not_found, naming what was looked for.
Result<TestCommand> find_test_command(Context const& context, std::string const& path);

/// "7 of 7 tests pass, 3 of them skipped"; empty if the output has no summary that is known.
std::string count_tests(std::string_view output);

}
