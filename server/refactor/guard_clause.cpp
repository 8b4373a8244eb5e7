// guard_clause: `if (a) { body }` at the end of a function or loop body becomes `if (!a) { return; }` and the body, one level out.
//
// Safe, because what runs is the same statements in the same order:
// - The if is the last statement of the body of a function that returns no value, or of a loop (there it is `continue`). When its
//   condition is false, control reaches the end of that body either way. In a function that returns values somewhere, or in a nested
//   block, that is not so, and it is refused. Ruby's methods return nil in both forms, Bash's functions the status 0.
// - There is no else, and the if is not the arm of another; the condition declares nothing, for that name would be gone.
// - Names that the body declares now live in the body of the function: refused if such a name occurs anywhere else in it.
// - Destructors run at the same point and in the same order: the block's variables were the last to be made and the function or
//   loop ends right behind it.
// - No preprocessor directive or label is inside. Strings over several lines keep their bytes.
//
// It improves code by itself from three statements on, or where the body holds another block: below that, the nesting that goes away
// is worth less than the line that comes.
#include "refactor/condition.h"
#include "refactor/if_anatomy.h"
#include "refactor/layout.h"
#include "refactor/move_out.h"
#include "refactor/rules.h"
#include "refactor/tree_path.h"

#include <algorithm>
#include <fmt/core.h>

namespace countersign::refactor {

using syntax::Node;

namespace {

constexpr std::size_t worthwhile_statements = 3;

tl::unexpected<Error> denied(std::string why) { return fail(ErrorCode::denied, std::move(why)); }

/// Whether a `return` in the function itself, not in one inside it, has a value.
bool returns_value(Grammar const& grammar, Node function)
{
    bool found = false;
    walk_all(function, [&](Node node, std::size_t depth) {
        if (depth > 0 && node.is_named() && is_a(node, grammar.functions))
            return false;
        if (is_a(node, grammar.returns) && node.is_named()) {
            for (Node child : node.named_children())
                found = found || !is_comment(child);
        }
        return !found;
    });
    return found;
}

/// Whether falling off the function's end and a bare return are the same.
bool is_void(Grammar const& grammar, std::string_view text, Node function)
{
    std::string_view const language = grammar.language;
    if (listed("ruby bash", language))
        return true;
    if (returns_value(grammar, function))
        return false;
    if (listed("python javascript typescript tsx", language))
        return true;
    if (language == "go")
        return !function.field("result");
    if (language == "rust")
        return !function.field("return_type") && !function.is("async_block");
    if (function.is_any({ "lambda_expression", "anonymous_method_expression" })) {
        bool trailing = false;
        walk_all(function.field("declarator"),
            [&](Node node, std::size_t) { return !(trailing = trailing || node.is("trailing_return_type")); });
        return !trailing && !function.field("type") && !function.field("return_type");
    }
    if (language == "java")
        return function.is("constructor_declaration") || function.field("type").is("void_type");
    if (language == "csharp") {
        Node const type = function.field(function.is("local_function_statement") ? "type" : "returns");
        bool const setter = function.is("accessor_declaration") && listed("set init add remove", function.field("name").text(text));
        return setter || function.is_any({ "constructor_declaration", "destructor_declaration" }) || (type && type.text(text) == "void");
    }
    Node const type = function.field("type");
    bool const is_plain = function.field("declarator").is("function_declarator");
    return is_plain && ((type && type.text(text) == "void") || (language == "cpp" && !type));
}

struct Exit {
    std::string_view word;
    Node around; ///< the function or the loop
};

/// How the body ends that has the if as its last statement.
Result<Exit> exit_of(Grammar const& grammar, std::string_view text, std::vector<Node> path)
{
    path.pop_back();
    while (!path.empty() && (is_a(path.back(), grammar.wrappers) || is_a(path.back(), grammar.lists)))
        path.pop_back();
    if (path.size() < 2 || !is_a(path.back(), grammar.blocks))
        return denied("the if is not the last statement of a function or loop body");
    Node const body = path.back();
    Node const around = path[path.size() - 2];
    bool const is_body = around.field("body") == body;
    if (is_body && is_a(around, grammar.loops))
        return Exit { grammar.language == "ruby" ? "next" : "continue", around };
    if (!is_body || !is_a(around, grammar.functions))
        return denied("the if is not the last statement of a function or loop body");
    if (!is_void(grammar, text, around))
        return denied("the function returns a value");
    return Exit { around.is_any({ "block", "do_block", "lambda" }) && grammar.language == "ruby" ? "next" : "return", around };
}

bool is_last(Grammar const& grammar, std::vector<Node> const& path)
{
    for (std::size_t i = path.size(); i-- > 0;) {
        if (i + 1 < path.size() && !is_a(path[i], grammar.wrappers))
            return true;
        for (Node next = path[i].next(); next; next = next.next()) {
            if (!is_comment(next) && !next.is("empty_statement"))
                return false;
        }
    }
    return true;
}

bool is_worthwhile(Grammar const& grammar, std::vector<Node> const& statements)
{
    return statements.size() >= worthwhile_statements || std::any_of(statements.begin(), statements.end(), [&](Node statement) {
        Node const inner = is_a(statement, grammar.wrappers) && statement.named_count() ? statement.named_child(0) : statement;
        return is_a(inner, grammar.loops) || is_a(inner, grammar.ifs);
    });
}

Result<> check(Grammar const& grammar, std::string_view text, PlacedIf const& found)
{
    If const& parts = found.parts;
    if (parts.alternative)
        return denied("the if has an else branch");
    if (parts.is_else_if)
        return denied("this if is an else-if of another");
    if (parts.is_constexpr)
        return denied("if constexpr chooses code at compile time");
    if (parts.has_initializer)
        return denied("the condition declares a name that the body may use");
    if (!parts.condition)
        return denied("the condition is a list of commands");
    if (parts.has_loose_comment)
        return denied("a comment stands before the body");
    if (!is_last(grammar, found.path))
        return denied("the if is not the last statement of a function or loop body");
    if (!begins_line(text, parts.node.begin()))
        return denied("the if does not begin its line");
    if (has_attribute(grammar, found.path))
        return denied("the if has an attribute");
    bool const in_wrapper = found.path.size() > 1 && is_a(found.path[found.path.size() - 2], grammar.wrappers);
    if (grammar.language == "rust" && (in_wrapper ? found.path[found.path.size() - 2] : parts.node).next().is("empty_statement"))
        return denied("a semicolon follows the if");
    if (parts.consequence.is("attributed_statement"))
        return denied("the branch has an attribute");
    return {};
}

/// `body` behind `if (!a) return;`, laid out as the if was.
struct Layout {
    std::string outer, unit, newline, body;
    std::string_view statement_end;
};

Application with_braces(If const& parts, std::string_view word, std::string negation, Layout const& layout, bool is_block)
{
    std::string text;
    if (is_block)
        text = fmt::format(
            "{{{0}{1}{2}{3}{4}{0}{1}}}{0}{1}{5}", layout.newline, layout.outer, layout.unit, word, layout.statement_end, layout.body);
    else
        text = fmt::format("{}{}{}{}{}", word, layout.statement_end, layout.newline, layout.outer, layout.body);
    return { parts.node.range(), { { parts.condition.range(), std::move(negation) }, { parts.consequence.range(), std::move(text) } }, {} };
}

Application in_words(Grammar const& grammar, If const& parts, std::string_view word, std::string negation, Layout const& layout)
{
    ByteRange const region = parts.consequence_region;
    if (grammar.language == "bash") {
        std::string text = fmt::format("{0}{1}{2}{3}{0}{1}fi{0}{1}{4}", layout.newline, layout.outer, layout.unit, word, layout.body);
        return { parts.node.range(),
            { { parts.condition.range(), std::move(negation) }, { { region.begin, parts.node.end() }, std::move(text) } }, {} };
    }
    if (grammar.language == "ruby") {
        std::string text = fmt::format("{} {}{}{}{}", word, negation, layout.newline, layout.outer, layout.body);
        return { parts.node.range(), { { parts.node.range(), std::move(text) } }, {} };
    }
    std::string text = fmt::format("{0}{1}{2}{3}{0}{1}{4}", layout.newline, layout.outer, layout.unit, word, layout.body);
    return { { parts.node.begin(), std::max(parts.node.end(), region.end) },
        { { parts.condition.range(), std::move(negation) }, { region, std::move(text) } }, {} };
}

}

Result<Application> guard_clause(Site const& site)
{
    std::string_view const text = site.tree.text();
    auto found = TRY(if_at(site, Header::without_else));
    Grammar const& grammar = *found.grammar;
    If const& parts = found.parts;
    TRY(check(grammar, text, found));
    Exit const exit = TRY(exit_of(grammar, text, found.path));
    if (std::string const hazard = hazard_in(parts.node); !hazard.empty())
        return denied(hazard);

    bool const is_block = is_a(parts.consequence, grammar.blocks);
    ByteRange const content =
        grammar.shape == Shape::braces && !is_block ? parts.consequence.range() : content_of(grammar, text, parts.consequence_region);
    auto const statements = grammar.language == "bash" ? std::vector<Node> {} : statements_of(grammar, parts.consequence);
    if (content.size() == 0 || (statements.empty() && grammar.language != "bash"))
        return denied("the body is empty");
    if (std::string const clash = name_clash(grammar, text, statements, parts.consequence_region, exit.around); !clash.empty())
        return denied(clash);

    std::string_view const outer = indentation_at(text, parts.node.begin());
    std::string_view const inner = inner_indentation(text, content);
    Layout layout { std::string(outer), indentation_unit(text, outer, inner), std::string(newline_at(text, parts.node.begin())),
        TRY(reindented(text, parts.node, content, inner, outer, grammar.shape == Shape::colon)),
        leaves_semicolons_out(grammar, text, exit.around) ? std::string_view {} : grammar.statement_end };
    if (grammar.language == "bash" && layout.body.ends_with(';') && !layout.body.ends_with(";;"))
        layout.body.pop_back(); // of `then b; fi`
    bool const is_unless = parts.keyword.is("unless");
    bool const modifier = grammar.language == "ruby";
    std::string negation = modifier ? std::string(parts.condition.text(text)) : TRY(negated(grammar, text, parts.condition, found.path));
    if (modifier && (negation.find_first_of("\r\n") != std::string::npos || parts.condition.is_any({ "range", "regex", "assignment" })))
        return denied("the condition does not read well behind its statement");
    std::string const word = std::string(exit.word) + (modifier ? is_unless ? " if" : " unless" : "");
    Application application = grammar.shape == Shape::braces ? with_braces(parts, word, negation, layout, is_block)
                                                             : in_words(grammar, parts, word, negation, layout);
    application.reason = fmt::format("an early {} spares a level of nesting", exit.word);
    application.worthwhile = is_worthwhile(grammar, statements);
    return application;
}

}
