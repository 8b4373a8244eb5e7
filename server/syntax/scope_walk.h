// One walk over a tree that turns the marks of scopes.scm into nested scopes and, in source order, what happens in them: names
// defined, names used, and places that nobody can see into. Resolving them is scope_resolve's part.
#pragma once

#include "syntax/scope_marks.h"

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace countersign::syntax {

inline constexpr std::size_t no_index = static_cast<std::size_t>(-1);

struct Scope {
    ScopeKind kind = ScopeKind::file;
    Node node;
    std::size_t parent = no_index;
    bool in_function = false;                      ///< it is a function's, or lies in one
    bool is_blind_class = false;                   ///< functions in it do not see its names
    std::set<std::string_view> globals, nonlocals; ///< as Python declares them
};

struct NameEvent {
    enum class Kind { definition, reference, write };
    Kind kind = Kind::reference;
    Node node;
    std::string_view name;
    std::size_t scope = 0;
    bool is_shorthand = false;
    bool only_type = false; ///< names a type, whatever variable is called so
    // Of a definition:
    std::string_view defined_as;  ///< "parameter", "variable", ...
    std::size_t seen_from = 0;    ///< the scope that it stands in
    std::size_t visible_from = 0; ///< bytes; 0 is everywhere in the scope
    bool shadows = false, reuses = false, named_by_callers = false, may_be_overload = false;
    std::size_t declaration = 0; ///< where the statement that binds it begins: one pattern may name a thing twice
    std::string_view reason;     ///< why it is uncertain from the start
};

/// A word in a place that is not understood.
struct UncertainWord {
    std::string_view word;
    std::size_t offset = 0;
    std::size_t scope = 0; ///< no_index: whatever is called so, everywhere
    std::string_view reason;
    std::string_view unless_type; ///< not uncertain after all if this is one of the known types
};

struct NamedArgument {
    std::string_view name;
    std::string_view callee; ///< empty if it is not a plain name
    std::size_t offset = 0;
};

struct DynamicPlace {
    std::size_t scope = 0;
    std::size_t offset = 0;
    std::string_view reason;
};

struct ScopeEvents {
    std::vector<Scope> scopes; ///< the file's first; parents before children
    std::vector<NameEvent> names;
    std::vector<UncertainWord> words;
    std::vector<NamedArgument> named_arguments;
    std::vector<DynamicPlace> dynamic_places;
    std::set<std::string_view> known_types;
};

/// Of what is in `within`, the marks' node. Views point into the tree's text and the language's query.
ScopeEvents collect_scope_events(Tree const& tree, Node within, ScopeMarks const& marks);

}
