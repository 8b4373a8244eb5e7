// What evaluating an expression does, and when: the ground on which an expression may be moved to or from a variable.
//
// Everything is by lists of what is known to be harmless. An unknown node type counts as doing something, and an unknown place as
// one where an expression may be evaluated never or often.
#pragma once

#include "refactor/grammar_table.h"
#include "support/result.h"

#include <functional>
#include <string>
#include <vector>

namespace countersign::refactor {

enum class Effect {
    none,  ///< literals and operators on them
    reads, ///< depends on variables
    acts,  ///< calls, assigns, suspends, or is not known
};

Effect effect_of(syntax::Node expression);

/// Whether what an identifier holds is certain not to change while the statement runs (fixed_names.h).
using IsFixed = std::function<bool(syntax::Node)>;
inline bool none_is_fixed(syntax::Node) { return false; }
/// The same, where the names of which that is certain count as constants.
Effect effect_of(syntax::Node expression, IsFixed const& is_fixed);

/// Whether evaluating it may fail or never come back, beyond what operators on numbers do: it looks into an object, divides, converts.
bool may_fail(std::string_view text, syntax::Node expression);

/// A function-like macro, as far as the name or the file tells, may use its arguments never, twice, or as text. Only in C and C++.
bool is_macro(Grammar const& grammar, std::string_view text, std::string_view callee, syntax::Node root);

/// Whether it is an expression that has a value which a variable can hold.
bool is_expression(Grammar const& grammar, std::string_view text, syntax::Node node);

/// The path from the root to an expression inside a statement that stands in a list of statements.
struct Spot {
    std::vector<syntax::Node> path; ///< to the expression
    std::size_t statement = 0;      ///< index in `path`
    syntax::Node node() const { return path.back(); }
    syntax::Node enclosing() const { return path[statement]; }
};

/// Finds the statement. Errors: denied (none, or the expression is not evaluated exactly once when the statement begins to run:
/// it stands in a loop's header, on the right of && || ?:, in a nested function, in an else-if, as a target of an assignment, ...).
Result<Spot> spot_of(Grammar const& grammar, std::string_view text, std::vector<syntax::Node> path);

/// Why the expression, with `effect`, is not the first thing in its statement that matters; empty if it is. What acts may have nothing but
/// literals, names that are fixed, and the names of its own callee and target before it; what reads nothing that acts. Where the language
/// leaves the order of operands open (C, C++, Go), that holds for what stands behind it as well.
std::string evaluated_after(Grammar const& grammar, std::string_view text, Spot const& spot, Effect effect, IsFixed const& is_fixed);

/// What else in the statement at `path[statement]` may be evaluated before or after `path.back()` as the compiler likes, with the worst
/// effect; empty text and Effect::none where the language fixes the order.
struct Beside {
    Effect worst = Effect::none;
    std::string_view what;

    void add(std::string_view text, syntax::Node node, IsFixed const& is_fixed);
};
Beside unordered_beside(
    Grammar const& grammar, std::string_view text, std::vector<syntax::Node> const& path, std::size_t statement, IsFixed const& is_fixed);

}
