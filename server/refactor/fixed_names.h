// Which names hold the same value for as long as one statement runs, whatever is called in it: local variables that nothing but their own
// function sees. Asked by the rules that move an expression past a call.
#pragma once

#include "refactor/grammar_table.h"
#include "syntax/scopes.h"

#include <optional>
#include <vector>

namespace countersign::refactor {

class FixedNames {
public:
    /// `path` leads to something inside `statement`, which stands in a function. Keeps references. Nothing is computed before the first
    /// question.
    FixedNames(Grammar const& grammar, syntax::Tree const& tree, std::vector<syntax::Node> const& path, syntax::Node statement);

    /// Whether `identifier` is a variable that only its own function uses, whose address is not taken, and that nothing in the statement
    /// assigns to, save as the target of the statement itself; or a name of the language's library, such as console or an imported package.
    bool holds(syntax::Node identifier) const;

private:
    bool is_private(syntax::Binding const& binding) const;

    Grammar const& grammar_;
    syntax::Tree const& tree_;
    syntax::Node function_, statement_;
    mutable std::optional<syntax::Scopes> scopes_;
};

}
