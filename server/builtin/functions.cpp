#include "builtin/functions.h"

namespace countersign::builtin {

namespace {

/// The outermost node of exactly this range: a block with one statement may be as long as the statement.
syntax::Node outermost(syntax::Node node)
{
    while (node.parent() && node.parent().range() == node.range() && node.parent().parent())
        node = node.parent();
    return node;
}

}

syntax::Node body_node(syntax::Tree const& tree, syntax::Symbol const& symbol)
{
    if (symbol.body.size() == 0)
        return {};
    return outermost(node_covering(tree.root(), symbol.body));
}

syntax::Node function_node(syntax::Tree const& tree, syntax::Symbol const& symbol)
{
    if (syntax::Node const body = body_node(tree, symbol)) {
        if (syntax::Node const function = body.parent(); function && function.parent())
            return function;
    }
    return outermost(node_covering(tree.root(), symbol.range));
}

}
