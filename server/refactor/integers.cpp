#include "refactor/integers.h"

#include "refactor/tree_path.h"

#include <algorithm>

namespace countersign::refactor {

using syntax::Node;

namespace {

constexpr std::string_view integer_types =
    "int short long char bool byte sbyte uint ushort ulong nint nuint size_t ssize_t ptrdiff_t intptr_t "
    "uintptr_t int8_t int16_t int32_t int64_t uint8_t uint16_t uint32_t uint64_t int8 int16 int32 int64 "
    "uint8 uint16 uint32 uint64 uintptr rune i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize unsigned "
    "signed";
constexpr std::string_view integer_literals =
    "int_literal rune_literal char_literal integer_literal decimal_integer_literal hex_integer_literal "
    "octal_integer_literal binary_integer_literal character_literal integer";

bool is_integer_type(std::string_view written)
{
    // "unsigned long": every word is one.
    while (!written.empty()) {
        std::size_t const end = std::min(written.find(' '), written.size());
        if (end > 0 && !listed(integer_types, written.substr(0, end)))
            return false;
        written.remove_prefix(std::min(end + 1, written.size()));
    }
    return true;
}

bool is_integer_literal(Grammar const& grammar, std::string_view written, Node node)
{
    if (is_a(node, integer_literals))
        return grammar.language != "rust" || written.find('f') == std::string_view::npos || written.starts_with("0x");
    // C writes all numbers alike.
    return node.is("number_literal") && written.find_first_not_of("0123456789uUlL'") == std::string_view::npos;
}

/// What the declarations of one name in a function say.
struct Declared {
    bool any = false;
    bool integer = true;
};

/// The identifier that a declarator declares, if it declares a plain value of the type beside it.
Node plain_name(Node declarator)
{
    while (declarator.is_any({ "init_declarator", "variable_declarator" })) {
        Node const inner = declarator.field("declarator");
        declarator = inner ? inner : declarator.field("name");
    }
    return declarator;
}

/// Looks at one node that may declare `name`; a declaration in a form that is not known counts as not an integer.
void look_at(std::string_view text, Node node, std::string_view name, Declared& declared)
{
    TSTreeCursor cursor = ts_tree_cursor_new(node.raw());
    std::string_view type;
    bool has_type = false;
    std::vector<Node> names;
    for (bool more = ts_tree_cursor_goto_first_child(&cursor); more; more = ts_tree_cursor_goto_next_sibling(&cursor)) {
        char const* const raw_field = ts_tree_cursor_current_field_name(&cursor);
        std::string_view const field = raw_field ? raw_field : "";
        Node const child(ts_tree_cursor_current_node(&cursor));
        if (field == "type") {
            type = child.text(text);
            has_type = true;
        } else if (listed("declarator name pattern", field) || child.is_any({ "init_declarator", "variable_declarator" })) {
            names.push_back(plain_name(child));
        }
    }
    ts_tree_cursor_delete(&cursor);
    if (!has_type)
        return;
    for (Node each : names) {
        bool const is_plain = each.is("identifier");
        if (is_plain && each.text(text) == name) {
            declared.any = true;
            declared.integer = declared.integer && is_integer_type(type);
        } else if (!is_plain && each) {
            // A pointer, an array, a pattern: whether it holds the name is enough to give up.
            walk_all(each, [&](Node inner, std::size_t) {
                declared.integer = declared.integer && !(inner.is("identifier") && inner.text(text) == name);
                return true;
            });
        }
    }
}

/// Names that get a value without a type: `auto`, `let`, `:=`, a closure's parameter, a pattern.
bool declares_untyped(std::string_view text, Node node, std::string_view name)
{
    if (!node.is_any({ "short_var_declaration", "let_declaration", "let_condition", "closure_parameters", "range_clause",
            "structured_binding_declarator", "lambda_expression", "inferred_parameters", "match_pattern", "for_expression",
            "implicit_parameter", "lambda_capture_initializer" }))
        return false;
    if (node.is("let_declaration") && node.field("type"))
        return false;
    Node where = node.is_any({ "short_var_declaration", "range_clause" }) ? node.field("left") : node;
    if (node.is_any({ "let_declaration", "let_condition", "for_expression" }))
        where = node.field("pattern");
    if (node.is("lambda_expression"))
        where = node.field("parameters");
    bool found = false;
    walk_all(where, [&](Node inner, std::size_t) {
        found = found || (inner.is("identifier") && inner.text(text) == name);
        return !found;
    });
    return found;
}

bool is_integer_name(Grammar const& grammar, std::string_view text, std::string_view name, std::vector<Node> const& path)
{
    if (grammar.shape != Shape::braces || listed("javascript typescript tsx", grammar.language))
        return false;
    auto const function =
        std::find_if(path.rbegin(), path.rend(), [&](Node node) { return node.is_named() && is_a(node, grammar.functions); });
    if (function == path.rend())
        return false;
    Declared declared;
    walk_all(*function, [&](Node node, std::size_t) {
        if (!declared.integer)
            return false;
        if (!node.is_named())
            return false;
        if (declares_untyped(text, node, name))
            declared.integer = false;
        else if (!is_a(node, grammar.functions))
            look_at(text, node, name, declared);
        return declared.integer;
    });
    return declared.any && declared.integer;
}

}

bool is_integer(Grammar const& grammar, std::string_view text, Node expression, std::vector<Node> const& path)
{
    while (expression.is("parenthesized_expression") && expression.named_count() == 1)
        expression = expression.named_child(0);
    std::string_view const written = expression.text(text);
    if (is_integer_literal(grammar, written, expression) || expression.is("sizeof_expression"))
        return true;
    if (expression.is_any({ "call", "call_expression" }) && listed("python go", grammar.language))
        return expression.field("function").is("identifier") && expression.field("function").text(text) == "len";
    if (expression.is("identifier"))
        return is_integer_name(grammar, text, written, path);
    return false;
}

}
