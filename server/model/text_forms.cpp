#include "model/text_forms.h"

#include "model/text_blocks.h"
#include "model/text_patch.h"
#include "model/text_path.h"
#include "model/wire_json.h"
#include "support/text.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>
#include <nlohmann/json.hpp>
#include <span>

namespace countersign::model {

namespace {

constexpr std::string_view call_tag = "<tool_call>";

constexpr std::array<std::string_view, 3> thought_names { "think", "thinking", "reasoning" };

/// The end tag of the thoughts that begin with the line; empty if none do.
std::string end_of_thoughts(std::string_view line)
{
    for (std::string_view const name : thought_names) {
        if (support::trim(line).starts_with(fmt::format("<{}>", name)))
            return fmt::format("</{}>", name);
    }
    return {};
}

/// The end tag of thoughts that the line begins or ends with; empty if there is none.
std::string end_tag_in(std::string_view line)
{
    for (std::string_view const name : thought_names) {
        std::string const tag = fmt::format("</{}>", name);
        if (support::trim(line).starts_with(tag) || support::trim(line).ends_with(tag))
            return tag;
    }
    return {};
}

class Parser {
public:
    Parser(std::string_view text, EditForms edits) : reader_ { support::split_lines(text) }, reads_edits_(edits == EditForms::read) { }

    TextCalls parse()
    {
        while (!reader_.at_end()) {
            std::string_view const line = reader_.line();
            if (!dress_.empty() && support::trim(line) == dress_) {
                ++reader_.at;
                dress_ = {};
            } else if (reads_edits_ && is_marker(line, '<', "SEARCH"))
                search_replace();
            else if (reads_edits_ && is_begin_of_patch(line))
                add_patch(read_patch(reader_));
            else if (support::trim(line).starts_with(call_tag))
                add({ tagged_call() });
            else if (!end_of_thoughts(line).empty())
                thoughts();
            else if (!has_thoughts_ && ends_thoughts(line))
                forget_drafts();
            else if (is_fence(line))
                fence();
            else
                prose();
        }
        return std::move(found_);
    }

private:
    /// A sentence may end with the name of a tag: behind thoughts something follows.
    bool ends_thoughts(std::string_view line) const
    {
        std::string const tag = end_tag_in(line);
        auto const rest = std::span(reader_.lines).subspan(reader_.at + 1);
        return !tag.empty() && (support::trim(line).starts_with(tag) || std::any_of(rest.begin(), rest.end(), [](std::string_view other) {
            return !support::trim(other).empty();
        }));
    }

    void prose()
    {
        found_.prose += reader_.lines[reader_.at++];
        found_.prose += '\n';
    }

    /// What a model thinks aloud is prose, drafts of calls and all. What follows the end tag on its line is not.
    void thoughts()
    {
        has_thoughts_ = true;
        std::string const end = end_of_thoughts(reader_.line());
        while (!reader_.at_end() && reader_.line().find(end) == std::string_view::npos)
            prose();
        if (!reader_.at_end())
            pass(end);
        end_form();
    }

    /// Some servers leave out the tag that begins the thoughts.
    void forget_drafts()
    {
        has_thoughts_ = true;
        found_.calls.clear();
        dress_ = {};
        pass(end_tag_in(reader_.line()));
        end_form();
    }

    void pass(std::string_view end_tag)
    {
        std::string_view& line = reader_.lines[reader_.at];
        std::size_t const end = line.find(end_tag) + end_tag.size();
        (found_.prose += line.substr(0, end)) += '\n';
        line.remove_prefix(end);
    }

    /// Of a patch that does not apply as a whole, nothing is to be done.
    void add_patch(std::vector<ToolCall> calls)
    {
        ++patches_;
        for (ToolCall& call : calls)
            call.group = patches_;
        add(calls);
    }

    void add(std::vector<ToolCall> const& calls)
    {
        found_.calls.insert(found_.calls.end(), calls.begin(), calls.end());
        end_form();
    }

    /// A form ends before the line that is next. Only a block of search and replace may leave its path to the next.
    void end_form(std::string path = {})
    {
        form_end_ = reader_.at;
        last_path_ = std::move(path);
    }

    /// What the line before the block names, blank lines and fences passed over; if there is none, what the block before it had.
    std::string path_before_block() const
    {
        for (std::size_t at = reader_.at; at > form_end_; --at) {
            std::string_view const line = reader_.lines[at - 1];
            std::string path = is_fence(line) ? path_in_fence_words(fence_words(line)) : path_in(line);
            if (!path.empty() || !(is_fence(line) || support::trim(line).empty()))
                return path;
        }
        return last_path_;
    }

    void search_replace()
    {
        std::string path = path_before_block();
        found_.calls.push_back(read_search_replace(reader_, path));
        end_form(std::move(path));
    }

    ToolCall tool_block(std::string_view end)
    {
        ++reader_.at;
        Lines body;
        bool const is_whole = reader_.take_until(body, [&](std::string_view line) { return support::trim(line) == end; });
        return is_whole ? call_in(joined(body)) : incomplete_call();
    }

    /// Between tags, which may share a line with what is between them and with the next call.
    ToolCall tagged_call()
    {
        constexpr std::string_view end = "</tool_call>";
        reader_.lines[reader_.at].remove_prefix(reader_.line().find(call_tag) + call_tag.size());
        std::string body;
        for (; !reader_.at_end(); ++reader_.at) {
            std::string_view& line = reader_.lines[reader_.at];
            for (std::size_t at = line.find(end); at != std::string_view::npos; at = line.find(end, at + 1)) {
                std::string_view const rest = support::trim(line.substr(at + end.size()));
                if (!rest.empty() && !rest.starts_with(call_tag))
                    continue; // within a text
                body += line.substr(0, at);
                line = rest;
                reader_.at += rest.empty() ? 1 : 0;
                return call_in(body);
            }
            (body += line) += '\n';
        }
        return incomplete_call();
    }

    static ToolCall incomplete_call() { return problem_call("tool", "the tool block is not complete; write it again, whole"); }

    static ToolCall call_in(std::string_view json)
    {
        auto const value = support::parse_json(json);
        if (!value || !value->is_object())
            return problem_call("tool", "the tool block holds no JSON object {\"name\": ..., \"arguments\": {...}}");
        Json const& arguments = field(*value, "arguments");
        return finished({ {}, text_field(*value, "name"), arguments.is_null() ? std::string() : support::dump_json(arguments) });
    }

    /// Whether an edit is in the fence.
    bool edit_fence(std::string_view words, std::string_view end)
    {
        Lines const& lines = reader_.lines;
        bool const is_diff = reader_.at + 1 < lines.size()
            && (lines[reader_.at + 1].starts_with("--- ") || lines[reader_.at + 1].starts_with("diff --git "));
        if (words.starts_with("file "))
            add({ read_whole_file(reader_) });
        else if ((words == "diff" || words == "patch") && is_diff)
            add_patch(read_unified_diff(reader_));
        else if (auto const edit = dressed_edit(lines, reader_.at)) {
            // The fence is only dress. Anything else in one is something to read.
            reader_.at = *edit;
            dress_ = end;
        } else
            return false;
        return true;
    }

    void fence()
    {
        std::string_view const end = fence_ticks(reader_.line());
        std::string_view const words = fence_words(reader_.line());
        if (words == "tool" || words == "tool_call")
            return add({ tool_block(end) });
        if (reads_edits_ && edit_fence(words, end))
            return;
        prose();
        Lines body;
        bool const is_closed = reader_.take_until(body, [&](std::string_view inner) { return support::trim(inner) == end; });
        found_.prose += joined(body);
        if (is_closed)
            (found_.prose += end) += '\n';
        end_form();
    }

    LineReader reader_;
    bool reads_edits_;
    bool has_thoughts_ = false;
    std::size_t form_end_ = 0; ///< the line after the last form, or after a block that is only to be read
    std::string last_path_;
    std::string_view dress_; ///< what closes the fence that the blocks stand in
    std::size_t patches_ = 0;
    TextCalls found_;
};

}

TextCalls parse_text_calls(std::string_view text, EditForms edits)
{
    TextCalls found = Parser(text, edits).parse();
    found.prose = support::trim(found.prose);
    return found;
}

EditForms edit_forms_for(std::vector<ToolSpec> const& tools)
{
    bool const edits = std::any_of(tools.begin(), tools.end(), [](ToolSpec const& tool) { return tool.name == "edit_file"; });
    return edits ? EditForms::read : EditForms::prose;
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
    if (edit_forms_for(tools) == EditForms::read) {
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
If the file itself has lines with ```, begin and end this block with four backticks, or with one more than the longest of them.
)";
    }
    prompt += "\nThe tools:\n";
    for (ToolSpec const& tool : tools)
        prompt += fmt::format(
            "- {}: {} Arguments: {}\n", tool.name, tool.description, support::dump_json(field(tool.input_schema, "properties")));
    return prompt;
}

}
