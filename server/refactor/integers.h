// Which expressions are integers beyond doubt, by what the same function writes: for these `!(a < b)` may be written `a >= b`.
#pragma once

#include "refactor/grammar_table.h"

#include <string_view>
#include <vector>

namespace countersign::refactor {

/// Integer and character literals, lengths and sizes that the language defines, sums and the like of them, and names all of whose
/// declarations in the innermost function of `path` have an integer type. Names from outside the function are never known.
bool is_integer(Grammar const& grammar, std::string_view text, syntax::Node expression, std::vector<syntax::Node> const& path);

}
