#include "model/text_forms.h"

#include "model/text_blocks.h"
#include "model/text_patch.h"
#include "model/text_path.h"
#include "model/wire_json.h"
#include "support/text.h"

#include <algorithm>
#include <fmt/core.h>
#include <nlohmann/json.hpp>

namespace countersign::model {

namespace {

class Parser {
public:
    explicit Parser(std::string_view text) : reader_ { support::split_lines(text) } { }

    TextCalls parse()
    {
        while (!reader_.at_end()) {
            std::string_view const line = reader_.line();
            if (!dress_.empty() && support::trim(line) == dress_) {
                ++reader_.at;
                dress_ = {};
            } else if (is_marker(line, '<', "SEARCH"))
                search_replace();
            else if (is_begin_of_patch(line))
                add(read_patch(reader_));
            else if (support::trim(line) == "<tool_call>")
                tool_block("</tool_call>");
            else if (is_fence(line))
                fence();
            else
                prose();
        }
        return std::move(found_);
    }

private:
    void prose()
    {
        found_.prose += reader_.lines[reader_.at++];
        found_.prose += '\n';
    }

    void add(std::vector<ToolCall> const& calls) { found_.calls.insert(found_.calls.end(), calls.begin(), calls.end()); }

    /// The path is on one of the lines before the block: the last that is not blank and no fence.
    std::string path_before(std::size_t block)
    {
        for (std::size_t back = 1; back <= 3 && back <= block; ++back) {
            std::string_view const line = reader_.lines[block - back];
            if (support::trim(line).empty() || (is_fence(line) && path_in(fence_words(line)).empty()))
                continue;
            std::string path = path_in(is_fence(line) ? fence_words(line) : line);
            return path.empty() ? last_path_ : path;
        }
        return last_path_;
    }

    void search_replace()
    {
        last_path_ = path_before(reader_.at);
        found_.calls.push_back(read_search_replace(reader_, last_path_));
    }

    void tool_block(std::string_view end)
    {
        ++reader_.at;
        Lines body;
        if (!reader_.take_until(body, [&](std::string_view line) { return support::trim(line) == end; })) {
            found_.calls.push_back(problem_call("tool", "the tool block is not complete; write it again, whole"));
            return;
        }
        auto const value = support::parse_json(joined(body));
        if (!value || !value->is_object()) {
            found_.calls.push_back(problem_call("tool", "the tool block holds no JSON object {\"name\": ..., \"arguments\": {...}}"));
            return;
        }
        Json const& arguments = field(*value, "arguments");
        found_.calls.push_back(
            finished({ {}, text_field(*value, "name"), arguments.is_null() ? std::string() : support::dump_json(arguments) }));
    }

    void fence()
    {
        std::string_view const end = fence_ticks(reader_.line());
        std::string_view const words = fence_words(reader_.line());
        Lines const& lines = reader_.lines;
        if (words == "tool" || words == "tool_call")
            return tool_block(end);
        if (words.starts_with("file "))
            return found_.calls.push_back(read_whole_file(reader_));
        if (words == "diff" && reader_.at + 1 < lines.size() && lines[reader_.at + 1].starts_with("--- "))
            return add(read_unified_diff(reader_));
        // A search/replace block or a patch in a fence: the fence is only dress. Anything else in one is something to read.
        for (std::size_t next = reader_.at + 1; next < lines.size() && next <= reader_.at + 2; ++next) {
            if (is_marker(lines[next], '<', "SEARCH") || is_begin_of_patch(lines[next])) {
                reader_.at = next;
                dress_ = end;
                return;
            }
        }
        prose();
        Lines body;
        bool const is_closed = reader_.take_until(body, [&](std::string_view inner) { return support::trim(inner) == end; });
        found_.prose += joined(body);
        if (is_closed)
            (found_.prose += end) += '\n';
    }

    LineReader reader_;
    std::string last_path_;
    std::string_view dress_; ///< what closes the fence that the blocks stand in
    TextCalls found_;
};

}

TextCalls parse_text_calls(std::string_view text)
{
    TextCalls found = Parser(text).parse();
    found.prose = support::trim(found.prose);
    return found;
}

std::string text_form_prompt(std::vector<ToolSpec> const& tools)
{
    std::string prompt =
        R"(You cannot call tools directly. Write each call as text in one of the forms below, then stop: the results come in the next message.

Any tool, one JSON object in a block of its own:
```tool
{"name": "read_file", "arguments": {"path": "src/a.cpp"}}
```
)";
    bool const edits = std::any_of(tools.begin(), tools.end(), [](ToolSpec const& tool) { return tool.name == "edit_file"; });
    if (edits) {
        prompt += R"(
An edit: the file's path on a line, then the lines to find, copied exactly and unique in the file, and what replaces them:
src/a.cpp
<<<<<<< SEARCH
int old;
=======
int renamed;
>>>>>>> REPLACE

A new file, or all of a small file that you have read:
```file src/new.cpp
the whole text
```
)";
    }
    prompt += "\nThe tools:\n";
    for (ToolSpec const& tool : tools)
        prompt += fmt::format(
            "- {}: {} Arguments: {}\n", tool.name, tool.description, support::dump_json(field(tool.input_schema, "properties")));
    return prompt;
}

}
