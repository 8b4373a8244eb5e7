// One match of outline.scm made into a definition: its nodes, before its surroundings are looked at. Shared by the
// outline of a file and the lookup of one symbol; no one outside this room needs it.
#pragma once

#include "syntax/outline.h"
#include "syntax/query.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace countersign::syntax {

struct Definition {
    Node node;
    std::optional<SymbolKind> kind; ///< none: a function without a name
    std::string name;
    ByteRange name_range;
    ByteRange body, parameters, doc;
    std::string container; ///< a container that the text names but does not nest it in
};

/// Calls `visit` for every definition that outline.scm finds at `node` or, with Reach::subtree, beneath it. One definition may
/// come several times, with more or fewer of its parts known: merge() joins them.
void find_definitions(Tree const& tree, Node node, Query::Reach reach, std::function<void(Definition&&)> const& visit);

/// Whether both are matches of the same thing; the missing parts of `into` are then taken from `other`.
bool merge(Definition& into, Definition const& other);

bool is_one_of(std::vector<std::string> const& types, Node node);

/// A node that only wraps one definition ("template_declaration") and so belongs to it.
bool wraps(Language const& language, Node wrapper, Node inner);

/// Where `node` begins once the decorators among its first children are passed.
std::size_t head_of(Language const& language, Node node);

/// The comments of `run` (adjacent comment nodes in source order) that document what begins at `begin`: those directly above, with no
/// blank line between, that do not stand behind code.
ByteRange doc_above(std::string_view text, std::vector<Node> const& run, std::size_t begin);

}
