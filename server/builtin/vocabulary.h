// What the node types of twelve grammars mean to us, as data: one table of types that mean the same wherever they occur, and a
// few exceptions per language. Everything that explains or measures code looks at kinds, never at a grammar's own names.
#pragma once

#include "syntax/language.h"
#include "syntax/node.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace countersign::builtin {

enum class Kind : std::uint8_t {
    other,
    branch,      ///< if, unless
    else_if,     ///< a clause of its own, as Python's elif
    else_clause, ///< wraps what follows else
    ternary,
    loop,
    do_loop, ///< runs at least once
    switch_block,
    switch_case,
    switch_default,
    try_block,
    catch_clause,
    finally_clause,
    jump_return,
    jump_throw,
    jump_break,
    jump_continue,
    jump_goto,
    jump_yield,
    deferred, ///< runs when the function ends
    logical,  ///< a binary expression that may be && or ||
    function, ///< a definition or closure inside another
    call,
    creation, ///< new
    deletion,
    assignment,
    update, ///< ++ and compound assignment
    declaration,
    comment,
    import,
    parameter,
    wrapper, ///< stands around one statement: expression statement, label, block
};

/// The kinds of one language's node types. Built in microseconds; make one where it is needed.
class Vocabulary {
public:
    explicit Vocabulary(syntax::Language const& language);

    Kind kind(syntax::Node node) const;
    std::string_view language() const { return language_; }

private:
    std::vector<Kind> kinds_; ///< by symbol id
    std::string_view language_;
};

/// "&&", "||" or "??" for a short-circuiting expression, whatever the language calls it; else empty.
std::string_view logical_operator(syntax::Node node, std::string_view source);

/// The condition of a branch, loop or ternary without its outer parentheses; null where it has none.
syntax::Node condition_of(syntax::Node node);
/// What is run: the body of a loop or function, the consequence of a branch.
syntax::Node body_of(syntax::Node node);
/// What follows else: else_if and else_clause nodes or statements, in order.
std::vector<syntax::Node> alternatives_of(syntax::Node node, Vocabulary const& vocabulary);
/// Whether a switch_case is the one for everything else.
bool is_default_case(syntax::Node node, Vocabulary const& vocabulary, std::string_view source);
/// The value or pattern of a switch_case as it is written.
std::string case_label(syntax::Node node, std::string_view source);
/// The callee of a call or creation as written: "list.append", "std::max", "Error". Empty if it is not a plain name.
std::string callee_of(syntax::Node node, std::string_view source);

/// The node that `range` covers exactly or else the smallest around it.
syntax::Node node_covering(syntax::Node root, ByteRange range);

/// Text inside the outer parentheses.
std::string_view without_parentheses(std::string_view text);

}
