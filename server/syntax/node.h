// A tree-sitter node with the spelling of this house. A value; valid as long as its Tree.
#pragma once

#include "support/text.h"

#include <optional>
#include <string_view>
#include <tree_sitter/api.h>
#include <vector>

namespace countersign::syntax {

class Node {
public:
    Node() : node_ {} { }
    explicit Node(TSNode node) : node_(node) { }

    explicit operator bool() const { return !ts_node_is_null(node_); }
    bool operator==(Node const& other) const { return ts_node_eq(node_, other.node_); }

    std::string_view type() const { return ts_node_type(node_); }
    bool is(std::string_view type_name) const { return *this && type() == type_name; }
    bool is_any(std::initializer_list<std::string_view> type_names) const;
    bool is_named() const { return ts_node_is_named(node_); }
    bool is_missing() const { return ts_node_is_missing(node_); }
    bool has_error() const { return ts_node_has_error(node_); }

    ByteRange range() const { return { ts_node_start_byte(node_), ts_node_end_byte(node_) }; }
    std::size_t begin() const { return ts_node_start_byte(node_); }
    std::size_t end() const { return ts_node_end_byte(node_); }
    std::size_t first_row() const { return ts_node_start_point(node_).row; } ///< 0-based
    std::size_t last_row() const { return ts_node_end_point(node_).row; }
    /// The bytes of this node in the text that its tree was parsed from.
    std::string_view text(std::string_view source) const { return source.substr(begin(), end() - begin()); }

    Node parent() const { return Node(ts_node_parent(node_)); }
    Node field(std::string_view name) const { return Node(ts_node_child_by_field_name(node_, name.data(), static_cast<uint32_t>(name.size()))); }
    Node next() const { return Node(ts_node_next_named_sibling(node_)); }
    Node previous() const { return Node(ts_node_prev_named_sibling(node_)); }
    std::size_t named_count() const { return ts_node_named_child_count(node_); }
    Node named_child(std::size_t index) const { return Node(ts_node_named_child(node_, static_cast<uint32_t>(index))); }
    std::vector<Node> named_children() const;
    std::vector<Node> children() const; ///< with punctuation and keywords
    TSNode raw() const { return node_; }

private:
    TSNode node_;
};

/// Calls `visit(Node)` for `node` and everything beneath it, parents first; a visitor that returns false skips the children.
template<typename Visit>
void walk(Node node, Visit&& visit)
{
    if (!visit(node))
        return;
    for (std::size_t i = 0, count = node.named_count(); i < count; ++i)
        walk(node.named_child(i), visit);
}

}
