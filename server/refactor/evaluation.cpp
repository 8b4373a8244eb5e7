#include "refactor/evaluation.h"

#include "refactor/condition.h"
#include "refactor/tree_path.h"

#include <algorithm>
#include <fmt/core.h>

namespace countersign::refactor {

using syntax::Node;

namespace {

tl::unexpected<Error> denied(std::string why) { return fail(ErrorCode::denied, std::move(why)); }

constexpr std::string_view constants =
    "number_literal char_literal string_literal concatenated_string true false null nullptr number string integer float "
    "none undefined nil int_literal float_literal imaginary_literal rune_literal interpreted_string_literal "
    "raw_string_literal integer_literal boolean_literal decimal_integer_literal hex_integer_literal "
    "octal_integer_literal binary_integer_literal decimal_floating_point_literal "
    "hex_floating_point_literal null_literal character_literal real_literal verbatim_string_literal "
    "string_start string_content string_end string_fragment escape_sequence character "
    "string_literal_content string_literal_encoding interpreted_string_literal_content raw_string_content "
    "raw_string_delimiter raw_string_literal_content multiline_string_fragment character_literal_content";
constexpr std::string_view names =
    "identifier this self super field_identifier property_identifier private_property_identifier qualified_identifier "
    "scoped_identifier namespace_identifier type_identifier package_identifier crate";
constexpr std::string_view lookups =
    "field_expression member_expression subscript_expression attribute subscript selector_expression index_expression "
    "field_access array_access member_access_expression element_access_expression subscript_argument_list "
    "bracketed_argument_list argument template_string template_substitution interpolation";
constexpr std::string_view operators =
    "binary_expression unary_expression parenthesized_expression conditional_expression ternary_expression "
    "comparison_operator boolean_operator binary_operator unary_operator not_operator prefix_unary_expression "
    "cast_expression type_cast_expression as_expression non_null_expression instanceof_expression "
    "is_expression sizeof_expression type_descriptor primitive_type sized_type_specifier predefined_type "
    "integral_type floating_point_type boolean_type is predicate pointer_expression";
/// Creates an object at each evaluation; its parts are looked at too.
constexpr std::string_view creations = "list tuple dictionary set array object pair expression_list array_expression tuple_expression";
constexpr std::string_view calls =
    "call_expression call method_invocation invocation_expression new_expression object_creation_expression await_expression "
    "await composite_literal macro_invocation type_conversion_expression type_assertion_expression try_expression";
/// Through these an expression is evaluated exactly once, when their own turn comes.
constexpr std::string_view transparent =
    "argument_list arguments argument keyword_argument return_statement return_expression throw_statement "
    "raise_statement expression_statement declaration init_declarator variable_declarator "
    "variable_declaration lexical_declaration local_variable_declaration local_declaration_statement "
    "let_declaration short_var_declaration var_declaration var_spec assignment assignment_expression "
    "assignment_statement augmented_assignment augmented_assignment_expression "
    "compound_assignment_expr pair spread_element send_statement equals_value_clause initializer_list "
    "literal_value literal_element keyed_element parenthesized_expression condition_clause "
    "if_statement if_expression";

bool is_update(std::string_view text, Node node)
{
    if (!node.is_any({ "unary_expression", "prefix_unary_expression", "pointer_expression", "unary_operator" }))
        return false;
    std::string_view const written = node.text(text);
    return written.starts_with("++") || written.starts_with("--") || written.starts_with("<-") || written.starts_with("&")
        || written.starts_with("delete") || written.starts_with("await");
}

bool is_short_circuit(std::string_view sign) { return listed("&& || ?? and or", sign); }

/// Why `child`, beneath `parent`, is not evaluated exactly once with it; empty if it is.
std::string conditional_in(Grammar const& grammar, std::string_view text, Node parent, Node child)
{
    std::string_view const type = parent.type();
    auto in_field = [&](std::string_view name) { return parent.field(name) == child; };
    if (is_a(parent, grammar.functions) || type.find("comprehension") != std::string_view::npos
        || type.find("generator") != std::string_view::npos)
        return "it stands in a nested function or comprehension, which runs at another time";
    if (is_a(parent, grammar.loops))
        return "it stands in the header of a loop and is evaluated each time round";
    if (is_a(parent, grammar.ifs)) {
        Node const condition = parent.field("condition");
        if (parent.field("initializer"))
            return "what the if declares is evaluated before it";
        if (!condition || !condition.range().contains(child.range()))
            return "it stands in a branch without braces";
        return {};
    }
    if (parent.is("condition_clause") && (parent.field("initializer") || parent.field("value") != child))
        return "the condition declares a name";
    if (std::string_view const sign = operator_of(text, parent); is_short_circuit(sign))
        return parent.named_child(0) == child ? "" : fmt::format("it stands on the right of {} and may not be evaluated", sign);
    if (listed("conditional_expression ternary_expression", type))
        return parent.field("condition") == child ? "" : "it stands in a conditional expression and may not be evaluated";
    if (type == "comparison_operator" && parent.named_count() > 2 && parent.named_child(0) != child && parent.named_child(1) != child)
        return "a chained comparison may stop before it";
    if (is_a(parent, calls) && (in_field("function") || in_field("constructor")))
        return "it is what is called";
    if (parent.is_any({ "assignment", "assignment_expression", "assignment_statement", "augmented_assignment",
            "augmented_assignment_expression", "compound_assignment_expr", "short_var_declaration" })
        && in_field("left"))
        return "it is the target of an assignment";
    if (is_update(text, parent))
        return "it is the operand of an operator that needs a place";
    if (parent.is("keyed_element") && parent.named_child(0) == child)
        return "it is the key of an element";
    std::string_view const written = parent.text(text);
    if (written.find("?.") != std::string_view::npos && (is_a(parent, lookups) || is_a(parent, calls)))
        return "it stands in an optional chain and may not be evaluated";
    bool const known =
        listed(transparent, type) || listed(operators, type) || listed(lookups, type) || listed(creations, type) || listed(calls, type);
    return known ? "" : "it stands in a place of which it is not known how often it is evaluated";
}

/// A C macro may evaluate its arguments never or twice; by convention its name is in capitals.
bool looks_like_macro(std::string_view name)
{
    bool const capitals = name.size() > 1 && name.find_first_of("abcdefghijklmnopqrstuvwxyz") == std::string_view::npos;
    return capitals || name == "assert" || name == "offsetof" || name == "va_arg";
}

/// A name or type that is not evaluated but says what is called, declared or assigned to.
bool is_mere_name(Node node, std::string_view field)
{
    constexpr std::string_view inert =
        "modifiers modifier storage_class_specifier type_qualifier mutable_specifier visibility_modifier type_annotation "
        "type_arguments accessibility_modifier";
    return listed("type kind modifiers", field) || is_a(node, inert)
        || (listed("left name declarator pattern function method field property attribute", field) && is_a(node, names));
}

struct Before {
    Effect worst = Effect::none;
    std::string_view what;
};

/// The effects of what lies in `statement` to the left of `expression`, on the way down to it.
Before effects_before(std::string_view text, std::vector<Node> const& path, std::size_t statement)
{
    Before before;
    for (std::size_t i = statement; i + 1 < path.size(); ++i) {
        TSTreeCursor cursor = ts_tree_cursor_new(path[i].raw());
        for (bool more = ts_tree_cursor_goto_first_child(&cursor); more; more = ts_tree_cursor_goto_next_sibling(&cursor)) {
            Node const child(ts_tree_cursor_current_node(&cursor));
            char const* const field = ts_tree_cursor_current_field_name(&cursor);
            if (child == path[i + 1] || child.begin() >= path[i + 1].begin())
                break;
            if (!child.is_named() || is_comment(child) || is_mere_name(child, field ? field : ""))
                continue;
            // Go wraps plain targets once more.
            if (child.is("expression_list") && std::string_view(field ? field : "") == "left" && child.named_count() == 1
                && child.named_child(0).is("identifier"))
                continue;
            Effect const effect = effect_of(child);
            if (effect > before.worst)
                before = { effect, child.text(text) };
        }
        ts_tree_cursor_delete(&cursor);
    }
    return before;
}

}

Effect effect_of(Node expression)
{
    Effect worst = Effect::none;
    walk_all(expression, [&](Node node, std::size_t) {
        std::string_view const type = node.type();
        if (!node.is_named() || is_comment(node)) {
            if (listed("++ -- <- delete", type))
                worst = Effect::acts;
            return worst != Effect::acts;
        }
        if (listed(constants, type) || listed(operators, type) || listed("argument_list arguments", type))
            return true;
        if (listed(names, type) || listed(lookups, type) || listed(creations, type))
            worst = std::max(worst, Effect::reads);
        else
            worst = Effect::acts;
        return worst != Effect::acts;
    });
    return worst;
}

bool is_expression(Grammar const& grammar, std::string_view text, Node node)
{
    if (!node || !node.is_named() || is_update(text, node))
        return false;
    bool const known = listed(constants, node.type()) || listed(operators, node.type()) || listed(lookups, node.type())
        || listed(calls, node.type()) || listed(creations, node.type());
    bool const is_part =
        listed("string_start string_content string_end string_fragment escape_sequence character argument pair expression_list "
               "template_substitution interpolation type_descriptor primitive_type sized_type_specifier predefined_type "
               "integral_type floating_point_type boolean_type bracketed_argument_list subscript_argument_list",
            node.type());
    bool const is_object_in_statement = grammar.language == "rust" && node.is("macro_invocation");
    return known && !is_part && !is_object_in_statement;
}

Result<Spot> spot_of(Grammar const& grammar, std::string_view text, std::vector<Node> path)
{
    Spot spot;
    for (std::size_t i = path.size() - 1; i > 0; --i) {
        Node const parent = path[i - 1];
        if (is_a(parent, grammar.blocks) || is_a(parent, grammar.lists)) {
            spot.statement = i;
            break;
        }
        if (is_a(parent, grammar.cases))
            return denied("it stands in an arm of a switch; put braces around the arm first");
        if (parent.is("argument_list") || parent.is("arguments")) {
            Node const call = i >= 2 ? path[i - 2] : Node {};
            Node const callee = call.field("function");
            if (listed("c cpp", grammar.language) && callee && looks_like_macro(callee.text(text)))
                return denied(fmt::format("{} may be a macro", callee.text(text)));
        }
        if (std::string const why = conditional_in(grammar, text, parent, path[i]); !why.empty())
            return denied(why);
    }
    if (spot.statement == 0)
        return denied("it does not stand in a statement of a block");
    Node const enclosing = path[spot.statement];
    bool const known = listed(transparent, enclosing.type()) || is_a(enclosing, grammar.ifs)
        || (grammar.language == "rust" && spot.statement + 1 <= path.size() && is_expression(grammar, text, enclosing));
    if (!known)
        return denied("it stands in a kind of statement that is not known");
    std::size_t declarators = 0;
    for (Node child : enclosing.named_children()) {
        declarators += child.is_any({ "init_declarator", "variable_declarator" });
        if (child.is("storage_class_specifier")
            || (child.is_any({ "type_qualifier", "modifier" }) && listed("constexpr const", child.text(text))
                && !listed("c cpp", grammar.language))
            || (child.is("type_qualifier") && child.text(text) == "constexpr"))
            return denied("the declaration must have a constant value, or is evaluated only once");
    }
    if (declarators > 1)
        return denied("the statement declares several names");
    spot.path = std::move(path);
    return spot;
}

std::string evaluated_after(Grammar const&, std::string_view text, Spot const& spot, Effect effect)
{
    if (effect == Effect::none)
        return {};
    Before const before = effects_before(text, spot.path, spot.statement);
    if (before.worst == Effect::acts)
        return fmt::format("{} is evaluated before it and may change its value", support::escape_for_display(before.what.substr(0, 60)));
    if (effect == Effect::acts && before.worst == Effect::reads)
        return fmt::format("{} is read before it and might then be read after it", support::escape_for_display(before.what.substr(0, 60)));
    return {};
}

}
