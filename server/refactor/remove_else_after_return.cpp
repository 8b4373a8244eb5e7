// remove_else_after_return: after a branch that always leaves (return, continue, break, throw), the else is not needed.
//
// Safe, because what was in the else runs exactly when the branch did not leave, as the code behind the if does:
// - The last statement of the branch leaves. Calls that never come back are not known and do not count.
// - The if is a statement among others: not the arm of another if, not a lone branch, not the value of an expression.
// - Names that the else declares now live in the block around: refused if such a name occurs anywhere else in that block, and in the
//   arms of a switch, which share one scope.
// - In C++, Rust and C# they would also be destroyed later: refused unless the if is the last statement of its block.
// - The condition declares no name: the else could see it. Rust's `if let` also keeps its temporaries alive through the else.
// - No comment stands around the else. No preprocessor directive or label is inside. Where JavaScript would end a statement by
//   itself, the line that follows must not continue it.
// - No attribute stands before the if, for it would no longer be about the else. No goto is around where the else declares names.
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

tl::unexpected<Error> denied(std::string why) { return fail(ErrorCode::denied, std::move(why)); }

bool leaves(Grammar const& grammar, std::string_view text, Node branch)
{
    auto const statements = statements_of(grammar, branch);
    if (statements.empty())
        return false;
    Node last = statements.back();
    if (is_a(last, grammar.wrappers) && last.named_count() == 1)
        last = last.named_child(0);
    if (grammar.language == "ruby" && last.is("call"))
        return !last.field("receiver") && last.field("method") && last.field("method").text(text) == "raise";
    return is_a(last, grammar.jumps);
}

/// The node that stands in a list of statements in the if's place, and that list.
struct Standing {
    Node statement, list, around;
    bool in_case = false;
};

Result<Standing> standing(Grammar const& grammar, std::vector<Node> path)
{
    Standing result;
    result.statement = path.back();
    path.pop_back();
    while (!path.empty() && is_a(path.back(), grammar.wrappers)) {
        result.statement = path.back();
        path.pop_back();
    }
    if (path.empty())
        return denied("the if is not a statement of its own");
    result.list = path.back();
    result.in_case = is_a(result.list, grammar.cases);
    bool const is_list = is_a(result.list, grammar.blocks) || is_a(result.list, grammar.lists) || result.in_case
        || (grammar.shape == Shape::words && is_a(result.list, grammar.else_clauses));
    if (!is_list)
        return denied("the if is not a statement among others");
    // The scope of the list's names begins at the header of what it is the body of.
    while (path.size() > 1 && is_a(path.back(), grammar.lists))
        path.pop_back();
    result.around = path.size() > 1 ? path[path.size() - 2] : path.back();
    return result;
}

/// Jumps over a declaration are errors in C++ and Go, and in C where the array's size is a variable.
bool jumps_about(Node around)
{
    bool found = false;
    walk_all(around, [&](Node node, std::size_t) { return !(found = found || node.is("goto_statement")); });
    return found;
}

Node next_statement(Node node)
{
    Node next = node.next();
    while (is_comment(next))
        next = next.next();
    return next;
}

Result<> check(Grammar const& grammar, If const& parts)
{
    if (parts.is_else_if)
        return denied("this if is an else-if of another");
    if (parts.is_constexpr)
        return denied("if constexpr chooses code at compile time");
    if (parts.has_initializer)
        return denied("the condition declares a name that the else can see");
    if (parts.has_loose_comment)
        return denied("a comment stands between the branches");
    if (parts.keyword.is("unless") && parts.chained)
        return denied("the else belongs to a chain");
    if (std::string const hazard = hazard_in(parts.node); !hazard.empty())
        return denied(hazard);
    if (grammar.shape == Shape::braces && parts.consequence.is("attributed_statement"))
        return denied("the branch has an attribute");
    return {};
}

/// What the else held, one level out.
Result<std::string> freed(Grammar const& grammar, std::string_view text, If const& parts, std::string_view outer)
{
    if (parts.chained && grammar.shape != Shape::braces) {
        // elif, elsif: the arm becomes the if.
        std::string_view const rest = text.substr(parts.else_token.end(), parts.node.end() - parts.else_token.end());
        return "if" + std::string(rest);
    }
    if (parts.chained)
        return std::string(parts.alternative.text(text));
    bool const bare = grammar.shape == Shape::braces && !is_a(parts.alternative, grammar.blocks);
    ByteRange const content = bare ? parts.alternative.range() : content_of(grammar, text, parts.alternative_region);
    if (content.size() == 0)
        return denied("the else branch is empty");
    return reindented(text, parts.node, content, inner_indentation(text, content), outer, grammar.shape == Shape::colon);
}

}

Result<Application> remove_else_after_return(Site const& site)
{
    std::string_view const text = site.tree.text();
    auto found = TRY(if_at(site, Header::with_else));
    Grammar const& grammar = *found.grammar;
    If const& parts = found.parts;
    if (!parts.alternative)
        return fail(ErrorCode::not_found, "the if has no else branch");
    if (grammar.language == "bash")
        return fail(ErrorCode::not_found, "a command of Bash may be redefined, so none is known to leave");
    if (!leaves(grammar, text, parts.consequence))
        return denied("the branch before the else does not end by leaving");
    TRY(check(grammar, parts));
    Standing const place = TRY(standing(grammar, found.path));
    if (!begins_line(text, parts.node.begin()))
        return denied("the if does not begin its line");
    if (grammar.shape == Shape::words && parts.node.first_row() == parts.node.last_row())
        return denied("the if stands on one line");

    auto const statements = parts.chained ? std::vector<Node> {} : statements_of(grammar, parts.alternative);
    Node const next = next_statement(place.statement);
    if (declares(grammar, statements) && place.in_case)
        return denied("the else declares names, and the arms of a switch share one scope");
    if (declares(grammar, statements) && grammar.destructors && next)
        return denied("what the else declares would live longer");
    if (std::string const clash = name_clash(grammar, text, statements, parts.alternative_region, place.around); !clash.empty())
        return denied(clash);
    if (next && !statements.empty() && lacks_semicolon(grammar, text, statements.back()) && continues_statement(text.substr(next.begin())))
        return denied("the next line would continue the last statement of the else");
    if (!statements.empty() && lacks_semicolon(grammar, text, parts.consequence)
        && continues_statement(text.substr(statements.front().begin())))
        return denied("what is in the else would continue the statement before it");
    if (declares(grammar, statements) && jumps_about(place.around))
        return denied("a goto might jump over what the else declares");
    if (has_attribute(grammar, found.path))
        return denied("the if has an attribute");
    if (grammar.language == "rust" && next && !parts.chained && !statements.empty()
        && !text.substr(0, statements.back().end()).ends_with(';') && !text.substr(0, statements.back().end()).ends_with('}'))
        return denied("the last statement of the else has no semicolon");

    std::string_view const outer = indentation_at(text, parts.node.begin());
    std::string body = TRY(freed(grammar, text, parts, outer));
    std::string_view const newline = newline_at(text, parts.node.begin());
    std::size_t const begin = parts.consequence_region.end;
    std::size_t const end =
        grammar.shape == Shape::braces || parts.chained ? parts.node.end() : std::max(parts.node.end(), parts.alternative_region.end);
    std::string replacement = fmt::format(
        "{}{}{}{}", newline, outer, grammar.shape == Shape::words ? "end" + std::string(newline) + std::string(outer) : "", body);
    return Application { { parts.node.begin(), end }, { { { begin, end }, std::move(replacement) } },
        "the else is not needed after a branch that always leaves" };
}

}
