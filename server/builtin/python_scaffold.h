// What pytest and unittest scaffolds have in common: how a module is imported and how its functions are called.
#pragma once

#include "builtin/framework.h"

#include <string>
#include <vector>

namespace countersign::builtin::python {

std::vector<NamePattern> patterns(std::string_view source_path);

/// The module's dotted name as the project's tests import it: "package.module".
std::string module_name(TestContext const& context);

/// What a test imports to reach the unit: the function or its class.
std::string imported_name(Unit const& unit);

/// `from module import name`, or empty if the existing file has it in scope already.
std::string import_line(TestContext const& context);

Case make_case(TestContext const& context, Branch const& branch);

/// The case's body lines, without indentation.
std::vector<std::string> body(TestContext const& context, Case const& made);

/// Where imports are added in an existing file: behind the last one at the top level.
std::size_t after_imports(std::string_view text);

/// A new file's, or an existing file's, edit: `imports` and then `cases` before a trailing main block.
FileEdit file_edit(
    TestContext const& context, std::vector<std::string> const& imports, std::string const& cases, std::string_view default_folder);

}
