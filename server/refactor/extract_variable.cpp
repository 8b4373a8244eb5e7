// extract_variable: the selected expression gets a name in a line of its own before its statement.
//
// Safe, because the expression is evaluated as often as before and sees the same values:
// - The selection is exactly one expression with a value, inside a function, in a statement of a block that begins its line.
// - It is evaluated exactly once whenever that statement begins: not in a loop's header, on the right of && || ?:, in a nested function
//   or comprehension, an else-if, a default argument or an optional chain, nor as a C macro's argument (evaluation.h).
// - Nothing that is evaluated before it in the statement can change it: what only reads has nothing that acts before it; what acts
//   (calls, awaits) has nothing before it but literals and the name of its own callee.
//   A local variable that only its function sees is changed by no call (fixed_names.h). Where the language leaves the order of
//   operands open, that counts for what stands behind it too.
// - It is no place that is written to, no callee, no operand of & or ++, and not in sizeof, nameof and the like. In C++ and Rust it must
//   be a number or a truth value beyond doubt: the lifetime of an object would change.
// - The new name occurs nowhere in the function.
// - The variable has the type that the expression had: const in JavaScript, := in Go (const for what is made of literals, which
//   keeps it untyped), var in Java and C#, auto in C++; in C only where the type is written in the file.
// Not offered in Ruby and Bash: a bare name may be a call there, and words are split.
#include "refactor/condition.h"
#include "refactor/declared_type.h"
#include "refactor/evaluation.h"
#include "refactor/fixed_names.h"
#include "refactor/if_anatomy.h"
#include "refactor/layout.h"
#include "refactor/names.h"
#include "refactor/rules.h"
#include "refactor/tree_path.h"

#include <algorithm>
#include <cctype>
#include <fmt/core.h>

namespace countersign::refactor {

using syntax::Node;

namespace {

tl::unexpected<Error> denied(std::string why) { return fail(ErrorCode::denied, std::move(why)); }
tl::unexpected<Error> nothing() { return fail(ErrorCode::not_found, "the selection is not exactly one expression"); }

/// The path to the innermost expression that is exactly the selection.
Result<std::vector<Node>> selected(Grammar const& grammar, Site const& site)
{
    std::string_view const text = site.tree.text();
    if (!is_inside(site.tree, site.selection) || site.selection.size() == 0)
        return fail(ErrorCode::not_found, "select the expression first");
    ByteRange const selection = trimmed(text, site.selection);
    auto path = path_to(site.tree, selection);
    while (!path.empty() && path.back().range() == selection) {
        if (!is_expression(grammar, text, path.back())) {
            path.pop_back();
            continue;
        }
        // The parentheses of an if are no part of its condition.
        while (path.size() > 1 && path.back().is("parenthesized_expression") && path.back().named_count() == 1
            && is_a(path[path.size() - 2], grammar.ifs))
            path.push_back(path.back().named_child(0));
        return path;
    }
    return nothing();
}

constexpr std::string_view comparisons = "== != < > <= >=";

bool is_number(Node node)
{
    return node.is_any({ "number_literal", "integer_literal", "float_literal", "char_literal", "true", "false", "boolean_literal" });
}

/// Calls that give a number or a truth value wherever they are defined.
bool is_measure(std::string_view text, Node node)
{
    Node const callee = node.is("call_expression") ? node.field("function") : Node {};
    return callee.is("field_expression") && listed("size length len count empty is_empty capacity", callee.field("field").text(text));
}

/// Whether the value is a number or the like beyond doubt, of which a copy is as good: by what is written, or by the operand beside it.
bool is_plain_value(Grammar const& grammar, std::string_view text, std::vector<Node> const& path)
{
    Node node = path.back();
    while (node.is("parenthesized_expression") && node.named_count() == 1)
        node = node.named_child(0);
    std::string_view const sign = operator_of(text, node);
    bool const is_rust = grammar.language == "rust";
    if (is_a(node, grammar.literals) || operand_of_not(grammar, node) || is_measure(text, node) || listed(comparisons, sign)
        || listed("&& || and or", sign))
        return true;
    Node const parent = path[path.size() - 2];
    if (is_rust && parent.field("condition") == path.back())
        return true; // a bool
    if (is_rust && !sign.empty())
        return !listed("<< >>", sign); // operands are moved into it there as here
    if (!is_rust && !c_type_of(text, node, path).empty())
        return true;
    auto const [left, right] = operands_of(parent);
    std::string_view const around = operator_of(text, parent);
    if (!left || around.empty())
        return false;
    if (is_rust && !listed(comparisons, around))
        return true; // an operator takes its operands by value
    Node const other = left == path.back() ? right : left;
    return is_number(other) || is_measure(text, other) || (!is_rust && !c_type_of(text, other, path).empty());
}

/// Whether a variable cannot have the type that a constant takes on in this place: byte b = 1 converts, byte b = one does not.
bool is_narrowed(Grammar const& grammar, std::string_view text, Spot const& spot)
{
    if (!listed("java csharp", grammar.language) || effect_of(spot.node()) != Effect::none)
        return false;
    Node type = spot.enclosing().field("type");
    for (Node child : spot.enclosing().named_children()) {
        if (child.field("type"))
            type = child.field("type");
    }
    if (spot.enclosing().is("return_statement")) {
        for (Node node : spot.path) {
            if (node.is_named() && is_a(node, grammar.functions))
                type = node.field(grammar.language == "java" ? "type" : "returns");
        }
    }
    return type && listed("byte sbyte short ushort char uint ulong nuint Byte Short Character", type.text(text));
}

/// List.of() and the like: what it makes depends on where it stands.
bool is_inferred_call(std::string_view text, Node node)
{
    Node const object = node.is("method_invocation") ? node.field("object") : Node {};
    Node const arguments = node.field("arguments");
    return object && arguments && arguments.named_count() == 0 && std::isupper(static_cast<unsigned char>(object.text(text).front()));
}

/// What the language asks beyond evaluation order.
Result<> check_value(Grammar const& grammar, std::string_view text, Spot const& spot)
{
    Node const node = spot.node();
    Node const parent = spot.path[spot.path.size() - 2];
    if (parent.is_any({ "expression_statement", "statement_list" }) || is_a(parent, grammar.blocks))
        return denied("it is a whole statement");
    std::string_view const type = node.type();
    Node bare = node;
    while (bare.is("parenthesized_expression") && bare.named_count() == 1)
        bare = bare.named_child(0);
    if (listed("cpp rust", grammar.language)) {
        if (listed("<< >>", operator_of(text, bare)))
            return denied("a shift may be a stream");
        if (!is_plain_value(grammar, text, spot.path))
            return denied("its value may be an object, whose lifetime would change");
    }
    if (grammar.language == "cpp" && node.text(text) == "0" && operator_of(text, parent).empty())
        return denied("0 may stand for a null pointer here");
    if (grammar.language == "cpp" && (type == "lambda_expression" || type == "initializer_list"))
        return denied("a lambda or list in braces has no type that can be written here");
    if (listed("java csharp", grammar.language)) {
        std::string_view const written = node.text(text);
        if (node.is_any({ "null_literal", "lambda_expression", "method_reference" }) || written.find("<>") != std::string_view::npos)
            return denied("its type depends on where it stands");
        bool const is_standalone = parent.field("object") == node || !operator_of(text, parent).empty();
        if (is_narrowed(grammar, text, spot) || (!is_standalone && is_inferred_call(text, node)))
            return denied("its type depends on where it stands");
        if (grammar.language == "csharp" && node.is("member_access_expression") && listed("+= -=", parent.field("operator").text(text)))
            return denied("it may be a method that is added to an event");
    }
    if (grammar.language == "go") {
        bool const is_call = node.is("call_expression") || node.is("type_assertion_expression") || node.is("index_expression");
        Node const list = parent.is("expression_list") ? parent : Node {};
        bool const alone = (list && list.named_count() == 1) || (parent.is("argument_list") && parent.named_count() == 1);
        if (is_call && alone && !(spot.enclosing().is("short_var_declaration") || spot.enclosing().is("assignment_statement")))
            return denied("it may have several values");
        if (is_call && alone && spot.enclosing().field("left").named_count() != 1)
            return denied("it has several values");
        if (type == "nil")
            return denied("nil has no type of its own");
    }
    if (listed("c cpp", grammar.language) && type == "string_literal" && parent.is_any({ "init_declarator", "concatenated_string" }))
        return denied("a string that fills an array is no value");
    return {};
}

Result<std::string> declaration_of(
    Grammar const& grammar, std::string_view text, Spot const& spot, std::string_view name, std::string_view value, Node scope)
{
    std::string_view const language = grammar.language;
    Node const node = spot.node();
    if (language == "python")
        return fmt::format("{} = {}", name, value);
    if (language == "go")
        return effect_of(node) == Effect::none ? fmt::format("const {} = {}", name, value) : fmt::format("{} := {}", name, value);
    if (language == "c") {
        std::string const type = c_type_of(text, node, spot.path);
        if (type.empty())
            return denied("its type is not written in this file");
        bool const is_pointer = type.ends_with('*');
        return fmt::format("{}{}{} = {};", type, is_pointer ? "" : " ", name, value);
    }
    if (language == "cpp")
        return fmt::format("auto const {} = {};", name, value);
    std::string_view const word = language == "rust" ? "let" : listed("java csharp", language) ? "var" : "const";
    // Where the statement begins with a bracket, a semicolon must stay between the two.
    bool const is_bare = leaves_semicolons_out(grammar, text, scope)
        && !continues_statement(text.substr(spot.enclosing().begin() == node.begin() ? node.end() : spot.enclosing().begin()));
    return fmt::format("{} {} = {}{}", word, name, value, is_bare ? "" : ";");
}

/// In bytes: in longer functions a menu takes for granted that no call changes a local variable.
constexpr std::size_t glance_limit = 8 * 1024;

}

Result<Application> extract_variable(Site const& site)
{
    std::string_view const text = site.tree.text();
    Grammar const* const grammar = find_grammar(site.tree.language().name);
    if (!grammar || listed("ruby bash", grammar->language))
        return fail(ErrorCode::not_found,
            fmt::format("variables of {} are not extracted: a bare name may be a call there", site.tree.language().display_name));
    auto path = TRY(selected(*grammar, site));
    auto const function =
        std::find_if(path.rbegin(), path.rend(), [&](Node node) { return node.is_named() && is_a(node, grammar->functions); });
    if (function == path.rend())
        return denied("it does not stand in a function");
    Node const scope = *function;
    Spot const spot = TRY(spot_of(*grammar, text, std::move(path)));
    Node const node = spot.node(), statement = spot.enclosing();
    if (statement.has_error())
        return denied("the statement does not parse");
    if (!begins_line(text, statement.begin()))
        return denied("its statement does not begin its line");
    if (grammar->language == "rust" && statement.previous().is("attribute_item"))
        return denied("its statement has an attribute");
    if (declares_name(node))
        return denied("it declares a name");
    TRY(check_value(*grammar, text, spot));
    for (std::size_t i = spot.statement; i-- > 0 && spot.path[i] != scope;) {
        if (spot.path[i].is("class_definition"))
            return denied("it stands in a class, whose variables are attributes");
    }
    if (!evaluated_after(*grammar, text, spot, effect_of(node), none_is_fixed).empty()) {
        // Only now is it worth knowing which names no call can change.
        FixedNames const fixed(*grammar, site.tree, spot.path, statement);
        bool const is_long = site.effort == Effort::glance && scope.range().size() > glance_limit;
        IsFixed const is_fixed = [&](Node name) { return is_long || fixed.holds(name); };
        if (std::string const why = evaluated_after(*grammar, text, spot, effect_of(node, is_fixed), is_fixed); !why.empty())
            return denied(why);
    }

    std::string name = site.new_name;
    if (name.empty())
        name = pick_name(*grammar, text, node, scope);
    else if (std::string const problem = name_problem(grammar->language, name); !problem.empty())
        return fail(ErrorCode::invalid_params, problem);
    else if (occurs(text, scope, name))
        return denied(fmt::format("{} already occurs in the function", name));

    std::string_view value = node.text(text);
    bool const wrapped =
        node.is("parenthesized_expression") && node.named_count() == 1 && value.find_first_of("\r\n") == std::string_view::npos;
    if (wrapped)
        value = trimmed(text, { node.begin() + 1, node.end() - 1 }).size() ? text.substr(node.begin() + 1, node.end() - node.begin() - 2)
                                                                           : value;
    std::string const held =
        grammar->shape == Shape::colon && !wrapped && value.find_first_of("\r\n") != std::string_view::npos && value.front() != '('
        ? fmt::format("({})", value)
        : std::string(value);
    std::string const declaration = TRY(declaration_of(*grammar, text, spot, name, held, scope));
    std::string_view const indentation = indentation_at(text, statement.begin());
    ByteRange const start { statement.begin(), statement.begin() };
    std::string line = fmt::format("{}{}{}", declaration, newline_at(text, statement.begin()), indentation);
    std::vector<ByteEdit> edits;
    if (node.begin() == start.begin)
        edits.push_back({ node.range(), line + name });
    else
        edits = { { start, std::move(line) }, { node.range(), name } };
    return Application { statement.range(), std::move(edits), fmt::format("the expression gets the name {}", name) };
}

}
