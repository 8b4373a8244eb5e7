// Who means whom inside one file: definitions and references of names, by the language's scopes.scm.
//
// Whatever this cannot prove (a macro, eval, a name in a broken piece of text) is reported as `uncertain`, and a
// refactoring then refuses. Names that are looked up through something else (members, keyword arguments, labels) are no references.
//
// In scopes.scm a capture gives a node its part:
//   @scope.function @scope.block @scope.class @scope.comprehension @scope.closed   the node is a scope. A class's names are not
//       seen from functions in it if (#set! class "blind"). From a closed scope (Ruby's def) nothing outside is seen but
//       functions and types. A block that is a function's body is one scope with its parameters.
//   @definition.<kind>   this identifier is defined here.
//   @bind.<kind>         @name identifiers beneath are defined here; @bind.write: they are written.
//   @name                an identifier in the place of a pattern or declarator; a reference if no @bind is around it.
//   @reference @write    an identifier that means something; @write assigns to it.
//   @ignore              none of the above, whatever else says so.
//   @outside             resolved in the scope around the innermost one (default values, a function's own name).
//   @shorthand           as in {x}: a new name must be written "x: y".
//   @global @nonlocal    Python's declarations.
//   @uncertain           names in here are used in a way that is not known; @uncertain.everywhere: by whoever names the macro.
//   @interpolated        a string in which only $name and {name} are names; @tokens: a known macro's arguments.
//   @dynamic             code that may name every variable in sight (eval).
//   @named_argument      callers name the parameter that is spelled so.
//   @only_reference      a reference, whatever else says so.
//   @known_type          a type of which it is known what the keys of its literals are.
// Properties of a pattern, by (#set! key value): hoist "function" (the scope is the nearest function's) or "file", visible "after" (from
// the end of the
// @bind or @definition node, in functions) or "here" (from the identifier's end), shadows "yes" (a new binding although the
// scope has one), reuse "yes" (an assignment to the name if it is in sight), stay "yes" (in a @scope.parameters, which else holds nothing),
// kind "..." (of a
// @name), callers "name", overloads "yes", reason "..." (uncertain from the start, or why), unless "known_type", only "type" (of a
// @reference), unless_bound_by "node type",
// body "own" (the block is a scope even as a function's body).
#pragma once

#include "syntax/tree.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace countersign::syntax {

struct Binding {
    std::string name;
    std::string kind;             ///< "parameter", "variable", "function", "type", "import", "field", "constant", ...
    ByteRange scope;              ///< where the name is visible
    Node scope_node;              ///< whose scope it is; the root for the file's
    Node definition;              ///< the identifier
    std::vector<Node> references; ///< identifiers that mean it, writes and the definition's own re-definitions included, in source order
    std::vector<Node> writes;     ///< the subset that assigns to it, after the definition
    std::vector<Node> shorthands; ///< the subset, and the definition, that stand for a name and a value: a rename must write "x: y"
    bool is_local = false;        ///< its scope lies inside a function
    /// Callers may write this name (Python's and Ruby's keyword arguments): renaming it may need changes in other files.
    bool named_by_callers = false;
    std::optional<std::string> uncertain; ///< why the set may be incomplete
};

class Scopes {
public:
    /// Linear in the file, but no trifle: some milliseconds for thousands of lines. Keeps a copy of the tree.
    explicit Scopes(Tree const& tree) : Scopes(tree, tree.root()) { }
    /// Looks at `within` only, such as a function, and costs as much as that is long. What is bound or used outside of it is not known, nor
    /// what a macro that is defined outside does with names.
    Scopes(Tree const& tree, Node within);

    /// In the order of their definitions.
    std::vector<Binding> const& bindings() const& { return bindings_; }
    std::vector<Binding> const& bindings() const&& = delete; // a loop over a temporary's
    /// The binding that the identifier at `offset` (or ending there) defines or refers to. Null if it is not local to the file.
    Binding const* binding_at(std::size_t offset) const;
    /// Whether a name is bound in `scope`, visible there from outside, or used there and bound elsewhere, so that a new one would clash.
    bool is_visible(std::string_view name, ByteRange scope) const;

private:
    struct Use {
        ByteRange range;
        std::size_t binding; ///< index into bindings_, or npos if nothing in the file binds the name
    };
    Tree tree_;
    std::vector<Binding> bindings_;
    std::vector<Use> uses_; ///< by position; definitions too
};

/// Every identifier spelled `name` in the tree: definition, call or other use, with the symbol that it stands in.
struct Occurrence {
    ByteRange range;
    bool is_definition = false;
    bool is_call = false;
    std::string enclosing; ///< qualified name of the enclosing symbol; may be empty
};
/// In source order. Comments and strings are not looked into.
std::vector<Occurrence> occurrences(Tree const& tree, std::string_view name);

}
