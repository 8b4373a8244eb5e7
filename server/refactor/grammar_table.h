// What the rules must know of each language, as data: a rule is one function over this table.
//
// Lists are words separated by blanks: names of tree-sitter node types. A language that is missing here has no mechanical
// refactorings. A type that is unknown to a rule makes the rule refuse, never guess.
#pragma once

#include "syntax/node.h"

#include <string_view>

namespace countersign::refactor {

enum class Shape {
    braces, ///< if (a) { } else { }
    colon,  ///< Python
    words,  ///< if ... then ... else ... end
};

struct Grammar {
    std::string_view language;
    Shape shape;
    std::string_view ifs;          ///< the if itself
    std::string_view chains;       ///< else-if arms that are nodes of their own
    std::string_view else_clauses; ///< nodes around `else` and its branch
    std::string_view blocks;       ///< what holds a branch, a function's or a loop's body
    std::string_view lists;        ///< nodes whose children are statements, other than blocks
    std::string_view cases;        ///< arms of a switch whose statements share the switch's scope
    std::string_view wrappers;     ///< statement nodes around an expression such as Rust's if
    std::string_view functions;    ///< everything that begins a new activation
    std::string_view loops;
    std::string_view returns;
    std::string_view jumps;        ///< control never goes on after one
    std::string_view declarations; ///< statements that declare names in their block
    std::string_view definitions;  ///< statements that declare types or functions in their block
    std::string_view primaries;    ///< need no parentheses after a prefix operator
    std::string_view literals;
    std::string_view not_operators; ///< spellings of logical not
    std::string_view not_prefix;    ///< what we write
    std::string_view and_operators;
    std::string_view and_operator; ///< what we write
    std::string_view statement_end;
    bool block_scope; ///< a block is a scope for variables
    bool destructors; ///< leaving a scope runs code
    bool semicolon_insertion;
};

/// Null if the language has no entry.
Grammar const* find_grammar(std::string_view language);

/// Whether the blank-separated list has the word.
bool listed(std::string_view words, std::string_view word);
inline bool is_a(syntax::Node node, std::string_view types) { return node && listed(types, node.type()); }

bool is_comment(syntax::Node node);
/// Whether its bytes, line breaks and indentation included, are the program's data.
bool is_text_literal(syntax::Node node);

}
