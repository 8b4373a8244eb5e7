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
constexpr std::string_view creations = "list tuple dictionary set array object pair expression_list array_expression tuple_expression "
                                       "literal_value literal_element keyed_element";
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

/// The field of a loop that is evaluated once, before its first round. C++ lets what it creates live as long as the loop.
bool is_looped_over(Grammar const& grammar, Node parent, Node child)
{
    if (parent.is_any({ "for_statement", "for_in_statement" }) && listed("python javascript typescript tsx", grammar.language))
        return parent.field("right") == child && !parent.field("initializer");
    return (parent.is("enhanced_for_statement") && parent.field("value") == child)
        || (parent.is("foreach_statement") && parent.field("right") == child);
}

/// Why `child`, beneath `parent`, is not evaluated exactly once with it; empty if it is.
std::string conditional_in(Grammar const& grammar, std::string_view text, Node parent, Node child, Node selected)
{
    std::string_view const type = parent.type();
    auto in_field = [&](std::string_view name) { return parent.field(name) == child; };
    if (is_a(parent, grammar.functions) || type.find("comprehension") != std::string_view::npos
        || type.find("generator") != std::string_view::npos)
        return "it stands in a nested function or comprehension, which runs at another time";
    if (is_looped_over(grammar, parent, child))
        return {};
    if (is_a(parent, grammar.loops))
        return "it stands in the header of a loop and is evaluated each time round";
    if (is_a(parent, grammar.ifs)) {
        Node const condition = parent.field("condition");
        if (parent.field("initializer"))
            return "what the if declares is evaluated before it";
        for (Node token : parent.children()) {
            if (token.is("constexpr"))
                return "it is evaluated while compiling";
        }
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
    Node callee = child;
    while (callee.is("parenthesized_expression") && callee != selected && callee.named_count() == 1)
        callee = callee.named_child(0);
    if (is_a(parent, calls) && callee == selected && (in_field("function") || in_field("constructor")))
        return "it is what is called";
    if (parent.is_any({ "assignment", "assignment_expression", "assignment_statement", "augmented_assignment",
            "augmented_assignment_expression", "compound_assignment_expr", "short_var_declaration" })
        && in_field("left"))
        return "it is the target of an assignment";
    if (parent.is_any({ "sizeof_expression", "alignof_expression", "offsetof_expression", "decltype" }))
        return "it is not evaluated there";
    if (parent.is("array_expression") && in_field("length"))
        return "the length of an array is evaluated while compiling";
    if (parent.is("argument") && grammar.language == "csharp" && child.begin() != parent.begin()
        && listed("ref out in", parent.children().front().text(text)))
        return "it is passed by reference";
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

/// What looks like a call but does not evaluate its argument, or not as a value.
bool is_unevaluated(Grammar const& grammar, std::string_view callee)
{
    if (listed("c cpp", grammar.language))
        return listed("sizeof alignof _Alignof __alignof__ typeof __typeof__ decltype noexcept typeid __builtin_constant_p", callee);
    if (grammar.language == "go")
        return listed("unsafe.Sizeof unsafe.Alignof unsafe.Offsetof", callee);
    return grammar.language == "csharp" && callee == "nameof";
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

/// x += 1 in a language that has no node of its own for it.
bool is_compound(Node assignment)
{
    Node const sign = assignment.field("operator");
    return sign && !sign.is("=");
}

/// What is evaluated of a callee before its arguments: where methods are bound while compiling, a.b in a.b() is only a. Elsewhere a.b may
/// be a variable that holds a function, unless its name is that of a common method.
Node receiver_of(Grammar const& grammar, std::string_view text, Node call, Node callee)
{
    constexpr std::string_view methods = "append add extend insert push unshift concat set get has log info debug warn warning error write "
                                         "join format max min floor round stringify parse";
    bool const is_static = listed("c cpp go rust csharp", grammar.language);
    if (call.field("function") != callee
        || !callee.is_any({ "field_expression", "selector_expression", "member_access_expression", "attribute", "member_expression" }))
        return callee;
    Node const name = callee.named_count() ? callee.named_child(callee.named_count() - 1) : Node {};
    return is_static || (name && listed(methods, name.text(text))) ? callee.named_child(0) : callee;
}

/// Calls `visit(child, field)` until it answers false.
template<typename Visit>
void for_each_child(Node node, Visit&& visit)
{
    TSTreeCursor cursor = ts_tree_cursor_new(node.raw());
    bool more = ts_tree_cursor_goto_first_child(&cursor);
    while (more) {
        char const* const field = ts_tree_cursor_current_field_name(&cursor);
        more = visit(Node(ts_tree_cursor_current_node(&cursor)), std::string_view(field ? field : ""))
            && ts_tree_cursor_goto_next_sibling(&cursor);
    }
    ts_tree_cursor_delete(&cursor);
}

/// Go wraps plain targets once more.
bool is_plain_list(Node targets)
{
    return targets.is("expression_list") && targets.named_count() == 1 && targets.named_child(0).is("identifier");
}

/// The effects of what lies in `statement` to the left of the expression, on the way down to it.
Beside effects_before(
    Grammar const& grammar, std::string_view text, std::vector<Node> const& path, std::size_t statement, IsFixed const& is_fixed)
{
    Beside before;
    for (std::size_t i = statement; i + 1 < path.size(); ++i) {
        bool const is_augmented = path[i].is_any({ "augmented_assignment", "augmented_assignment_expression", "compound_assignment_expr" })
            || (path[i].is_any({ "assignment_expression", "assignment_statement" }) && is_compound(path[i]));
        for_each_child(path[i], [&](Node child, std::string_view field) {
            if (child == path[i + 1] || child.begin() >= path[i + 1].begin())
                return false;
            bool const is_target = field == "left" && !is_augmented;
            if (!child.is_named() || is_comment(child) || (field != "left" && is_mere_name(child, field))
                || (is_target && (is_mere_name(child, field) || is_plain_list(child))))
                return true;
            before.add(text, receiver_of(grammar, text, path[i], child), is_fixed);
            return true;
        });
    }
    return before;
}

}

void Beside::add(std::string_view text, Node node, IsFixed const& is_fixed)
{
    Effect const effect = effect_of(node, is_fixed);
    if (effect > worst) {
        worst = effect;
        what = node.text(text);
    }
}

Effect effect_of(Node expression) { return effect_of(expression, none_is_fixed); }

Effect effect_of(Node expression, IsFixed const& is_fixed)
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
        if (listed(names, type) || listed(lookups, type) || listed(creations, type)) {
            if (worst == Effect::none && !is_fixed(node))
                worst = Effect::reads;
        } else {
            worst = Effect::acts;
        }
        return worst != Effect::acts;
    });
    return worst;
}

bool may_fail(std::string_view text, Node expression)
{
    bool found = false;
    walk_all(expression, [&](Node node, std::size_t) {
        bool const divides = listed("/ % // ** @", operator_of(text, node));
        bool const follows = node.is("pointer_expression") || (node.is("unary_expression") && node.text(text).starts_with('*'));
        bool const converts = node.is_any({ "cast_expression", "type_assertion_expression" });
        // A member of a value is just there; one behind a pointer or reference may not be.
        bool const is_member_of_value = node.is("field_expression") && node.text(text).find("->") == std::string_view::npos;
        bool const looks_up = node.is_named() && listed(lookups, node.type()) && !is_member_of_value;
        found = found || divides || follows || converts || looks_up;
        return !found;
    });
    return found;
}

bool is_macro(Grammar const& grammar, std::string_view text, std::string_view callee, Node root)
{
    if (!listed("c cpp", grammar.language))
        return false;
    bool found = callee.size() > 1 && callee.find_first_of("abcdefghijklmnopqrstuvwxyz") == std::string_view::npos;
    found = found || listed("assert offsetof va_arg", callee);
    if (text.find("#define") == std::string_view::npos)
        return found;
    walk_all(root, [&](Node node, std::size_t) {
        found = found || (node.is("preproc_function_def") && node.field("name").text(text) == callee);
        return !found;
    });
    return found;
}

bool is_expression(Grammar const& grammar, std::string_view text, Node node)
{
    if (!node || !node.is_named() || is_update(text, node))
        return false;
    bool const known = listed(constants, node.type()) || listed(operators, node.type()) || listed(lookups, node.type())
        || listed(calls, node.type()) || listed(creations, node.type());
    bool const is_part = listed("string_start string_content string_end string_fragment escape_sequence character argument pair "
                                "expression_list literal_value literal_element keyed_element "
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
            if (callee && is_unevaluated(grammar, callee.text(text)))
                return denied(fmt::format("{} does not evaluate it", callee.text(text)));
            if (callee && is_macro(grammar, text, callee.text(text), path.front()))
                return denied(fmt::format("{} may be a macro", callee.text(text)));
        }
        if (std::string const why = conditional_in(grammar, text, parent, path[i], path.back()); !why.empty())
            return denied(why);
    }
    if (spot.statement == 0)
        return denied("it does not stand in a statement of a block");
    Node const enclosing = path[spot.statement];
    bool const known = listed(transparent, enclosing.type()) || is_a(enclosing, grammar.ifs) || is_a(enclosing, grammar.loops)
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

Beside unordered_beside(
    Grammar const& grammar, std::string_view text, std::vector<Node> const& path, std::size_t statement, IsFixed const& is_fixed)
{
    Beside beside;
    if (!listed("c cpp go", grammar.language))
        return beside;
    for (std::size_t i = statement; i + 1 < path.size(); ++i) {
        if (is_a(path[i], grammar.ifs) || is_a(path[i], grammar.loops) || is_a(path[i], grammar.functions) || is_a(path[i], grammar.blocks)
            || is_short_circuit(operator_of(text, path[i])) || path[i].is_any({ "conditional_expression", "comma_expression" }))
            continue; // these have an order
        for_each_child(path[i], [&](Node child, std::string_view field) {
            bool const is_target = listed("left declarator", field) && effect_of(child, is_fixed) != Effect::acts;
            if (child != path[i + 1] && child.is_named() && !is_comment(child) && !is_target && !is_mere_name(child, field))
                beside.add(text, receiver_of(grammar, text, path[i], child), is_fixed);
            return true;
        });
    }
    return beside;
}

std::string evaluated_after(Grammar const& grammar, std::string_view text, Spot const& spot, Effect effect, IsFixed const& is_fixed)
{
    if (effect == Effect::none)
        return {};
    auto const shown = [](std::string_view what) { return support::escape_for_display(what.substr(0, 60)); };
    Beside const before = effects_before(grammar, text, spot.path, spot.statement, is_fixed);
    if (before.worst == Effect::acts)
        return fmt::format("{} is evaluated before it and may change its value", shown(before.what));
    if (effect == Effect::acts && before.worst == Effect::reads)
        return fmt::format("{} is read before it and might then be read after it", shown(before.what));
    Beside const beside = unordered_beside(grammar, text, spot.path, spot.statement, is_fixed);
    bool const calls_are_ordered = grammar.language == "go";
    if (beside.worst == Effect::acts && !(calls_are_ordered && effect == Effect::acts))
        return fmt::format("{} may be evaluated before or after it", shown(beside.what));
    if (beside.worst == Effect::reads && effect == Effect::acts)
        return fmt::format("{} may be read before or after it", shown(beside.what));
    return {};
}

}
