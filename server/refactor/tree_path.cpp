#include "refactor/tree_path.h"

namespace countersign::refactor {

std::vector<syntax::Node> path_to(syntax::Tree const& tree, ByteRange range)
{
    std::vector<syntax::Node> path { tree.root() };
    TSTreeCursor cursor = ts_tree_cursor_new(tree.root().raw());
    auto const begin = static_cast<std::uint32_t>(range.begin);
    // The first child whose end lies past `begin`; for a cursor at the very end of a token, the next one.
    while (path.size() <= depth_limit && ts_tree_cursor_goto_first_child_for_byte(&cursor, begin) >= 0) {
        syntax::Node const child(ts_tree_cursor_current_node(&cursor));
        if (child.begin() > range.begin || child.end() < range.end)
            break;
        path.push_back(child);
    }
    ts_tree_cursor_delete(&cursor);
    if (path.size() > depth_limit)
        path.clear();
    return path;
}

}
