// What scopes.scm says about each node: the captures of all its matches, gathered by node. See scopes.h for their meaning.
#pragma once

#include "syntax/query.h"
#include "syntax/tree.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>

namespace countersign::syntax {

enum class ScopeKind { file, function, block, type_class, comprehension, closed, parameters };

/// Parts that a capture gives a node, as bits.
namespace part {
inline constexpr std::uint32_t scope = 1, definition = 2, bind = 4, name = 8, reference = 16, write = 32, ignore = 64, outside = 128,
                               shorthand = 256, global = 512, nonlocal = 1024, uncertain = 2048, everywhere = 4096, interpolated = 8192,
                               tokens = 16384, dynamic = 32768, named_argument = 65536, only_reference = 131072, known_type = 262144;
}

struct Mark {
    std::uint32_t parts = 0;
    ScopeKind scope = ScopeKind::block;
    std::string_view definition_kind, bind_kind; ///< what follows the dot in @definition.x and @bind.x
    /// The pattern that gave the part, for its properties.
    std::uint32_t scope_pattern = 0, definition_pattern = 0, name_pattern = 0, bind_pattern = 0, reference_pattern = 0, reason_pattern = 0;

    bool has(std::uint32_t wanted) const { return (parts & wanted) != 0; }
};

class ScopeMarks {
public:
    /// Of the nodes in `within`.
    ScopeMarks(Tree const& tree, Node within);
    /// Null if no pattern captured the node.
    Mark const* of(Node node) const;
    std::string_view property(std::uint32_t pattern, std::string_view key) const { return query_.property(pattern, key); }

private:
    Query const& query_;
    std::unordered_map<std::uint64_t, Mark> marks_;
};

/// Whether the capture's name is one that this reads. For the test of the queries.
bool is_scope_capture(std::string_view name);

}
