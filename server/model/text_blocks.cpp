#include "model/text_blocks.h"

#include "model/text_forms.h"
#include "model/text_path.h"
#include "support/text.h"

#include <algorithm>
#include <fmt/core.h>
#include <nlohmann/json.hpp>

namespace countersign::model {

namespace {

bool has_marker(Lines const& lines)
{
    return std::any_of(lines.begin(), lines.end(), [](std::string_view line) {
        return is_marker(line, '=', "") || is_marker(line, '<', "SEARCH") || is_marker(line, '>', "REPLACE");
    });
}

/// Whether the next fence from `at` on is bare, and no dress of an edit: then the one before it may have opened what this one closes.
bool opens_text(Lines const& lines, std::size_t at, std::size_t least_ticks)
{
    while (at < lines.size() && fence_ticks(lines[at]).size() < least_ticks)
        ++at;
    return at < lines.size() && fence_words(lines[at]).empty() && !dressed_edit(lines, at);
}

/// Where the block ends whose fence stands at `open`. Fences in the file nest: one with a word opens, a bare one closes the innermost, and
/// shorter ones are text. Nothing if none ends it, or if the one that would may as well belong to the file.
std::optional<std::size_t> end_of_file_block(Lines const& lines, std::size_t open)
{
    std::size_t const outer = fence_ticks(lines[open]).size();
    std::vector<std::size_t> inner;
    for (std::size_t at = open + 1; at < lines.size(); ++at) {
        std::size_t const ticks = fence_ticks(lines[at]).size();
        std::string_view const words = fence_words(lines[at]);
        // With backticks after its words it is a span of code, not a fence.
        if (ticks < std::max(outer, inner.empty() ? 0 : inner.back()) || words.find('`') != std::string_view::npos)
            continue;
        bool const is_indented = lines[at].front() != '`' && lines[open].front() == '`';
        if (words.starts_with("file ") || words == "tool")
            return std::nullopt;
        if (!words.empty() || (inner.empty() && is_indented))
            inner.push_back(ticks);
        else if (!inner.empty())
            inner.pop_back();
        else
            return opens_text(lines, at + 1, outer) ? std::nullopt : std::optional(at);
    }
    return std::nullopt;
}

}

std::optional<std::size_t> dressed_edit(Lines const& lines, std::size_t fence)
{
    std::size_t others = 0;
    for (std::size_t at = fence + 1; at < lines.size() && others < 2; ++at) {
        if (is_marker(lines[at], '<', "SEARCH") || is_begin_of_patch(lines[at]))
            return at;
        others += support::trim(lines[at]).empty() ? 0 : 1;
    }
    return std::nullopt;
}

ToolCall read_search_replace(LineReader& reader, std::string const& path)
{
    ++reader.at;
    Lines search, replace;
    bool const is_whole = reader.take_until(search, [](std::string_view line) { return is_marker(line, '=', ""); })
        && reader.take_until(replace, [](std::string_view line) { return is_marker(line, '>', "REPLACE"); });
    if (!is_whole)
        return problem_call("edit_file", "the search/replace block is not complete; write it again, whole");
    if (has_marker(search) || has_marker(replace))
        return problem_call("edit_file", "the search/replace block has more than one divider; use a patch for this edit");
    if (path.empty())
        return problem_call("edit_file",
            "the line before the search/replace block does not name one file; write the file's path, alone, on the line before the block");
    if (support::trim(joined(search)).empty())
        return create_call(path, joined(replace));
    return edit_call(path, joined(search), joined(replace));
}

ToolCall read_whole_file(LineReader& reader)
{
    std::string const path = path_in(fence_words(reader.line()).substr(std::string_view("file ").size()));
    auto const end = end_of_file_block(reader.lines, reader.at);
    if (path.empty() || !end) {
        // Where it ends is not known, so nothing after it can be told from the file's own text.
        reader.at = reader.lines.size();
        return problem_call(whole_file_call,
            path.empty() ? "the file block names no path; nothing from it on was read"
                         : fmt::format(
                             "it is not clear where the block of {} ends, and nothing from it on was read; write the whole file again, and "
                             "if it holds lines with ``` itself, begin and end the block with more backticks than any of them",
                             support::escape_for_display(path)));
    }
    auto const begin = reader.lines.begin();
    Lines const body(begin + static_cast<std::ptrdiff_t>(reader.at) + 1, begin + static_cast<std::ptrdiff_t>(*end));
    reader.at = *end + 1;
    return { {}, std::string(whole_file_call), { { "path", path }, { "content", joined(body) } } };
}

}
