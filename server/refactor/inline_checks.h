// What must hold where a variable's value is to stand in the place of its name: the parts of inline_variable that prove it.
#pragma once

#include "refactor/grammar_table.h"
#include "refactor/local_declaration.h"
#include "syntax/scopes.h"

#include <string>
#include <vector>

namespace countersign::refactor {

struct Use {
    std::vector<syntax::Node> path; ///< from the root to the identifier
    syntax::Node node() const { return path.back(); }
    syntax::Node parent() const { return path[path.size() - 2]; }
};

/// What holds for a use, whatever the value. Errors: denied.
Result<> check_use(Grammar const& grammar, std::string_view text, LocalDeclaration const& declaration, Use const& use);

/// Why a name in the value would mean another variable, or hold another value, at `use`; empty if it would not.
std::string operand_changed(std::string_view text, LocalDeclaration const& declaration, syntax::Scopes const& scopes, syntax::Node use);

/// Whether the value is the same at each use, and evaluated as often as it matters. Errors: denied.
Result<> check_evaluation(
    Grammar const& grammar, syntax::Tree const& tree, LocalDeclaration const& declaration, std::vector<Use> const& uses);

/// Go's literals take on the type of what is beside them, which a variable does not: x / 2.0 divides integers. Errors: denied.
Result<> check_constant(Grammar const& grammar, std::string_view text, LocalDeclaration const& declaration, std::vector<Use> const& uses);

/// Whether a copy of the value is as good as the value. Errors: denied.
Result<> check_object(Grammar const& grammar, std::string_view text, LocalDeclaration const& declaration, std::vector<Use> const& uses);

/// The index in the path of the statement of a block around the use.
std::size_t statement_of(Grammar const& grammar, Use const& use);

/// The statement behind it, comments left out; null if there is none.
syntax::Node next_statement(syntax::Node statement);

}
