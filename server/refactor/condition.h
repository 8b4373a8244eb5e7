// Writing conditions: the negation of one, and two joined by "and".
#pragma once

#include "refactor/grammar_table.h"
#include "refactor/if_anatomy.h"

#include <string>

namespace countersign::refactor {

/// The negation of the expression `condition`, as it reads in its place: "a != b" for "a == b", "x" for "!x", else "!x" or "!(...)".
///
/// An ordering is turned round (`<` to `>=`) only where both sides are known not to be floating point, since every ordering with NaN is
/// false; "known" means integer literals and names that `path`'s function declares with an integer type.
/// Errors: denied.
Result<std::string> negated(Grammar const& grammar, std::string_view text, syntax::Node condition, std::vector<syntax::Node> const& path);

/// The operand as it reads beside the language's "and": with parentheses unless it binds tighter.
std::string as_and_operand(Grammar const& grammar, std::string_view text, syntax::Node operand);

/// Whether it is logical not, and of what.
syntax::Node operand_of_not(Grammar const& grammar, syntax::Node node);

/// The operator of a binary expression as it is written; empty if it is none. `is not` comes as one word group.
std::string_view operator_of(std::string_view text, syntax::Node node);

/// Its two operands; nulls if it is not of that form (a chain of comparisons is not).
std::pair<syntax::Node, syntax::Node> operands_of(syntax::Node node);

}
