#include "model/text_blocks.h"

#include "model/text_forms.h"
#include "model/text_path.h"
#include "support/text.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace countersign::model {

namespace {

bool has_marker(Lines const& lines)
{
    return std::any_of(lines.begin(), lines.end(), [](std::string_view line) {
        return is_marker(line, '=', "") || is_marker(line, '<', "SEARCH") || is_marker(line, '>', "REPLACE");
    });
}

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
    std::string_view const end = fence_ticks(reader.line());
    std::string const path = path_in(fence_words(reader.line()).substr(std::string_view("file ").size()));
    ++reader.at;
    Lines body;
    bool const is_whole = reader.take_until(body, [&](std::string_view line) { return support::trim_end(line) == end; });
    if (path.empty())
        return problem_call(whole_file_call, "the file block names no path");
    if (!is_whole)
        return problem_call(whole_file_call, "the file block is not complete; write it again, whole");
    return { {}, std::string(whole_file_call), { { "path", path }, { "content", joined(body) } } };
}

}
