// The statement that declares one local variable with a value, taken apart the same way for every language.
#pragma once

#include "refactor/grammar_table.h"
#include "support/result.h"

#include <vector>

namespace countersign::refactor {

struct LocalDeclaration {
    syntax::Node block, statement, name, value;
    syntax::Node type; ///< null where none is written
};

/// Takes apart the statement around the identifier at the end of `path`. Errors: denied (it is not declared alone, with a value, by a
/// plain name, in a statement of a block, or the declaration says more, such as static or using).
Result<LocalDeclaration> local_declaration_of(Grammar const& grammar, std::string_view text, std::vector<syntax::Node> const& path);

/// Errors: denied, if the variable may hold something else than its value does by itself.
Result<> check_conversion(Grammar const& grammar, std::string_view text, LocalDeclaration const& declaration);

/// The lines of the statement, with their last line end. Errors: denied (something else stands on them).
Result<ByteRange> whole_lines(std::string_view text, syntax::Node statement);

}
