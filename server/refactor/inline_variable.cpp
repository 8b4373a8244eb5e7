// inline_variable: a variable that is assigned once goes, and its value takes its place wherever it was used.
//
// Safe, because at each use the value would be the same and is evaluated as often as it matters:
// - The variable is local, declared alone in one statement with a value, and syntax::Scopes knows all its uses; none of them writes to it,
//   takes its address, stands in a string, or in a nested function. All stand behind the declaration in the same block, and no name in the
//   value is assigned or declared anew in between.
// - A literal may go anywhere. What only reads variables may go where nothing in between acts, and not into a loop that the
//   declaration is outside of. What acts (a call) must be used exactly once, in the very next statement, as the first thing that is
//   evaluated there. What creates an object is used once.
// - No conversion is lost: in C, C++, Java, C#, Rust and Go the declaration says auto, var, let or := without a type, or the value is
//   a literal of just that type. In C++ and Rust what may be an object goes only into the operand of an operator, since its lifetime
//   would change.
// - It gets parentheses unless it, or the place, needs none. {x} in JavaScript becomes {x: value}.
// - The declaration stands on lines of its own, without a comment that would go with it.
// Not offered in Ruby and Bash.
#include "refactor/condition.h"
#include "refactor/evaluation.h"
#include "refactor/layout.h"
#include "refactor/local_declaration.h"
#include "refactor/rules.h"
#include "refactor/tree_path.h"
#include "syntax/scopes.h"

#include <algorithm>
#include <fmt/core.h>

namespace countersign::refactor {

using syntax::Node;

namespace {

tl::unexpected<Error> denied(std::string why) { return fail(ErrorCode::denied, std::move(why)); }

bool is_binary_operand(std::string_view text, Node parent) { return !operator_of(text, parent).empty(); }

/// Whether the value may stand in `parent` in the place of `use` without parentheses.
bool needs_parentheses(Grammar const& grammar, Node value, Node parent, Node use)
{
    // new (make())() and new make()() are not the same.
    if (parent.is("new_expression") && parent.field("constructor") == use)
        return !value.is("identifier");
    if (is_a(value, grammar.primaries) || is_a(value, grammar.literals)) {
        // 1.foo and -1.foo do not read as they should.
        bool const number =
            value.is_any({ "number", "integer", "int_literal", "integer_literal", "number_literal", "decimal_integer_literal" });
        return number && !parent.is_any({ "argument_list", "arguments" }) && parent.field("object") == use;
    }
    if (value.is_any(
            { "expression_list", "yield", "sequence_expression", "assignment_expression", "named_expression", "generator_expression" }))
        return true;
    constexpr std::string_view closed =
        "argument_list arguments argument parenthesized_expression init_declarator variable_declarator return_statement "
        "return_expression let_declaration throw_statement array list template_substitution equals_value_clause "
        "condition_clause";
    if (is_a(parent, closed) || (parent.is("expression_list") && !grammar.language.starts_with("python")))
        return false;
    if (parent.is_any({ "assignment", "assignment_expression", "assignment_statement", "short_var_declaration" }))
        return parent.field("right") != use;
    if (parent.is_any({ "subscript", "subscript_expression", "index_expression", "array_access" }))
        return parent.named_count() && parent.named_child(0) == use;
    return true;
}

struct Use {
    std::vector<Node> path;
    Node node() const { return path.back(); }
    Node parent() const { return path[path.size() - 2]; }
};

/// What holds for every use, whatever the value.
Result<> check_use(Grammar const& grammar, std::string_view text, LocalDeclaration const& declaration, Use const& use)
{
    if (use.node().begin() < declaration.statement.end() || !declaration.block.range().contains(use.node().range()))
        return denied("it is used outside the block that declares it");
    for (std::size_t i = use.path.size() - 1; i-- > 0 && use.path[i] != declaration.block;) {
        Node const node = use.path[i];
        if (is_a(node, grammar.functions) || node.type().find("comprehension") != std::string_view::npos || node.is("generator_expression"))
            return denied("it is used in a nested function, which may run at another time");
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

/// Why a name in the value would mean another variable, or hold another value, at `use`; empty if it would not.
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

bool crosses_loop(Grammar const& grammar, LocalDeclaration const& declaration, Use const& use)
{
    for (std::size_t i = use.path.size() - 1; i-- > 0 && use.path[i] != declaration.block;) {
        if (is_a(use.path[i], grammar.loops))
            return true;
    }
    return false;
}

Node next_statement(Node statement)
{
    Node next = statement.next();
    while (is_comment(next))
        next = next.next();
    return next;
}

Result<> check_evaluation(Grammar const& grammar, std::string_view text, LocalDeclaration const& declaration, std::vector<Use> const& uses)
{
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
    }
    if (effect != Effect::acts)
        return {};
    Spot const spot = TRY(spot_of(grammar, text, uses.front().path));
    if (spot.enclosing() != next_statement(declaration.statement))
        return denied("its value does something, and it is not used in the next statement");
    if (std::string const why = evaluated_after(grammar, text, spot, effect); !why.empty())
        return denied(why);
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

/// The quick look: the outermost function around an identifier, if it also declares, somewhere in it, such a name alone with a value; else
/// null.
Node function_with_variable(Grammar const& grammar, syntax::Tree const& tree, std::size_t offset)
{
    std::string_view const text = tree.text();
    for (std::size_t const at : { offset, offset == 0 ? 0 : offset - 1 }) {
        auto const path = path_to(tree, { at, at });
        if (path.size() < 2 || !path.back().is_any({ "identifier", "shorthand_property_identifier" }))
            continue;
        auto const function =
            std::find_if(path.begin(), path.end(), [&](Node node) { return node.is_named() && is_a(node, grammar.functions); });
        if (function == path.end())
            return Node();
        bool found = false;
        walk_all(*function, [&](Node node, std::size_t) {
            if (!found && node.is("identifier") && node.text(text) == path.back().text(text))
                found = local_declaration_of(grammar, text, path_to(tree, node.range())).has_value();
            return !found;
        });
        return found ? *function : Node();
    }
    return Node();
}

/// In bytes: knowing all names in a function of this length takes about a millisecond.
constexpr std::size_t glance_limit = 8 * 1024;

}

Result<Application> inline_variable(Site const& site)
{
    std::string_view const text = site.tree.text();
    Grammar const* const grammar = find_grammar(site.tree.language().name);
    if (!grammar || listed("ruby bash", grammar->language))
        return fail(ErrorCode::not_found,
            fmt::format("variables of {} are not inlined: a bare name may be a call there", site.tree.language().display_name));
    auto const nothing = fail(ErrorCode::not_found, "there is no local variable here");
    if (!is_inside(site.tree, site.selection))
        return nothing;
    Node within = site.tree.root();
    if (site.effort == Effort::glance) {
        within = function_with_variable(*grammar, site.tree, site.selection.begin);
        if (!within)
            return nothing;
        if (within.range().size() > glance_limit)
            return Application {};
    }
    syntax::Scopes const scopes(site.tree, within);
    syntax::Binding const* const binding = scopes.binding_at(site.selection.begin);
    if (!binding || (site.selection.size() > 0 && text.substr(site.selection.begin, site.selection.size()) != binding->name))
        return nothing;
    if (!binding->is_local || !listed("variable constant", binding->kind))
        return denied(fmt::format("{} is not a local variable", binding->name));
    if (binding->uncertain)
        return denied(fmt::format("not every use of {} is certain: {}", binding->name, *binding->uncertain));
    if (!binding->writes.empty())
        return denied(fmt::format("{} is assigned more than once", binding->name));

    LocalDeclaration const declaration = TRY(local_declaration_of(*grammar, text, path_to(site.tree, binding->definition.range())));
    if (declaration.statement.has_error())
        return denied("its declaration does not parse");
    std::vector<Use> uses;
    for (Node const reference : binding->references) {
        if (reference.begin() == binding->definition.begin())
            continue;
        uses.push_back({ path_to(site.tree, reference.range()) });
        if (uses.back().path.size() < 2)
            return denied("it is used deeper than can be looked at");
        TRY(check_use(*grammar, text, declaration, uses.back()));
        if (std::string const why = operand_changed(text, declaration, scopes, reference); !why.empty())
            return denied(why);
    }
    if (uses.empty())
        return denied(fmt::format("{} is never used", binding->name));
    TRY(check_conversion(*grammar, text, declaration));
    TRY(check_object(*grammar, text, declaration, uses));
    TRY(check_evaluation(*grammar, text, declaration, uses));

    std::vector<ByteEdit> edits { { TRY(whole_lines(text, declaration.statement)), {} } };
    std::string_view const value = declaration.value.text(text);
    bool const many_lines = value.find_first_of("\r\n") != std::string_view::npos;
    if (many_lines && uses.size() > 1)
        return denied("its value is written over several lines and is used more than once");
    for (Use const& use : uses) {
        bool const parentheses =
            needs_parentheses(*grammar, declaration.value, use.parent(), use.node()) || (many_lines && !value.starts_with('('));
        std::string place = parentheses ? fmt::format("({})", value) : std::string(value);
        bool const is_shorthand = std::any_of(
            binding->shorthands.begin(), binding->shorthands.end(), [&](Node each) { return each.begin() == use.node().begin(); });
        edits.push_back({ use.node().range(), is_shorthand ? fmt::format("{}: {}", binding->name, place) : place });
    }
    ByteRange const range { edits.front().range.begin, edits.back().range.end };
    return Application { range, std::move(edits), fmt::format("{} is replaced by its value", binding->name) };
}

}
