// Who means whom inside one file: definitions and references of local names, by the language's scopes.scm.
//
// In scopes.scm: @scope, @definition.parameter, @definition.variable, @definition.function, ... and @reference. Whatever this cannot
// prove (a macro, an f-string's inside, a name that a nested function captures by declaration) is reported as `uncertain`,
// and a refactoring then refuses.
#pragma once

#include "syntax/tree.h"

#include <optional>
#include <string>
#include <vector>

namespace countersign::syntax {

struct Binding {
    std::string name;
    std::string kind; ///< "parameter", "variable", "function", "type", "import", ...
    ByteRange scope;  ///< where the name is visible
    Node scope_node;
    Node definition;              ///< the identifier
    std::vector<Node> references; ///< identifiers that mean it, writes and the definition's own re-definitions included, in source order
    std::vector<Node> writes;     ///< the subset that assigns to it, after the definition
    bool is_local = false;        ///< its scope lies inside a function
    std::optional<std::string> uncertain; ///< why the set may be incomplete
};

class Scopes {
public:
    explicit Scopes(Tree const& tree);

    std::vector<Binding> const& bindings() const { return bindings_; }
    /// The binding that the identifier at `offset` defines or refers to. Null if it is not local to the file.
    Binding const* binding_at(std::size_t offset) const;
    /// Whether a name is bound in `scope` or visible there from outside, so that a new one would clash.
    bool is_visible(std::string_view name, ByteRange scope) const;

private:
    std::vector<Binding> bindings_;
};

/// Every identifier spelled `name` in the tree: definition, call or other use, with the symbol that it stands in.
struct Occurrence {
    ByteRange range;
    bool is_definition = false;
    bool is_call = false;
    std::string enclosing; ///< qualified name of the enclosing symbol; may be empty
};
std::vector<Occurrence> occurrences(Tree const& tree, std::string_view name);

}
