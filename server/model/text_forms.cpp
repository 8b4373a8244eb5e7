#include "model/text_forms.h"

#include "model/wire_json.h"
#include "support/text.h"

#include <algorithm>
#include <fmt/core.h>
#include <nlohmann/json.hpp>

namespace countersign::model {

namespace {

using Lines = std::vector<std::string_view>;

/// `<<<<<<< SEARCH` and its like: five to nine of the sign, then the word.
bool is_marker(std::string_view line, char sign, std::string_view word)
{
    line = support::trim_end(line);
    std::size_t const count = std::min(line.find_first_not_of(sign), line.size());
    if (count < 5 || count > 9)
        return false;
    std::string_view const rest = support::trim(line.substr(count));
    return rest == word;
}

bool is_fence(std::string_view line) { return support::trim(line).starts_with("```"); }

std::string_view fence_words(std::string_view line)
{
    line = support::trim(line);
    return support::trim(line.substr(std::min(line.find_first_not_of('`'), line.size())));
}

/// "`src/a.cpp`:", "### src/a.cpp", "**src/a.cpp**" -> src/a.cpp; nothing if the line is no path.
std::string path_in(std::string_view line)
{
    constexpr std::string_view decoration = "`*#: \t\"'";
    std::size_t const begin = line.find_first_not_of(decoration);
    if (begin == std::string_view::npos)
        return {};
    std::string_view const path = line.substr(begin, line.find_last_not_of(decoration) + 1 - begin);
    bool const is_path = path.find_first_of(" \t") == std::string_view::npos && path.find_first_of("./") != std::string_view::npos;
    return is_path ? std::string(path) : std::string();
}

ToolCall problem(std::string_view name, std::string text) { return { {}, std::string(name), Json::object(), std::move(text) }; }

ToolCall edit(std::string const& path, std::string const& old_text, std::string const& new_text)
{
    return { {}, "edit_file", { { "path", path }, { "old_text", old_text }, { "new_text", new_text } } };
}

ToolCall create(std::string const& path, std::string const& content)
{
    return { {}, "create_file", { { "path", path }, { "content", content } } };
}

class Parser {
public:
    explicit Parser(std::string_view text) : lines_(support::split_lines(text)) { }

    TextCalls parse()
    {
        while (at_ < lines_.size()) {
            std::string_view const line = lines_[at_];
            if (!dress_.empty() && support::trim(line) == dress_) {
                ++at_;
                dress_.clear();
            } else if (is_marker(line, '<', "SEARCH"))
                search_replace();
            else if (support::trim(line) == "*** Begin Patch")
                patch();
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
        found_.prose += lines_[at_++];
        found_.prose += '\n';
    }

    /// Lines up to the one for which `is_end` holds, which is passed over. False if none does: the text ends before.
    template<typename IsEnd>
    bool take_until(Lines& taken, IsEnd is_end)
    {
        for (; at_ < lines_.size(); ++at_) {
            if (is_end(lines_[at_])) {
                ++at_;
                return true;
            }
            taken.push_back(lines_[at_]);
        }
        return false;
    }

    static std::string joined(Lines const& lines)
    {
        std::string text;
        for (std::string_view line : lines)
            (text += line) += '\n';
        return text;
    }

    /// The path is on one of the lines before the block: the last that is not blank and no fence.
    std::string path_before(std::size_t block)
    {
        for (std::size_t back = 1; back <= 3 && back <= block; ++back) {
            std::string_view const line = lines_[block - back];
            if (support::trim(line).empty() || (is_fence(line) && path_in(fence_words(line)).empty()))
                continue;
            std::string path = path_in(is_fence(line) ? fence_words(line) : line);
            return path.empty() ? last_path_ : path;
        }
        return last_path_;
    }

    void search_replace()
    {
        std::string const path = path_before(at_);
        ++at_;
        Lines search, replace;
        bool const is_whole = take_until(search, [](std::string_view line) { return is_marker(line, '=', ""); })
            && take_until(replace, [](std::string_view line) { return is_marker(line, '>', "REPLACE"); });
        auto const has_marker = [](Lines const& lines) {
            return std::any_of(lines.begin(), lines.end(), [](std::string_view line) {
                return is_marker(line, '=', "") || is_marker(line, '<', "SEARCH") || is_marker(line, '>', "REPLACE");
            });
        };
        if (!is_whole)
            found_.calls.push_back(problem("edit_file", "the search/replace block is not complete; write it again, whole"));
        else if (has_marker(search) || has_marker(replace))
            found_.calls.push_back(problem("edit_file", "the search/replace block has more than one divider; use a patch for this edit"));
        else if (path.empty())
            found_.calls.push_back(problem("edit_file", "no path stands on the line before the search/replace block"));
        else if (support::trim(joined(search)).empty())
            found_.calls.push_back(create(path, joined(replace)));
        else
            found_.calls.push_back(edit(path, joined(search), joined(replace)));
        last_path_ = path;
    }

    void tool_block(std::string_view end)
    {
        ++at_;
        Lines body;
        if (!take_until(body, [&](std::string_view line) { return support::trim(line) == end; })) {
            found_.calls.push_back(problem("tool", "the tool block is not complete; write it again, whole"));
            return;
        }
        auto const value = support::parse_json(joined(body));
        if (!value || !value->is_object()) {
            found_.calls.push_back(problem("tool", "the tool block holds no JSON object {\"name\": ..., \"arguments\": {...}}"));
            return;
        }
        Json const& arguments = field(*value, "arguments");
        found_.calls.push_back(
            finished({ {}, text_field(*value, "name"), arguments.is_null() ? std::string() : support::dump_json(arguments) }));
    }

    void fence()
    {
        std::string_view const line = support::trim(lines_[at_]);
        std::string const end(line.substr(0, std::min(line.find_first_not_of('`'), line.size())));
        std::string_view const words = fence_words(line);
        if (words == "tool" || words == "tool_call")
            return tool_block(end);
        if (words.starts_with("file "))
            return whole_file(path_in(words.substr(5)), end);
        if (words == "diff" && at_ + 1 < lines_.size() && lines_[at_ + 1].starts_with("--- "))
            return unified_diff(end);
        // A search/replace block or a patch in a fence: the fence is only dress. Anything else in one is something to read.
        for (std::size_t next = at_ + 1; next < lines_.size() && next <= at_ + 2; ++next) {
            if (is_marker(lines_[next], '<', "SEARCH") || support::trim(lines_[next]) == "*** Begin Patch") {
                at_ = next;
                dress_ = end;
                return;
            }
        }
        prose();
        Lines body;
        bool const is_closed = take_until(body, [&](std::string_view inner) { return support::trim(inner) == end; });
        found_.prose += joined(body) + (is_closed ? end + "\n" : "");
    }

    void whole_file(std::string const& path, std::string_view end)
    {
        ++at_;
        Lines body;
        bool const is_whole = take_until(body, [&](std::string_view line) { return support::trim_end(line) == end; });
        if (!is_whole || path.empty())
            found_.calls.push_back(problem(
                whole_file_call, path.empty() ? "the file block names no path" : "the file block is not complete; write it again, whole"));
        else
            found_.calls.push_back({ {}, std::string(whole_file_call), { { "path", path }, { "content", joined(body) } } });
    }

    struct Hunk {
        std::string before, after;
        bool has_lines = false;
    };

    /// " context", "-old", "+new" lines up to what is none. A blank line is a blank line of context.
    Hunk hunk(std::size_t end)
    {
        Hunk hunk;
        for (; at_ < end; ++at_) {
            std::string_view const line = lines_[at_];
            char const sign = line.empty() ? ' ' : line.front();
            if ((sign != ' ' && sign != '-' && sign != '+') || line.starts_with("--- ") || line.starts_with("+++ "))
                break;
            std::string const rest(line.empty() ? line : line.substr(1));
            if (sign != '+')
                hunk.before += rest + "\n";
            if (sign != '-')
                hunk.after += rest + "\n";
            hunk.has_lines = true;
        }
        return hunk;
    }

    /// The hunks of one file, until a line that begins something else. An empty text, or what is wrong.
    std::string hunks(std::string const& path, std::size_t end, std::vector<ToolCall>& calls)
    {
        while (at_ < end) {
            std::string_view const line = lines_[at_];
            if (line.starts_with("@@") || support::trim(line) == "*** End of File" || line.starts_with("\\ ")) {
                ++at_;
                continue;
            }
            if (line.starts_with("*** ") || line.starts_with("--- ") || line.starts_with("diff "))
                return {};
            Hunk const found = hunk(end);
            if (!found.has_lines)
                return fmt::format("\"{}\" is no line of a patch", support::escape_for_display(line.substr(0, 60)));
            if (found.before.empty())
                return "a hunk has no line of context, so it is not clear where it belongs";
            calls.push_back(edit(path, found.before, found.after));
        }
        return {};
    }

    /// A patch is read whole or not at all.
    void patch()
    {
        std::size_t const begin = ++at_;
        std::size_t end = begin;
        while (end < lines_.size() && support::trim(lines_[end]) != "*** End Patch")
            ++end;
        std::vector<ToolCall> calls;
        std::string wrong = end == lines_.size() ? "it does not end with \"*** End Patch\"" : "";
        while (wrong.empty() && at_ < end)
            wrong = patch_file(end, calls);
        at_ = std::min(end + 1, lines_.size());
        if (wrong.empty())
            found_.calls.insert(found_.calls.end(), calls.begin(), calls.end());
        else
            found_.calls.push_back(problem("apply_patch", fmt::format("the patch cannot be read: {}", wrong)));
    }

    std::string patch_file(std::size_t end, std::vector<ToolCall>& calls)
    {
        std::string_view const line = support::trim_end(lines_[at_]);
        auto const path_after = [&](std::string_view word) { return std::string(support::trim(line.substr(word.size()))); };
        ++at_;
        if (line.empty())
            return {};
        if (line.starts_with("*** Delete File: ")) {
            calls.push_back({ {}, "delete_file", { { "path", path_after("*** Delete File: ") } } });
            return {};
        }
        if (line.starts_with("*** Add File: ")) {
            Hunk const content = hunk(end);
            if (!content.before.empty())
                return "a new file has lines that do not begin with \"+\"";
            calls.push_back(create(path_after("*** Add File: "), content.after));
            return {};
        }
        if (!line.starts_with("*** Update File: "))
            return fmt::format("\"{}\" is no line of a patch", support::escape_for_display(line.substr(0, 60)));
        std::string const path = path_after("*** Update File: ");
        std::string target;
        if (at_ < end && lines_[at_].starts_with("*** Move to: "))
            target = support::trim(lines_[at_++].substr(std::string_view("*** Move to: ").size()));
        std::string wrong = hunks(path, end, calls);
        if (wrong.empty() && !target.empty())
            calls.push_back({ {}, "move_file", { { "from", path }, { "to", target } } });
        return wrong;
    }

    /// Line numbers are not believed: the text tells where a hunk belongs.
    void unified_diff(std::string_view fence_end)
    {
        std::size_t end = ++at_;
        while (end < lines_.size() && support::trim_end(lines_[end]) != fence_end)
            ++end;
        std::vector<ToolCall> calls;
        std::string wrong = end == lines_.size() ? "its block is not closed" : "";
        while (wrong.empty() && at_ < end)
            wrong = diff_file(end, calls);
        at_ = std::min(end + 1, lines_.size());
        if (wrong.empty())
            found_.calls.insert(found_.calls.end(), calls.begin(), calls.end());
        else
            found_.calls.push_back(problem("apply_patch", fmt::format("the diff cannot be read: {}", wrong)));
    }

    std::string diff_file(std::size_t end, std::vector<ToolCall>& calls)
    {
        auto const name = [&](std::string_view begin, std::string_view prefix) -> std::string {
            if (at_ >= end || !lines_[at_].starts_with(begin))
                return {};
            std::string_view text = lines_[at_++].substr(begin.size());
            text = support::trim(text.substr(0, text.find('\t')));
            if (text.starts_with(prefix))
                text.remove_prefix(prefix.size());
            return std::string(text);
        };
        while (at_ < end && (support::trim(lines_[at_]).empty() || lines_[at_].starts_with("diff ") || lines_[at_].starts_with("index ")))
            ++at_;
        if (at_ == end)
            return {};
        std::string const from = name("--- ", "a/");
        std::string const to = name("+++ ", "b/");
        if (from.empty() || to.empty())
            return "a file's \"---\" and \"+++\" lines are missing";
        if (to == "/dev/null") {
            at_ = end;
            calls.push_back({ {}, "delete_file", { { "path", from } } });
            return {};
        }
        if (from != "/dev/null")
            return from == to ? hunks(to, end, calls) : std::string("it moves a file; use \"*** Move to:\" in a patch for that");
        if (at_ < end && lines_[at_].starts_with("@@"))
            ++at_;
        Hunk const content = hunk(end);
        if (!content.before.empty())
            return "a new file has lines that do not begin with \"+\"";
        calls.push_back(create(to, content.after));
        return {};
    }

    Lines lines_;
    std::size_t at_ = 0;
    std::string last_path_;
    std::string dress_; ///< what closes the fence that the blocks stand in
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
