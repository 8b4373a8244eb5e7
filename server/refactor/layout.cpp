#include "refactor/layout.h"

#include "refactor/grammar_table.h"
#include "refactor/tree_path.h"

#include <algorithm>
#include <fmt/core.h>

namespace countersign::refactor {

namespace {

constexpr std::string_view blanks = " \t\f\v";
constexpr std::string_view white = " \t\f\v\r\n";

/// Ranges of string literals and the like that go over a line end, in source order.
std::vector<ByteRange> data_ranges(syntax::Node around, ByteRange content)
{
    std::vector<ByteRange> found;
    walk_all(around, [&](syntax::Node node, std::size_t) {
        if (node.end() <= content.begin || node.begin() >= content.end || node.first_row() == node.last_row())
            return false;
        if (!is_text_literal(node))
            return true;
        found.push_back(node.range());
        return false;
    });
    return found;
}

}

std::size_t line_begin(std::string_view text, std::size_t offset)
{
    std::size_t const end = offset == 0 ? std::string_view::npos : text.find_last_of("\r\n", offset - 1);
    return end == std::string_view::npos ? 0 : end + 1;
}

std::size_t line_end(std::string_view text, std::size_t offset) { return std::min(text.find_first_of("\r\n", offset), text.size()); }

std::string_view indentation_at(std::string_view text, std::size_t offset)
{
    std::size_t const begin = line_begin(text, offset);
    std::size_t const end = std::min(text.find_first_not_of(blanks, begin), text.size());
    return text.substr(begin, end - begin);
}

bool begins_line(std::string_view text, std::size_t offset)
{
    std::size_t const begin = line_begin(text, offset);
    return text.substr(begin, offset - begin).find_first_not_of(blanks) == std::string_view::npos;
}

bool ends_line(std::string_view text, std::size_t offset)
{
    return text.substr(offset, line_end(text, offset) - offset).find_first_not_of(blanks) == std::string_view::npos;
}

std::string_view newline_at(std::string_view text, std::size_t offset)
{
    for (std::size_t const from : { offset, std::size_t { 0 } }) {
        std::size_t const end = line_end(text, from);
        if (end < text.size())
            return text.substr(end, 2) == "\r\n" ? "\r\n" : text.substr(end, 1);
    }
    return "\n";
}

ByteRange trimmed(std::string_view text, ByteRange range)
{
    while (range.begin < range.end && white.find(text[range.begin]) != std::string_view::npos)
        ++range.begin;
    while (range.begin < range.end && white.find(text[range.end - 1]) != std::string_view::npos)
        --range.end;
    return range;
}

std::string indentation_unit(std::string_view text, std::string_view outer, std::string_view inner)
{
    if (inner.size() > outer.size() && inner.starts_with(outer))
        return std::string(inner.substr(outer.size()));
    if (outer.find('\t') != std::string_view::npos)
        return "\t";
    // The first indented line of the file says.
    for (std::size_t at = text.find_first_of("\r\n"); at != std::string_view::npos; at = text.find_first_of("\r\n", at + 1)) {
        std::string_view const indentation = indentation_at(text, at + 1);
        if (indentation.starts_with('\t'))
            return "\t";
        if (indentation.size() >= 2 && indentation.size() <= 8 && !ends_line(text, at + 1))
            return std::string(indentation);
    }
    return "    ";
}

std::string_view inner_indentation(std::string_view text, ByteRange content)
{
    std::size_t at = content.begin;
    while (at < content.end) {
        if (begins_line(text, at))
            return indentation_at(text, at);
        at = std::min(text.find_first_not_of(white, line_end(text, at)), text.size());
    }
    return {};
}

bool lacks_semicolon(Grammar const& grammar, std::string_view text, syntax::Node statement)
{
    constexpr std::string_view ended_by_semicolon = "expression_statement lexical_declaration variable_declaration return_statement "
                                                    "throw_statement break_statement continue_statement";
    return grammar.semicolon_insertion && is_a(statement, ended_by_semicolon) && !statement.text(text).ends_with(';');
}

bool leaves_semicolons_out(Grammar const& grammar, std::string_view text, syntax::Node around)
{
    bool found = false, result = false;
    if (!grammar.semicolon_insertion)
        return false;
    walk_all(around, [&](syntax::Node node, std::size_t) {
        if (!found && is_a(node, "expression_statement lexical_declaration variable_declaration return_statement throw_statement")) {
            found = true;
            result = lacks_semicolon(grammar, text, node);
        }
        return !found;
    });
    return result;
}

bool continues_statement(std::string_view line)
{
    return !line.empty() && std::string_view("([`+-/.*,<=?:&|^%").find(line.front()) != std::string_view::npos;
}

Result<std::string> reindented(
    std::string_view text, syntax::Node around, ByteRange content, std::string_view from, std::string_view to, bool strict)
{
    auto const data = data_ranges(around, content);
    std::string result;
    std::size_t at = content.begin;
    auto next_data = data.begin();
    for (;;) {
        std::size_t const end = std::min(line_end(text, at), content.end);
        result += text.substr(at, end - at);
        if (end == content.end)
            return result;
        at = end + (text.substr(end, 2) == "\r\n" ? 2 : 1);
        result += text.substr(end, at - end);
        while (next_data != data.end() && next_data->end <= at)
            ++next_data;
        bool const is_data = next_data != data.end() && next_data->begin < at;
        if (is_data || ends_line(text, at))
            continue;
        if (text.substr(at).starts_with(from)) {
            at += from.size();
            result += to;
        } else if (strict) {
            return fail(ErrorCode::denied, "a line of the block is indented differently from its first line");
        }
    }
}

}
