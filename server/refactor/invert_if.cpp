// invert_if: negates the condition and swaps the branches.
//
// Safe, because the condition is evaluated once and in the same place as before, and each branch runs exactly when it did:
// - There is an else, it is no else-if, and the if is not itself the arm of another: the branches are then two and stay two.
// - The negation is exact, NaN included (condition.h). In C++ `a == b` becomes `a != b` as linters do it; from C++20 on the
//   one is defined by the other.
// - The condition declares nothing, so no name changes its scope. In Go `if v, ok := f(); ok` may stay: v is visible in both branches.
// - No comment stands between the branches, where it would end up with the wrong one. Comments inside a branch, and behind a
//   branch without braces on its line, move with it.
// - A branch without braces that ends in another if or loop does not get an else behind it (the else would bind there).
// - No preprocessor directive, label or case of an outer switch is inside. `if constexpr` discards a branch at compile time and is left
//   alone. In Bash no branch looks at $?, or begins with a bare return, which the negation changes.
#include "refactor/condition.h"
#include "refactor/if_anatomy.h"
#include "refactor/layout.h"
#include "refactor/rules.h"
#include "refactor/tree_path.h"

#include <fmt/core.h>

namespace countersign::refactor {

using syntax::Node;

namespace {

tl::unexpected<Error> denied(std::string why) { return fail(ErrorCode::denied, std::move(why)); }

/// The region with the comments that follow on the line of a branch without braces.
ByteRange with_trailing_comment(std::string_view text, ByteRange region)
{
    std::size_t at = region.end;
    for (;;) {
        at = std::min(text.find_first_not_of(" \t", at), text.size());
        if (text.substr(at).starts_with("//")) {
            region.end = trimmed(text, { at, line_end(text, at) }).end;
            return region;
        }
        std::size_t const close = text.substr(at).starts_with("/*") ? text.find("*/", at) : std::string_view::npos;
        if (close == std::string_view::npos)
            return region;
        at = region.end = close + 2;
    }
}

bool contains_line_comment(std::string_view text, ByteRange region, std::size_t code_end)
{
    return text.substr(code_end, region.end - code_end).find("//") != std::string_view::npos;
}

/// The branches of a language with braces where at least one has none.
Result<> check_bare_branches(Grammar const& grammar, std::string_view text, If& parts)
{
    auto is_block = [&](Node branch) { return is_a(branch, grammar.blocks) || branch.is("attributed_statement"); };
    bool const alternative_is_block = is_block(parts.alternative);
    if (is_block(parts.consequence) && alternative_is_block)
        return {};
    for (Node const branch : { parts.consequence, parts.alternative }) {
        bool const is_plain = is_a(branch, grammar.jumps) || branch.is_any({ "expression_statement", "yield_statement" });
        if (!is_block(branch) && !is_plain)
            return denied("a branch without braces is not a plain statement; an else behind it might belong to an if inside");
    }
    if (grammar.semicolon_insertion && !is_block(parts.consequence) && !alternative_is_block
        && parts.consequence.text(text).ends_with(';') != parts.alternative.text(text).ends_with(';'))
        return denied("one branch ends with a semicolon and the other does not");
    if (grammar.semicolon_insertion && is_block(parts.consequence) != alternative_is_block) {
        Node const bare = alternative_is_block ? parts.consequence : parts.alternative;
        if (!bare.text(text).ends_with(';'))
            return denied("a branch without braces lacks its semicolon");
    }
    return {};
}

/// Lets comments behind bare branches move along.
Result<> take_trailing_comments(Grammar const& grammar, std::string_view text, If& parts)
{
    ByteRange const consequence = parts.consequence_region, alternative = parts.alternative_region; // without comments
    if (!is_a(parts.consequence, grammar.blocks))
        parts.consequence_region = with_trailing_comment(text, consequence);
    if (!is_a(parts.alternative, grammar.blocks))
        parts.alternative_region = with_trailing_comment(text, alternative);
    bool const line_comment = contains_line_comment(text, parts.consequence_region, consequence.end)
        || contains_line_comment(text, parts.alternative_region, alternative.end);
    if (line_comment && !(ends_line(text, parts.consequence_region.end) && ends_line(text, parts.alternative_region.end)))
        return denied("a comment behind a branch would swallow the code behind the other");
    // Whatever comment is left belongs to neither branch.
    bool loose = false;
    walk_all(parts.node, [&](Node node, std::size_t) {
        bool const inside = parts.consequence_region.contains(node.range()) || parts.alternative_region.contains(node.range());
        if (is_comment(node) && !inside && node.begin() >= parts.header_end)
            loose = true;
        return !inside && !loose;
    });
    if (loose)
        return denied("a comment stands between the branches");
    return {};
}

/// Where both branches stand on the lines of their heads, the blanks before them stay: `if(a)x();else y();`
void leave_blanks(std::string_view text, If& parts)
{
    auto const is_on_line = [&](ByteRange region, Node branch) {
        return text.substr(region.begin, branch.begin() - region.begin).find_first_of("\r\n") == std::string_view::npos;
    };
    if (!is_on_line(parts.consequence_region, parts.consequence) || !is_on_line(parts.alternative_region, parts.alternative))
        return;
    parts.consequence_region.begin = parts.consequence.begin();
    parts.alternative_region.begin = parts.alternative.begin();
}

bool comment_between(Node node, ByteRange region, Node branch)
{
    bool found = false;
    walk_all(node, [&](Node inner, std::size_t) {
        found = found || (is_comment(inner) && region.begin <= inner.begin() && inner.end() <= branch.begin());
        return !found && inner.begin() < branch.begin();
    });
    return found;
}

/// Whether the first command of a branch is affected by the exit status of the condition, which the negation changes: a bare return or
/// exit, or a function of this file that reads $?.
bool begins_with_status(std::string_view text, ByteRange branch, Node root)
{
    std::string_view const written = text.substr(branch.begin, branch.size());
    std::string_view const word = written.substr(0, written.find_first_of(" \t\r\n;&|()"));
    std::string_view const rest = support::trim(written.substr(word.size(), written.find_first_of("\r\n;&|)") - word.size()));
    if (word == "return" || word == "exit")
        return rest.empty() || rest.starts_with('#');
    bool found = false;
    walk_all(root, [&](Node node, std::size_t) {
        found = found
            || (node.is("function_definition") && node.field("name").text(text) == word
                && node.text(text).find("$?") != std::string_view::npos);
        return !found;
    });
    return found;
}

Result<> check_words(std::string_view text, If const& parts, Node root)
{
    ByteRange const regions[] = { parts.consequence_region, parts.alternative_region };
    bool one_line = true, own_lines = true;
    for (ByteRange region : regions) {
        std::string_view const branch = text.substr(region.begin, region.size());
        if (trimmed(text, region).size() == 0)
            return denied("a branch is empty");
        one_line = one_line && branch.find_first_of("\r\n#") == std::string_view::npos;
        own_lines = own_lines && ends_line(text, region.end) && branch.find_first_of("\r\n") != std::string_view::npos;
        if (parts.node.is("if_statement")
            && (branch.find("$?") != std::string_view::npos || branch.find("PIPESTATUS") != std::string_view::npos))
            return denied("a branch looks at the exit status of the condition");
        if (parts.node.is("if_statement") && begins_with_status(text, trimmed(text, region), root))
            return denied("a branch begins with a command that uses the exit status of the condition");
    }
    if (!one_line && !own_lines)
        return denied("the branches do not both stand on lines of their own");
    return {};
}

}

Result<Application> invert_if(Site const& site)
{
    std::string_view const text = site.tree.text();
    auto found = TRY(if_at(site, Header::with_else));
    If& parts = found.parts;
    Grammar const& grammar = *found.grammar;
    if (!parts.alternative)
        return denied("the if has no else branch to swap with");
    if (parts.chained)
        return denied("the else is an else-if; only two plain branches can be swapped");
    if (parts.is_else_if)
        return denied("this if is an else-if of another");
    if (parts.is_constexpr)
        return denied("if constexpr chooses code at compile time");
    if (!parts.condition)
        return denied("the condition is a list of commands");
    if (parts.has_initializer && !(grammar.language == "go"))
        return denied("the condition declares a name");
    if (std::string const hazard = hazard_in(parts.node); !hazard.empty())
        return denied(hazard);
    if (grammar.shape == Shape::braces) {
        TRY(check_bare_branches(grammar, text, parts));
        if (comment_between(parts.node, { parts.header_end, 0 }, parts.consequence)
            || comment_between(parts.node, { parts.else_token.end(), 0 }, parts.alternative))
            return denied("a comment stands before a branch");
        TRY(take_trailing_comments(grammar, text, parts));
        leave_blanks(text, parts);
    } else if (grammar.shape == Shape::colon && parts.has_loose_comment) {
        return denied("a comment stands between the branches");
    } else if (grammar.shape == Shape::words) {
        TRY(check_words(text, parts, site.tree.root()));
    }
    std::vector<ByteEdit> edits;
    if (parts.keyword.is("unless"))
        edits.push_back({ parts.keyword.range(), "if" }); // unless a, with the branches swapped, is if a
    else
        edits.push_back({ parts.condition.range(), TRY(negated(grammar, text, parts.condition, found.path)) });
    ByteRange const first = parts.consequence_region, second = parts.alternative_region;
    edits.push_back({ first, std::string(text.substr(second.begin, second.size())) });
    edits.push_back({ second, std::string(text.substr(first.begin, first.size())) });
    return Application { { parts.node.begin(), std::max(parts.node.end(), second.end) }, std::move(edits),
        "the branches are swapped and the condition is negated" };
}

}
