#include "syntax/node.h"

#include <algorithm>

namespace countersign::syntax {

bool Node::is_any(std::initializer_list<std::string_view> type_names) const
{
    return *this && std::find(type_names.begin(), type_names.end(), type()) != type_names.end();
}

std::string_view Node::text(std::string_view source) const
{
    // A node that outlived an edit of its text may reach past the end.
    if (!*this || begin() >= source.size())
        return {};
    return source.substr(begin(), end() - begin());
}

std::vector<Node> Node::ancestors() const
{
    std::vector<Node> path;
    if (!*this)
        return path;
    TSNode current = ts_tree_root_node(node_.tree);
    while (!ts_node_is_null(current) && !ts_node_eq(current, node_)) {
        path.emplace_back(current);
        current = ts_node_child_with_descendant(current, node_);
    }
    std::reverse(path.begin(), path.end());
    return path;
}

namespace {

std::vector<Node> children_of(Node node, bool named_only)
{
    std::vector<Node> result;
    if (!node)
        return result;
    Cursor cursor(node);
    if (!cursor.to_first_child())
        return result;
    do {
        if (Node const child = cursor.node(); !named_only || child.is_named())
            result.push_back(child);
    } while (cursor.to_next_sibling());
    return result;
}

}

std::vector<Node> Node::named_children() const { return children_of(*this, true); }

std::vector<Node> Node::children() const { return children_of(*this, false); }

std::string_view Cursor::field_name() const
{
    char const* const name = ts_tree_cursor_current_field_name(&cursor_);
    return name ? std::string_view(name) : std::string_view();
}

}
