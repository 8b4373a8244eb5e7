// The C type of an expression where it is beyond doubt, for the declaration of an extracted variable.
#pragma once

#include "refactor/grammar_table.h"

#include <string>
#include <vector>

namespace countersign::refactor {

/// "int", "double", "char const*", or empty if the function and the file do not say. `path` leads to the expression.
std::string c_type_of(std::string_view text, syntax::Node expression, std::vector<syntax::Node> const& path);

}
