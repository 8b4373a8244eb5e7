// The parts of an if, the same for every language.
#pragma once

#include "refactor/grammar_table.h"
#include "refactor/rule.h"

#include <string>

namespace countersign::refactor {

struct If {
    syntax::Node node;
    syntax::Node keyword;         ///< if, unless
    syntax::Node condition;       ///< without the parentheses that the syntax demands; null where it is a list of commands
    syntax::Node consequence;     ///< block or statement; null in Bash, or where it is empty
    syntax::Node else_token;      ///< else; null if there is none. For an else-if arm that is a node of its own, its keyword
    syntax::Node alternative;     ///< block or statement after else, or the else-if; null if there is no else
    std::size_t header_end = 0;   ///< past the parenthesis, colon or `then`; the branch's text begins here
    ByteRange consequence_region; ///< from header_end to the last byte of the branch, its comments included
    ByteRange alternative_region; ///< from the end of `else` (its colon in Python) to the last byte of that branch
    std::size_t chained = 0;      ///< 1 if the else is an else-if
    bool is_else_if = false;      ///< this if is itself the arm of another
    bool has_initializer = false; ///< if (init; condition), or a condition that declares a name
    bool is_constexpr = false;
    bool has_loose_comment = false; ///< a comment between the header, the branches and the else
    syntax::Node parent;
};

/// The if at `path.back()`. Errors: denied (it does not parse, or is of a form that no rule knows).
Result<If> dissect(Grammar const& grammar, std::string_view text, std::vector<syntax::Node> const& path);

enum class Header {
    with_else, ///< a cursor on `else` counts as well
    without_else,
};

/// The if that a person means by the selection, and the grammar and path to it. A cursor means the innermost if whose header holds it:
/// from the beginning of the line on which the if stands first, through the condition, to the brace, colon or `then` that
/// opens the branch. A cursor on a statement inside a branch means that statement, never the if around it. A
/// selection means the if that it is exactly, or in whose header it lies.
/// Errors: not_found (no if there, no grammar).
struct PlacedIf {
    Grammar const* grammar;
    std::vector<syntax::Node> path; ///< to the if
    If parts;
};
Result<PlacedIf> if_at(Site const& site, Header header);

/// Whether a pattern in the expression declares a name: `if let`, `a instanceof B b`, `out var n`.
bool declares_name(syntax::Node condition);

/// Why the code in `node` is not to be moved: an error, a preprocessor directive, a label, a case that belongs to a switch outside.
std::string hazard_in(syntax::Node node);

/// Whether an attribute such as Rust's #[cfg] stands before the statement at the end of `path`: it would then be about another one.
bool has_attribute(Grammar const& grammar, std::vector<syntax::Node> const& path);

/// The text between the braces of a block, the lines of a suite, or a lone statement; without blanks around it.
ByteRange content_of(Grammar const& grammar, std::string_view text, ByteRange region);

/// The statements of a branch or body, comments left out.
std::vector<syntax::Node> statements_of(Grammar const& grammar, syntax::Node branch);

}
