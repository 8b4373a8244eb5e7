#include "model/text_lines.h"

#include "support/text.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace countersign::model {

std::string joined(Lines const& lines)
{
    std::string text;
    for (std::string_view line : lines)
        (text += line) += '\n';
    return text;
}

bool is_marker(std::string_view line, char sign, std::string_view word)
{
    line = support::trim_end(line);
    std::size_t const count = std::min(line.find_first_not_of(sign), line.size());
    if (count < 5 || count > 9)
        return false;
    std::string_view const rest = support::trim(line.substr(count));
    return rest == word;
}

bool is_begin_of_patch(std::string_view line) { return support::trim(line) == "*** Begin Patch"; }

bool is_fence(std::string_view line) { return support::trim(line).starts_with("```"); }

std::string_view fence_ticks(std::string_view line)
{
    line = support::trim(line);
    return line.substr(0, std::min(line.find_first_not_of('`'), line.size()));
}

std::string_view fence_words(std::string_view line)
{
    line = support::trim(line);
    return support::trim(line.substr(fence_ticks(line).size()));
}

ToolCall problem_call(std::string_view name, std::string text) { return { {}, std::string(name), Json::object(), std::move(text) }; }

ToolCall edit_call(std::string const& path, std::string const& old_text, std::string const& new_text)
{
    return { {}, "edit_file", { { "path", path }, { "old_text", old_text }, { "new_text", new_text } } };
}

ToolCall create_call(std::string const& path, std::string const& content)
{
    return { {}, "create_file", { { "path", path }, { "content", content } } };
}

}
