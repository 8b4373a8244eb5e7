#include "refactor/move_out.h"

#include "refactor/tree_path.h"

#include <algorithm>
#include <fmt/core.h>
#include <set>

namespace countersign::refactor {

using syntax::Node;

namespace {

bool is_name(Node node)
{
    std::string_view const type = node.type();
    return node.named_count() == 0 && (type.ends_with("identifier") || type == "variable_name" || type.ends_with("identifier_pattern"));
}

/// The names to the left of `=` or `:=`; types and values are left out.
void collect_declared(std::string_view text, Node node, std::set<std::string_view>& names)
{
    if (is_name(node) && !node.is("type_identifier")) {
        names.insert(node.text(text));
        return;
    }
    TSTreeCursor cursor = ts_tree_cursor_new(node.raw());
    bool in_value = false;
    for (bool more = ts_tree_cursor_goto_first_child(&cursor); more; more = ts_tree_cursor_goto_next_sibling(&cursor)) {
        char const* const raw_field = ts_tree_cursor_current_field_name(&cursor);
        std::string_view const field = raw_field ? raw_field : "";
        Node const child(ts_tree_cursor_current_node(&cursor));
        if (child.is_any({ "=", ":=" }))
            in_value = true;
        else if (child.is(","))
            in_value = false;
        else if (!in_value && child.is_named() && !listed("type value right", field))
            collect_declared(text, child, names);
    }
    ts_tree_cursor_delete(&cursor);
}

}

bool declares(Grammar const& grammar, std::vector<Node> const& statements)
{
    return std::any_of(statements.begin(), statements.end(),
        [&](Node statement) { return is_a(statement, grammar.declarations) || is_a(statement, grammar.definitions); });
}

std::string name_clash(Grammar const& grammar, std::string_view text, std::vector<Node> const& statements, ByteRange inside, Node around)
{
    if (!grammar.block_scope)
        return {};
    std::set<std::string_view> names;
    for (Node statement : statements) {
        if (is_a(statement, grammar.definitions))
            return "a type or function is declared in the block";
        if (is_a(statement, grammar.declarations))
            collect_declared(text, statement, names);
    }
    std::string clash;
    if (names.empty())
        return clash;
    walk_all(around, [&](Node node, std::size_t) {
        if (!clash.empty() || inside.contains(node.range()))
            return false;
        if (is_name(node) && names.contains(node.text(text)))
            clash = fmt::format("{} is declared in the block and also used outside it", node.text(text));
        return clash.empty();
    });
    return clash;
}

}
