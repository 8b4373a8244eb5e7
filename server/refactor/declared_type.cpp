#include "refactor/declared_type.h"

#include "refactor/condition.h"
#include "refactor/tree_path.h"

#include <algorithm>

namespace countersign::refactor {

using syntax::Node;

namespace {

/// Types that arithmetic leaves as they are (smaller ones become int).
constexpr std::string_view kept_by_arithmetic = "int long unsigned double float size_t int64_t uint64_t uint32_t int32_t";

std::string literal_type(std::string_view written)
{
    bool const decimal = written.find_first_not_of("0123456789") == std::string_view::npos;
    if (decimal)
        return written.size() < 10 ? "int" : "";
    if (written.find_first_not_of("0123456789.eE+-") == std::string_view::npos && !written.starts_with("0x"))
        return "double";
    return {};
}

/// The type of `name` if each declaration of it in the function is plain and of the same type.
std::string type_of_name(std::string_view text, std::string_view name, Node function)
{
    std::string type;
    bool known = true;
    walk_all(function, [&](Node node, std::size_t) {
        if (!known || !node.is_any({ "declaration", "parameter_declaration" }))
            return known;
        std::string_view const written = node.field("type").text(text);
        for (Node child : node.named_children()) {
            Node const inner = child.is("init_declarator") ? child.field("declarator") : child;
            if (inner.is("identifier") && inner.text(text) == name) {
                known =
                    known && (type.empty() || type == written) && node.field("type").is_any({ "primitive_type", "sized_type_specifier" });
                type = written;
            } else if (inner.is_any({ "pointer_declarator", "array_declarator", "function_declarator", "parenthesized_declarator" })) {
                walk_all(inner, [&](Node each, std::size_t) {
                    known = known && !(each.is("identifier") && each.text(text) == name);
                    return known;
                });
            }
        }
        return known;
    });
    return known ? type : std::string {};
}

/// The return type of a function that this file declares or defines, always with the same plain type.
std::string type_of_call(std::string_view text, std::string_view name, Node root)
{
    std::string type;
    for (Node top : root.named_children()) {
        if (!top.is_any({ "function_definition", "declaration" }) || !top.field("declarator").is("function_declarator"))
            continue;
        if (top.field("declarator").field("declarator").text(text) != name)
            continue;
        std::string const written(top.field("type").text(text));
        if (!top.field("type").is_any({ "primitive_type", "sized_type_specifier" }) || (!type.empty() && type != written)
            || written == "void")
            return {};
        type = written;
    }
    return type;
}

}

std::string c_type_of(std::string_view text, Node expression, std::vector<Node> const& path)
{
    while (expression.is("parenthesized_expression") && expression.named_count() == 1)
        expression = expression.named_child(0);
    std::string_view const written = expression.text(text);
    if (expression.is("number_literal"))
        return literal_type(written);
    if (expression.is("string_literal"))
        return written.starts_with('"') ? "char const*" : "";
    if (expression.is("cast_expression")) {
        Node const type = expression.field("type");
        std::string const name(type.text(text));
        return name.find_first_of("([") == std::string::npos ? name : std::string {};
    }
    auto const function = std::find_if(path.rbegin(), path.rend(), [](Node node) { return node.is("function_definition"); });
    if (expression.is("identifier"))
        return function == path.rend() ? std::string {} : type_of_name(text, written, *function);
    if (expression.is("call_expression") && expression.field("function").is("identifier"))
        return type_of_call(text, expression.field("function").text(text), path.front());
    std::string_view const sign = operator_of(text, expression);
    if (listed("== != < > <= >= && ||", sign) || written.starts_with('!'))
        return "int";
    auto const [left, right] = operands_of(expression);
    if (!listed("+ - * / %", sign) || !left || !right)
        return {};
    std::string const one = c_type_of(text, left, path), other = c_type_of(text, right, path);
    if (one == other && listed(kept_by_arithmetic, one))
        return one;
    if (one == "int" && left.is("number_literal") && listed(kept_by_arithmetic, other))
        return other;
    return other == "int" && right.is("number_literal") && listed(kept_by_arithmetic, one) ? one : std::string {};
}

}
