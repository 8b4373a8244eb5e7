// Walks over a syntax tree that neither recurse nor look a child up by its number: linear, and safe on a file that nests a
// hundred thousand brackets.
#pragma once

#include "syntax/node.h"

#include <cstddef>

namespace countersign::builtin {

/// Calls `enter(Node)` for `root` and every named node beneath it, parents first, and `leave(Node)` after its children. When `enter`
/// returns false the children and `leave` are left out.
template<typename Enter, typename Leave>
void traverse(syntax::Node root, Enter&& enter, Leave&& leave)
{
    if (!root)
        return;
    TSTreeCursor cursor = ts_tree_cursor_new(root.raw());
    std::size_t depth = 0;
    while (true) {
        syntax::Node const node(ts_tree_cursor_current_node(&cursor));
        bool const is_visited = depth == 0 || node.is_named();
        bool const goes_in = !is_visited || enter(node);
        if (goes_in && ts_tree_cursor_goto_first_child(&cursor)) {
            ++depth;
            continue;
        }
        if (goes_in && is_visited)
            leave(node);
        while (depth > 0 && !ts_tree_cursor_goto_next_sibling(&cursor)) {
            ts_tree_cursor_goto_parent(&cursor);
            --depth;
            syntax::Node const done(ts_tree_cursor_current_node(&cursor));
            if (depth == 0 || done.is_named())
                leave(done);
        }
        if (depth == 0)
            break;
    }
    ts_tree_cursor_delete(&cursor);
}

template<typename Enter>
void traverse(syntax::Node root, Enter&& enter)
{
    traverse(root, enter, [](syntax::Node) {});
}

}
