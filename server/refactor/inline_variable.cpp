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
// - What may fail (a division, a look into an object) is still evaluated in any case, and not inside a try, with or lock that the
//   declaration is outside of. In C++ a variable that is not const goes only where nothing can write to it. In Go a literal goes only
//   where it keeps the type that the variable had. JavaScript's lines must not run into each other.
// - It gets parentheses unless it, or the place, needs none. {x} in JavaScript becomes {x: value}.
// - The declaration stands on lines of its own, without a comment that would go with it.
// Not offered in Ruby and Bash.
#include "refactor/condition.h"
#include "refactor/inline_checks.h"
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
        "return_expression let_declaration block throw_statement array list template_substitution equals_value_clause "
        "condition_clause";
    if (is_a(parent, closed) || (parent.is("expression_list") && !grammar.language.starts_with("python")))
        return false;
    if (parent.is_any({ "assignment", "assignment_expression", "assignment_statement", "short_var_declaration" }))
        return parent.field("right") != use;
    if (parent.is_any({ "subscript", "subscript_expression", "index_expression", "array_access" }))
        return parent.named_count() && parent.named_child(0) == use;
    return true;
}

/// Where JavaScript ends statements by itself, a line that begins with a bracket goes on with the one before.
Result<> check_lines(Grammar const& grammar, std::string_view text, LocalDeclaration const& declaration, std::vector<Use> const& uses)
{
    auto const before = [](Node statement) {
        Node previous = statement.previous();
        while (is_comment(previous))
            previous = previous.previous();
        return previous;
    };
    auto const joins = [&](Node previous, std::string_view line) {
        return previous && lacks_semicolon(grammar, text, previous) && continues_statement(line);
    };
    Node const next = next_statement(declaration.statement);
    bool joined = next && joins(before(declaration.statement), text.substr(next.begin()));
    for (Use const& use : uses) {
        Node const statement = use.path[statement_of(grammar, use)];
        if (statement.begin() != use.node().begin())
            continue;
        Node previous = before(statement);
        if (previous == declaration.statement)
            previous = before(previous);
        bool const parentheses = needs_parentheses(grammar, declaration.value, use.parent(), use.node());
        joined = joined || joins(previous, parentheses ? "(" : declaration.value.text(text));
    }
    return joined ? Result<> { denied("the line before it ends without a semicolon and would go on") } : Result<> {};
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
    TRY(check_evaluation(*grammar, site.tree, declaration, uses));
    TRY(check_constant(*grammar, text, declaration, uses));
    TRY(check_lines(*grammar, text, declaration, uses));

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
