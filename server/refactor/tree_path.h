// Ways through a tree that cost what they look at: a path from the root, and a walk that does not recurse.
//
// A parent is looked up from the root each time, so the rules never ask for one; they take the path once.
#pragma once

#include "syntax/node.h"
#include "syntax/tree.h"

#include <vector>

namespace countersign::refactor {

/// Deeper code is not refactored: nobody wrote it by hand, and each level costs.
inline constexpr std::size_t depth_limit = 400;

/// The nodes from the root to the smallest one, named or not, that holds all of `range`; root first. An empty range at the border of
/// two tokens goes to the right one, and to the left one at a line's end. Empty if the place is deeper than `depth_limit`.
std::vector<syntax::Node> path_to(syntax::Tree const& tree, ByteRange range);

/// Whether the range is one of the tree's text.
inline bool is_inside(syntax::Tree const& tree, ByteRange range) { return range.begin <= range.end && range.end <= tree.text().size(); }

/// Calls `visit(node, depth)` for `node` and everything beneath it, tokens included, parents first; false skips the children.
template<typename Visit>
void walk_all(syntax::Node node, Visit&& visit)
{
    if (!node)
        return;
    TSTreeCursor cursor = ts_tree_cursor_new(node.raw());
    std::size_t depth = 0;
    bool down = visit(syntax::Node(ts_tree_cursor_current_node(&cursor)), depth);
    for (;;) {
        if (down && ts_tree_cursor_goto_first_child(&cursor)) {
            ++depth;
        } else {
            while (depth > 0 && !ts_tree_cursor_goto_next_sibling(&cursor)) {
                ts_tree_cursor_goto_parent(&cursor);
                --depth;
            }
            if (depth == 0)
                break;
        }
        down = visit(syntax::Node(ts_tree_cursor_current_node(&cursor)), depth);
    }
    ts_tree_cursor_delete(&cursor);
}

}
