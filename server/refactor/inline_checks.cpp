#include "refactor/inline_checks.h"

#include "refactor/condition.h"
#include "refactor/evaluation.h"
#include "refactor/fixed_names.h"
#include "refactor/tree_path.h"

#include <algorithm>
#include <fmt/core.h>

namespace countersign::refactor {

using syntax::Node;

namespace {

tl::unexpected<Error> denied(std::string why) { return fail(ErrorCode::denied, std::move(why)); }

bool is_binary_operand(std::string_view text, Node parent) { return !operator_of(text, parent).empty(); }

bool is_const(std::string_view text, Node statement)
{
    bool found = false;
    for (Node child : statement.named_children())
        found = found || (child.is("type_qualifier") && listed("const constexpr", child.text(text)));
    return found;
}

/// In C++ a call, an initialiser and >> may take the variable itself and write to it.
bool may_bind_reference(std::string_view text, Use const& use)
{
    Node const parent = use.parent();
    std::string_view const sign = operator_of(text, parent);
    if (!sign.empty())
        return listed("<< >> &", sign);
    if (parent.is("init_declarator") && parent.field("declarator").is("identifier"))
        return false; // a copy
    return !parent.is_any({ "return_statement", "condition_clause", "parenthesized_expression", "subscript_argument_list",
        "conditional_expression", "cast_expression", "unary_expression", "throw_statement", "switch_statement" });
}

/// What is not harmless between the declaration and `use`, among the statements of the block and on the way down.
bool acts_between(LocalDeclaration const& declaration, Use const& use)
{
    bool acts = false;
    std::size_t const from = declaration.statement.end(), to = use.node().begin();
    walk_all(declaration.block, [&](Node node, std::size_t) {
        if (acts || node.end() <= from || node.begin() >= to)
            return false;
        std::string_view const type = node.type();
        // Whole statements that end before the use, and pieces of the use's own, count by what they do.
        constexpr std::string_view acting =
            "call call_expression method_invocation invocation_expression new_expression object_creation_expression "
            "await await_expression yield yield_expression assignment assignment_expression assignment_statement "
            "augmented_assignment augmented_assignment_expression compound_assignment_expr update_expression "
            "inc_statement dec_statement postfix_unary_expression macro_invocation delete_statement send_statement "
            "delete_expression asm_statement gnu_asm_expression go_statement defer_statement yield_statement "
            "co_await_expression named_expression with_statement import_statement raise_statement "
            "goto_statement labeled_statement receive_statement";
        if (!node.is_named()) {
            acts = listed("++ -- <- delete", type);
            return false;
        }
        if (listed(acting, type) && node.end() <= to)
            acts = true;
        // An assignment around the use writes after the value is read, unless it is in its target.
        return !acts;
    });
    return acts;
}

bool crosses_loop(Grammar const& grammar, LocalDeclaration const& declaration, Use const& use)
{
    for (std::size_t i = use.path.size() - 1; i-- > 0 && use.path[i] != declaration.block;) {
        if (is_a(use.path[i], grammar.loops))
            return true;
    }
    return false;
}

/// Between the two stands the beginning of something that runs code of its own, or that catches what fails.
bool crosses(LocalDeclaration const& declaration, Use const& use, std::string_view types)
{
    for (std::size_t i = use.path.size() - 1; i-- > 0 && use.path[i] != declaration.block;) {
        if (is_a(use.path[i], types))
            return true;
    }
    return false;
}

constexpr std::string_view guarded = "with_statement lock_statement synchronized_statement using_statement fixed_statement";
constexpr std::string_view catching = "try_statement try_with_resources_statement try_block";

/// Whether the use is evaluated for certain once the declaration is, with nothing in between that leaves.
bool is_certain(Grammar const& grammar, std::string_view text, LocalDeclaration const& declaration, Use const& use)
{
    auto const spot = spot_of(grammar, text, use.path);
    if (!spot || spot->path[spot->statement - 1] != declaration.block)
        return false;
    bool leaves = false;
    for (Node between = declaration.statement.next(); between && between.begin() < spot->enclosing().begin(); between = between.next()) {
        walk_all(between, [&](Node node, std::size_t) {
            leaves = leaves || (node.is_named() && is_a(node, grammar.jumps));
            return !leaves && !is_a(node, grammar.functions);
        });
    }
    return !leaves;
}

/// What the statement of the use may do to the value before or while it is read there.
std::string disturbed(Grammar const& grammar, syntax::Tree const& tree, Effect effect, LocalDeclaration const& declaration, Use const& use)
{
    std::string_view const text = tree.text();
    std::size_t const at = statement_of(grammar, use);
    bool const is_guarded = crosses(declaration, use, guarded);
    bool borrows = false;
    walk_all(use.path[at], [&](Node node, std::size_t) {
        borrows = borrows || (node.is("reference_expression") && node.text(text).starts_with("&mut"));
        return !borrows;
    });
    bool const calls_are_ordered = grammar.language == "go" && effect == Effect::acts;
    auto const acts_beside = [&](IsFixed const& is_fixed) {
        Beside const beside = unordered_beside(grammar, text, use.path, at, is_fixed);
        return beside.worst == Effect::acts && !calls_are_ordered ? beside.what : std::string_view();
    };
    if (!is_guarded && !borrows && acts_beside(none_is_fixed).empty())
        return {};
    // Only now is it worth knowing which names no call can change.
    FixedNames const fixed(grammar, tree, use.path, use.path[at]);
    IsFixed const is_fixed = [&](Node name) { return fixed.holds(name); };
    if (effect_of(declaration.value, is_fixed) == Effect::none)
        return {};
    if (is_guarded)
        return "what guards the use may change its value";
    if (std::string_view const what = acts_beside(is_fixed); !what.empty())
        return fmt::format("{} may be evaluated before or after it", support::escape_for_display(what.substr(0, 60)));
    return borrows ? "something in that statement is borrowed to be written to" : std::string {};
}

/// Whether the other operand is a plain name or a whole number, beside which a whole number keeps its type.
bool has_variable_beside(std::string_view text, Use const& use)
{
    auto const [left, right] = operands_of(use.parent());
    Node const other = left == use.node() ? right : left;
    bool const is_nested = use.path.size() > 2 && !operator_of(text, use.path[use.path.size() - 3]).empty();
    return other.is("identifier") || (other.is("int_literal") && !is_nested);
}

}

Result<> check_use(Grammar const& grammar, std::string_view text, LocalDeclaration const& declaration, Use const& use)
{
    if (grammar.language == "cpp" && !is_const(text, declaration.statement) && may_bind_reference(text, use))
        return denied("it is not const, and what it is passed to may write to it");
    if (use.node().begin() < declaration.statement.end() || !declaration.block.range().contains(use.node().range()))
        return denied("it is used outside the block that declares it");
    for (std::size_t i = use.path.size() - 1; i-- > 0 && use.path[i] != declaration.block;) {
        Node const node = use.path[i];
        if (is_a(node, grammar.functions) || node.type().find("comprehension") != std::string_view::npos || node.is("generator_expression"))
            return denied("it is used in a nested function, which may run at another time");
        if (node.is_any({ "class_body", "class_definition", "class_declaration", "class", "declaration_list", "class_specifier" }))
            return denied("it is used in a class, whose parts may be evaluated at another time");
        Node const callee = node.field("function");
        if (callee && is_macro(grammar, text, callee.text(text), use.path.front()))
            return denied(fmt::format("{} may be a macro", callee.text(text)));
        if (is_text_literal(node))
            return denied("it is used inside a string");
        if (node.is_any({ "token_tree", "macro_invocation" }) || node.type().starts_with("preproc"))
            return denied("it is used in a macro");
        if (node.is_any({ "decorator", "annotation" }))
            return denied("it is used in a place that is not evaluated in order");
    }
    Node const parent = use.parent();
    std::string_view const written = parent.text(text);
    bool const addressed = parent.is_any({ "reference_expression", "pointer_expression", "update_expression", "delete_statement",
                               "sizeof_expression", "decltype" })
        || (parent.is_any({ "unary_expression", "prefix_unary_expression", "postfix_unary_expression" })
            && (written.starts_with("&") || written.starts_with("++") || written.starts_with("--") || written.ends_with("++")
                || written.ends_with("--") || written.starts_with("delete") || written.starts_with("typeof")));
    if (addressed)
        return denied("its address or its place is used");
    if (listed("c cpp rust go csharp", grammar.language) && parent.named_count() && parent.named_child(0) == use.node()
        && parent.is_any({ "field_expression", "subscript_expression", "selector_expression", "index_expression",
            "member_access_expression", "element_access_expression" }))
        return denied("a part of it is used, which may be written to or called");
    bool const is_lookup = declaration.value.is_any({ "member_expression", "subscript_expression" });
    if (listed("javascript typescript tsx", grammar.language) && is_lookup && parent.is("call_expression")
        && parent.field("function") == use.node())
        return denied("it is called, and would then get another this");
    if (parent.is_any({ "argument" }) && (written.starts_with("ref ") || written.starts_with("out ") || written.starts_with("in ")))
        return denied("it is passed by reference");
    return {};
}

std::string operand_changed(std::string_view text, LocalDeclaration const& declaration, syntax::Scopes const& scopes, Node use)
{
    ByteRange const between { declaration.statement.end(), use.begin() };
    std::string why;
    walk_all(declaration.value, [&](Node node, std::size_t) {
        if (!why.empty() || !node.is_named() || node.named_count() > 0)
            return why.empty();
        for (syntax::Binding const& binding : scopes.bindings()) {
            if (binding.name != node.text(text))
                continue;
            bool const changes = between.contains(binding.definition.begin())
                || std::any_of(binding.writes.begin(), binding.writes.end(), [&](Node write) { return between.contains(write.begin()); });
            if (changes)
                why = fmt::format("{} is assigned or means something else there", binding.name);
        }
        return why.empty();
    });
    return why;
}

std::size_t statement_of(Grammar const& grammar, Use const& use)
{
    std::size_t at = use.path.size() - 1;
    while (at > 1 && !is_a(use.path[at - 1], grammar.blocks) && !is_a(use.path[at - 1], grammar.lists))
        --at;
    return at;
}

Node next_statement(Node statement)
{
    Node next = statement.next();
    while (is_comment(next))
        next = next.next();
    return next;
}

Result<> check_evaluation(
    Grammar const& grammar, syntax::Tree const& tree, LocalDeclaration const& declaration, std::vector<Use> const& uses)
{
    std::string_view const text = tree.text();
    Effect const effect = effect_of(declaration.value);
    bool creates = false;
    walk_all(declaration.value, [&](Node node, std::size_t) {
        creates = creates || node.is_any({ "list", "dictionary", "set", "array", "object", "composite_literal", "array_expression" });
        return !creates;
    });
    if ((creates || effect == Effect::acts) && uses.size() != 1)
        return denied("its value would be made more than once");
    if (effect == Effect::none && !creates)
        return {};
    for (Use const& use : uses) {
        if (crosses_loop(grammar, declaration, use))
            return denied("it is used in a loop, where its value may have changed");
        if (acts_between(declaration, use))
            return denied("something between may change its value");
        if (std::string const why = disturbed(grammar, tree, effect, declaration, use); !why.empty())
            return denied(why);
        if (may_fail(text, declaration.value) && crosses(declaration, use, catching))
            return denied("it is used in a try, which would catch what fails in its value");
    }
    bool const is_evaluated = !may_fail(text, declaration.value)
        || std::any_of(uses.begin(), uses.end(), [&](Use const& use) { return is_certain(grammar, text, declaration, use); });
    if (!is_evaluated)
        return denied("its value may fail, and might then not be evaluated, or elsewhere");
    if (effect != Effect::acts)
        return {};
    Spot const spot = TRY(spot_of(grammar, text, uses.front().path));
    if (spot.enclosing() != next_statement(declaration.statement))
        return denied("its value does something, and it is not used in the next statement");
    if (!evaluated_after(grammar, text, spot, effect, none_is_fixed).empty()) {
        FixedNames const fixed(grammar, tree, spot.path, spot.enclosing());
        if (std::string const why = evaluated_after(grammar, text, spot, effect, [&](Node name) { return fixed.holds(name); });
            !why.empty())
            return denied(why);
    }
    return {};
}

Result<> check_constant(Grammar const& grammar, std::string_view text, LocalDeclaration const& declaration, std::vector<Use> const& uses)
{
    bool const is_number = declaration.value.is_any({ "int_literal", "float_literal", "imaginary_literal", "rune_literal" });
    bool const is_text = declaration.value.is_any({ "interpreted_string_literal", "raw_string_literal", "true", "false" });
    if (grammar.language != "go" || effect_of(declaration.value) != Effect::none || is_text)
        return {};
    for (Use const& use : uses) {
        Node const parent = use.parent();
        bool const is_alone = operator_of(text, parent).empty() && !parent.is("unary_expression");
        bool const is_converted = parent.is("argument_list") && use.path.size() > 2
            && listed("int int8 int16 int32 int64 uint uint8 uint16 uint32 uint64 byte rune float32 float64 string uintptr",
                use.path[use.path.size() - 3].field("function").text(text));
        if (is_converted || (!is_alone && !(is_number && has_variable_beside(text, use))))
            return denied("a constant would take on another type there");
    }
    return {};
}

Result<> check_object(Grammar const& grammar, std::string_view text, LocalDeclaration const& declaration, std::vector<Use> const& uses)
{
    if (!listed("cpp rust", grammar.language))
        return {};
    if (is_a(declaration.value, grammar.literals) || !operator_of(text, declaration.value).empty())
        return {};
    for (Use const& use : uses) {
        if (!is_binary_operand(text, use.parent()))
            return denied("its value may be an object, whose lifetime would change");
    }
    return {};
}

}
