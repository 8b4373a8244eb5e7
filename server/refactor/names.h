// Names for variables: which are allowed in a language, which are free, and one for an expression.
#pragma once

#include "refactor/grammar_table.h"

#include <string>
#include <string_view>

namespace countersign::refactor {

/// Why `name` cannot name a local variable in the language; empty if it can. Only ASCII names are known to be right.
std::string name_problem(std::string_view language, std::string_view name);

/// Whether `name` stands anywhere beneath `scope` as a name of its own; members, strings and comments are left out.
bool occurs(std::string_view text, syntax::Node scope, std::string_view name);

/// A name for the value of `expression` in the language's usual spelling, which does not occur in `scope`.
std::string pick_name(Grammar const& grammar, std::string_view text, syntax::Node expression, syntax::Node scope);

}
