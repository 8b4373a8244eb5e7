// A tree-sitter node with the spelling of this house. A value; valid as long as its Tree.
//
// Depth is the enemy: a file may nest 100,000 levels. Nothing here recurses, and nothing here is called once per level
// at a cost that grows with the level; whoever needs several ancestors asks for them all at once, by ancestors().
#pragma once

#include "support/text.h"

#include <initializer_list>
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

    /// Empty for a null node.
    std::string_view type() const { return *this ? std::string_view(ts_node_type(node_)) : std::string_view(); }
    bool is(std::string_view type_name) const { return *this && type() == type_name; }
    bool is_any(std::initializer_list<std::string_view> type_names) const;
    bool is_named() const { return *this && ts_node_is_named(node_); }
    bool is_missing() const { return *this && ts_node_is_missing(node_); }
    bool is_error() const { return *this && ts_node_is_error(node_); }
    bool has_error() const { return *this && ts_node_has_error(node_); }

    ByteRange range() const { return { begin(), end() }; }
    std::size_t begin() const { return ts_node_start_byte(node_); }
    std::size_t end() const { return ts_node_end_byte(node_); }
    std::size_t first_row() const { return ts_node_start_point(node_).row; } ///< 0-based, counted over '\n' only
    std::size_t last_row() const { return ts_node_end_point(node_).row; }    ///< 0-based, counted over '\n' only
    /// The bytes of this node in the text that its tree was parsed from. Empty for a null node.
    std::string_view text(std::string_view source) const;

    /// Costs a descent from the root: for a chain of parents use ancestors().
    Node parent() const { return *this ? Node(ts_node_parent(node_)) : Node(); }
    /// The parent first, the root last; one descent for all of them.
    std::vector<Node> ancestors() const;
    /// Null if there is no such child, or no node: chains of field() need no checks between.
    Node field(std::string_view name) const
    {
        return *this ? Node(ts_node_child_by_field_name(node_, name.data(), static_cast<uint32_t>(name.size()))) : Node();
    }
    /// Named siblings. Each costs a descent from the root: for all children in order use named_children().
    Node next() const { return *this ? Node(ts_node_next_named_sibling(node_)) : Node(); }
    Node previous() const { return *this ? Node(ts_node_prev_named_sibling(node_)) : Node(); }
    std::size_t named_count() const { return *this ? ts_node_named_child_count(node_) : 0; }
    /// Linear in `index`. Null past the end.
    Node named_child(std::size_t index) const { return *this ? Node(ts_node_named_child(node_, static_cast<uint32_t>(index))) : Node(); }
    std::vector<Node> named_children() const;
    std::vector<Node> children() const; ///< with punctuation and keywords
    TSNode raw() const { return node_; }

private:
    TSNode node_;
};

/// A tree-sitter cursor, closed when it goes out of scope.
class Cursor {
public:
    explicit Cursor(Node node) : cursor_(ts_tree_cursor_new(node.raw())) { }
    Cursor(Cursor const&) = delete;
    Cursor& operator=(Cursor const&) = delete;
    ~Cursor() { ts_tree_cursor_delete(&cursor_); }

    Node node() const { return Node(ts_tree_cursor_current_node(&cursor_)); }
    std::string_view field_name() const; ///< of the current node in its parent; empty if it has none
    bool to_first_child() { return ts_tree_cursor_goto_first_child(&cursor_); }
    bool to_next_sibling() { return ts_tree_cursor_goto_next_sibling(&cursor_); }
    bool to_parent() { return ts_tree_cursor_goto_parent(&cursor_); }

    /// To the next node in source order that is not beneath the current one, leaving parents by `leave()`. False at the end.
    template<typename Leave>
    bool to_next_outside(Leave&& leave)
    {
        while (!to_next_sibling()) {
            if (!to_parent())
                return false;
            leave();
        }
        return true;
    }
    bool to_next_outside()
    {
        return to_next_outside([] {});
    }

private:
    TSTreeCursor cursor_;
};

/// Calls `visit(Node)` for `node` and every named node beneath it, parents first; a visitor that returns false skips the children.
template<typename Visit>
void walk(Node node, Visit&& visit)
{
    if (!node)
        return;
    Cursor cursor(node);
    for (;;) {
        Node const current = cursor.node();
        bool const descend = (!current.is_named() && !(current == node)) || visit(current);
        if (descend && cursor.to_first_child())
            continue;
        if (!cursor.to_next_outside())
            return;
    }
}

}
