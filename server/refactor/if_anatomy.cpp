#include "refactor/if_anatomy.h"

#include "refactor/layout.h"
#include "refactor/tree_path.h"

#include <algorithm>
#include <fmt/core.h>

namespace countersign::refactor {

using syntax::Node;

namespace {

tl::unexpected<Error> denied(std::string why) { return fail(ErrorCode::denied, std::move(why)); }

std::size_t trimmed_end(std::string_view text, std::size_t begin, std::size_t end)
{
    return std::max(begin, trimmed(text, { begin, end }).end);
}

/// The end of a Python suite: its last statement, what follows on that line, and comments below that are indented deeper than the header.
std::size_t suite_end(std::string_view text, std::size_t header, std::size_t end)
{
    std::string_view const outer = indentation_at(text, header);
    std::size_t const first_line_end = line_end(text, end);
    std::size_t const after = std::min(text.find_first_not_of(" \t;", end), text.size());
    if (after < first_line_end)
        end = text[after] == '#' ? first_line_end : end;
    for (std::size_t at = first_line_end; at < text.size();) {
        std::size_t const begin = std::min(text.find_first_not_of("\r\n", at), text.size());
        std::size_t const close = line_end(text, begin);
        std::string_view const indentation = indentation_at(text, begin);
        std::size_t const content = begin + indentation.size();
        if (content < close && (text[content] != '#' || indentation.size() <= outer.size() || !indentation.starts_with(outer)))
            break;
        if (content < close)
            end = close;
        at = close;
        if (begin == text.size())
            break;
    }
    return end;
}

/// What is inside `( )` around a condition.
Result<Node> unwrapped_condition(Node condition, If& parts)
{
    if (condition.is("parenthesized_expression")) {
        Node found;
        for (Node child : condition.named_children()) {
            if (is_comment(child))
                parts.has_loose_comment = true;
            else if (found)
                return denied("the condition is of a form that is not known");
            else
                found = child;
        }
        return found;
    }
    if (condition.is("condition_clause")) {
        parts.has_initializer = bool(condition.field("initializer"));
        Node const value = condition.field("value");
        if (value.is("declaration"))
            parts.has_initializer = true;
        return value;
    }
    return condition;
}

Result<> dissect_braces(Grammar const& grammar, If& parts)
{
    Node const condition = parts.node.field("condition");
    parts.consequence = parts.node.field("consequence");
    parts.alternative = parts.node.field("alternative");
    if (!condition || !parts.consequence)
        return denied("the if is not complete");
    parts.has_initializer = bool(parts.node.field("initializer"));
    bool const demands_parentheses = !listed("go rust csharp", grammar.language);
    parts.condition = demands_parentheses ? TRY(unwrapped_condition(condition, parts)) : condition;
    parts.header_end = condition.end();
    for (Node child : parts.node.children()) {
        if (child.is("constexpr") || child.is("consteval"))
            parts.is_constexpr = true;
        if (child.is(")") && child.begin() >= condition.end() && child.end() <= parts.consequence.begin())
            parts.header_end = child.end();
        if (child.is("else"))
            parts.else_token = child;
        if (is_comment(child))
            parts.has_loose_comment = true;
    }
    if (is_a(parts.alternative, grammar.else_clauses)) {
        Node const clause = parts.alternative;
        parts.alternative = {};
        for (Node child : clause.children()) {
            if (child.is("else"))
                parts.else_token = child;
            else if (is_comment(child))
                parts.has_loose_comment = true;
            else if (child.is_named())
                parts.alternative = child;
        }
    }
    if (bool(parts.alternative) != bool(parts.else_token))
        return denied("the else is not complete");
    parts.chained = is_a(parts.alternative, grammar.ifs);
    parts.consequence_region = { parts.header_end, parts.consequence.end() };
    if (parts.alternative)
        parts.alternative_region = { parts.else_token.end(), parts.alternative.end() };
    return {};
}

Result<> dissect_colon(std::string_view text, If& parts)
{
    parts.condition = parts.node.field("condition");
    parts.consequence = parts.node.field("consequence");
    for (Node child : parts.node.children()) {
        if (child.is(":") && parts.header_end == 0)
            parts.header_end = child.end();
        if (parts.alternative || !child.is_any({ "elif_clause", "else_clause" }))
            continue;
        parts.chained = child.is("elif_clause");
        parts.alternative = child.is("elif_clause") ? child : child.field("body");
        parts.else_token = child.children().front();
        std::size_t begin = child.end();
        for (Node token : child.children()) {
            if (token.is(":")) {
                begin = token.end();
                break;
            }
        }
        parts.alternative_region = { begin, suite_end(text, parts.node.begin(), child.end()) };
    }
    if (!parts.condition || !parts.consequence || parts.header_end == 0)
        return denied("the if is not complete");
    std::size_t const end = std::max(parts.consequence.end(), parts.header_end);
    parts.consequence_region = { parts.header_end, suite_end(text, parts.node.begin(), end) };
    if (parts.alternative) {
        // What is left before the else must be blank: a comment there belongs to neither branch.
        std::size_t const rest = std::min(text.find_first_not_of(" \t\r\n", parts.consequence_region.end), text.size());
        parts.has_loose_comment = rest < parts.else_token.begin();
    }
    return {};
}

Result<> dissect_words(std::string_view text, If& parts)
{
    bool const is_bash = parts.node.is("if_statement");
    Node end_token;
    std::size_t conditions = 0;
    for (Node child : parts.node.children()) {
        if (child.is("then"))
            parts.header_end = child.end();
        if (parts.header_end == 0 && child.is_named() && !is_comment(child)) {
            ++conditions;
            parts.condition = child;
        }
        if (child.is_any({ "else_clause", "elif_clause", "else", "elsif" }) && child.is_named() && !parts.alternative) {
            parts.alternative = child;
            parts.else_token = child.children().front();
            parts.chained = child.is_any({ "elif_clause", "elsif" });
        }
        end_token = child;
    }
    if (!is_bash) {
        parts.condition = parts.node.field("condition");
        parts.consequence = parts.node.field("consequence");
        if (!parts.condition)
            return denied("the if is not complete");
        parts.header_end = parts.condition.end();
        for (Node child : parts.consequence ? parts.consequence.children() : std::vector<Node> {}) {
            if (child.is("then") && !child.is_named())
                parts.header_end = child.end();
        }
    }
    if (parts.header_end == 0 || !end_token.is_any({ "fi", "end" }))
        return denied("the if is not complete");
    if (is_bash && conditions != 1)
        parts.condition = {};
    std::size_t const end = parts.alternative ? parts.alternative.begin() : end_token.begin();
    parts.consequence_region = { parts.header_end, trimmed_end(text, parts.header_end, end) };
    if (parts.alternative)
        parts.alternative_region = { parts.else_token.end(), trimmed_end(text, parts.else_token.end(), end_token.begin()) };
    return {};
}

}

bool declares_name(Node condition)
{
    bool found = false;
    walk_all(condition, [&](Node node, std::size_t) {
        if (found)
            return false;
        found = node.is_any({ "let_condition", "let_chain", "declaration_pattern", "declaration_expression", "recursive_pattern",
                    "var_pattern", "type_pattern", "record_pattern" })
            || (node.is("instanceof_expression") && node.field("name"));
        return !found;
    });
    return found;
}

Result<If> dissect(Grammar const& grammar, std::string_view text, std::vector<Node> const& path)
{
    If parts;
    parts.node = path.back();
    if (path.size() > 1)
        parts.parent = path[path.size() - 2];
    if (parts.node.has_error())
        return denied("the if does not parse");
    parts.keyword = parts.node.children().front();
    if (grammar.shape == Shape::braces)
        TRY(dissect_braces(grammar, parts));
    else if (grammar.shape == Shape::colon)
        TRY(dissect_colon(text, parts));
    else
        TRY(dissect_words(text, parts));
    parts.has_initializer = parts.has_initializer || declares_name(parts.condition);
    parts.is_else_if =
        is_a(parts.parent, grammar.else_clauses) || (is_a(parts.parent, grammar.ifs) && parts.parent.field("alternative") == parts.node);
    if (grammar.shape != Shape::braces)
        parts.is_else_if = false; // there an else-if is a node of its own, and an if in an else is just nested
    return parts;
}

Result<PlacedIf> if_at(Site const& site, Header header)
{
    std::string_view const text = site.tree.text();
    PlacedIf found { find_grammar(site.tree.language().name), {}, {} };
    if (!found.grammar)
        return fail(ErrorCode::not_found, fmt::format("there are no refactorings for {}", site.tree.language().display_name));
    if (!is_inside(site.tree, site.selection))
        return fail(ErrorCode::invalid_params, "the selection lies outside the text");
    ByteRange selection = site.selection.size() ? trimmed(text, site.selection) : site.selection;
    // A cursor in the blanks before the first word of a line means that word.
    if (selection.size() == 0 && begins_line(text, selection.begin)) {
        std::size_t const word = line_begin(text, selection.begin) + indentation_at(text, selection.begin).size();
        selection = { word, word };
    }
    found.path = path_to(site.tree, selection);
    for (; !found.path.empty(); found.path.pop_back()) {
        Node const node = found.path.back();
        if (!node.is_named() || !is_a(node, found.grammar->ifs))
            continue;
        auto parts = dissect(*found.grammar, text, found.path);
        if (!parts)
            return tl::unexpected(parts.error());
        // The brace that opens the branch still belongs to the header.
        std::size_t open = parts->header_end;
        if (found.grammar->shape == Shape::braces && is_a(parts->consequence, found.grammar->blocks))
            open = parts->consequence.begin() + 1;
        bool const in_header = node.begin() <= selection.begin && selection.end <= open;
        bool const on_else = header == Header::with_else && parts->else_token && parts->else_token.begin() <= selection.begin
            && selection.end <= parts->else_token.end();
        if (!in_header && !on_else && selection != node.range())
            return fail(ErrorCode::not_found, "there is no if here; put the cursor on the if or its condition");
        found.parts = *parts;
        return found;
    }
    return fail(ErrorCode::not_found, "there is no if here; put the cursor on the if or its condition");
}

std::string hazard_in(Node node)
{
    std::string found;
    std::size_t switch_end = 0;
    walk_all(node, [&](Node inner, std::size_t) {
        if (!found.empty())
            return false;
        std::string_view const type = inner.type();
        if (type == "ERROR" || inner.is_missing())
            found = "a part of it does not parse";
        else if (inner.is_named() && type.starts_with("preproc"))
            found = "there is a preprocessor directive in it";
        else if (inner.is_named() && type.starts_with("labeled"))
            found = "there is a label in it";
        else if (type == "case_statement" && inner.begin() >= switch_end)
            found = "there is a case in it that belongs to a switch outside";
        else if (type == "switch_statement")
            switch_end = std::max(switch_end, inner.end());
        return found.empty();
    });
    return found;
}

bool has_attribute(Grammar const& grammar, std::vector<Node> const& path)
{
    std::size_t at = path.size() - 1;
    while (at > 0 && is_a(path[at - 1], grammar.wrappers))
        --at;
    Node before = path[at].previous();
    while (is_comment(before))
        before = before.previous();
    return before.is("attribute_item");
}

ByteRange content_of(Grammar const& grammar, std::string_view text, ByteRange region)
{
    ByteRange content = trimmed(text, region);
    if (grammar.shape == Shape::braces && content.size() >= 2 && text[content.begin] == '{')
        content = trimmed(text, { content.begin + 1, content.end - 1 });
    return content;
}

std::vector<Node> statements_of(Grammar const& grammar, Node branch)
{
    std::vector<Node> statements;
    if (!branch)
        return statements;
    if (!is_a(branch, grammar.blocks) && !is_a(branch, grammar.lists) && !is_a(branch, grammar.cases)
        && !is_a(branch, grammar.else_clauses))
        return { branch };
    for (Node child : branch.named_children()) {
        if (is_a(child, grammar.lists))
            return statements_of(grammar, child);
        if (!is_comment(child))
            statements.push_back(child);
    }
    return statements;
}

}
