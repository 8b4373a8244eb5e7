// merge_nested_ifs: `if (a) { if (b) { body } }` becomes `if (a && b) { body }`.
//
// Safe, because `&&` evaluates b exactly when a holds, as the nesting did:
// - Neither if has an else, and the inner one is all that the outer one holds.
// - Each condition keeps its meaning beside "and": it gets parentheses unless it binds tighter (`||`, `?:`, assignments do not).
// - Neither condition declares a name or is a pattern: those cannot stand in an "and" in every version of their language.
// - No comment stands between the two, no preprocessor directive or label is inside. Strings over several lines keep their bytes.
// An `&&` that a C++ class overloads would evaluate both sides; conditions of an if that rely on one are not written.
// Not offered in Bash, whose conditions are commands.
#include "refactor/condition.h"
#include "refactor/if_anatomy.h"
#include "refactor/layout.h"
#include "refactor/rules.h"
#include "refactor/tree_path.h"

#include <algorithm>
#include <fmt/core.h>

namespace countersign::refactor {

using syntax::Node;

namespace {

tl::unexpected<Error> denied(std::string why) { return fail(ErrorCode::denied, std::move(why)); }

Result<> check(If const& parts, std::string_view which)
{
    if (parts.alternative)
        return denied(fmt::format("the {} if has an else branch", which));
    if (parts.is_constexpr)
        return denied("if constexpr chooses code at compile time");
    if (parts.has_initializer)
        return denied(fmt::format("the condition of the {} if declares a name", which));
    if (!parts.condition || !parts.keyword.is("if"))
        return denied(fmt::format("the {} if is of a form that cannot be joined", which));
    if (parts.has_loose_comment || parts.consequence.is("attributed_statement"))
        return denied("a comment or attribute stands between the two");
    return {};
}

/// The if that is all the branch holds, with the path to it.
Result<std::vector<Node>> only_if(Grammar const& grammar, std::vector<Node> path, Node branch)
{
    auto const nothing = fail(ErrorCode::not_found, "the if does not hold another if and nothing else");
    auto statements = statements_of(grammar, branch);
    if (statements.size() != 1)
        return nothing;
    if (statements[0] != branch)
        path.push_back(branch);
    path.push_back(statements[0]);
    if (is_a(statements[0], grammar.wrappers) && statements[0].named_count() == 1)
        path.push_back(statements[0].named_child(0));
    if (!is_a(path.back(), grammar.ifs))
        return nothing;
    return path;
}

/// Comments in `outer` that are not inside its condition or the inner if.
bool has_comment_around(If const& outer, If const& inner, ByteRange inner_range)
{
    bool found = false;
    walk_all(outer.node, [&](Node node, std::size_t) {
        if (inner_range.contains(node.range()) || outer.condition.range().contains(node.range()))
            return false;
        found = found || is_comment(node);
        return !found;
    });
    ByteRange const header { inner.node.begin(), inner.header_end };
    walk_all(inner.node, [&](Node node, std::size_t) {
        if (node.begin() >= header.end || inner.condition.range().contains(node.range()))
            return false;
        found = found || (is_comment(node) && node.end() <= header.end);
        return !found;
    });
    return found;
}

}

Result<Application> merge_nested_ifs(Site const& site)
{
    std::string_view const text = site.tree.text();
    auto found = TRY(if_at(site, Header::without_else));
    Grammar const& grammar = *found.grammar;
    If const& outer = found.parts;
    if (grammar.language == "bash")
        return fail(ErrorCode::not_found, "conditions of Bash are commands and are not joined");
    auto const path = TRY(only_if(grammar, found.path, outer.consequence));
    If const inner = TRY(dissect(grammar, text, path));
    TRY(check(outer, "outer"));
    TRY(check(inner, "inner"));
    ByteRange const inner_range { inner.node.begin(), std::max(inner.node.end(), inner.consequence_region.end) };
    if (has_comment_around(outer, inner, inner_range))
        return denied("a comment stands between the two");
    // In Python a comment before the inner if is seen only in the text.
    if (trimmed(text, { outer.header_end, outer.consequence_region.end }).size() == 0)
        return denied("the body is empty");
    ByteRange const outer_content = content_of(grammar, text, outer.consequence_region);
    if (grammar.shape == Shape::colon && (outer_content.begin != inner_range.begin || outer_content.end != inner_range.end))
        return denied("a comment stands between the two");
    if (std::string const hazard = hazard_in(outer.node); !hazard.empty())
        return denied(hazard);

    std::string condition = fmt::format(
        "{} {} {}", as_and_operand(grammar, text, outer.condition), grammar.and_operator, as_and_operand(grammar, text, inner.condition));
    // The branch of the inner if, from its header's end, takes the place of the outer one's.
    ByteRange const region = inner.consequence_region;
    std::string_view const from = indentation_at(text, inner.node.begin()), to = indentation_at(text, outer.node.begin());
    bool const shifts = begins_line(text, inner.node.begin());
    std::string body = TRY(reindented(text, outer.node, region, shifts ? from : std::string_view {}, shifts ? to : std::string_view {},
        grammar.shape == Shape::colon && shifts));
    return Application { { outer.node.begin(), std::max(outer.node.end(), outer.consequence_region.end) },
        { { outer.condition.range(), std::move(condition) }, { outer.consequence_region, std::move(body) } },
        "two nested conditions without else say the same as one" };
}

}
