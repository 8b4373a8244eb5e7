#include "model/text_patch.h"

#include "support/text.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>
#include <nlohmann/json.hpp>

namespace countersign::model {

namespace {

struct Hunk {
    std::string before, after;
    bool has_lines = false;
};

std::string no_line_of_a_patch(std::string_view line)
{
    return fmt::format("\"{}\" is no line of a patch", support::escape_for_display(line.substr(0, 60)));
}

/// Its functions that return a text say what is wrong with it, or nothing.
class PatchReader {
public:
    enum class Kind { patch, diff };

    PatchReader(Lines const& lines, std::size_t begin, std::size_t end, Kind kind)
        : lines_(lines)
        , at_(begin)
        , end_(end)
        , is_diff_(kind == Kind::diff)
    {
    }

    std::string read()
    {
        std::string wrong;
        while (wrong.empty() && at_ < end_)
            wrong = is_diff_ ? diff_file() : patch_file();
        return wrong;
    }

    std::vector<ToolCall> calls;

private:
    /// A removed line "-- x" reads "--- x" too, so a file of a diff begins only where both its names stand.
    bool begins_file(std::size_t at) const
    {
        return is_diff_
            && (lines_[at].starts_with("diff ") || (lines_[at].starts_with("--- ") && at + 1 < end_ && lines_[at + 1].starts_with("+++ ")));
    }

    /// Blank lines before the next file, or before the end, only part it from this one.
    bool is_gap(std::size_t at) const
    {
        while (at < end_ && support::trim(lines_[at]).empty())
            ++at;
        return at == end_ || begins_file(at) || (!is_diff_ && lines_[at].starts_with("*** "));
    }

    /// " context", "-old", "+new" lines up to what is none. A blank line is a blank line of context.
    Hunk hunk()
    {
        Hunk hunk;
        bool is_within = false; // what parts blank lines from the next file is looked for once
        for (; at_ < end_; ++at_) {
            std::string_view const line = lines_[at_];
            char const sign = line.empty() ? ' ' : line.front();
            if ((sign != ' ' && sign != '-' && sign != '+') || begins_file(at_) || (line.empty() && !is_within && is_gap(at_)))
                break;
            is_within = line.empty();
            std::string const rest(line.empty() ? line : line.substr(1));
            if (sign != '+')
                hunk.before += rest + "\n";
            if (sign != '-')
                hunk.after += rest + "\n";
            hunk.has_lines = true;
        }
        return hunk;
    }

    /// Whether the line says nothing of the text.
    bool is_note(std::size_t at) const
    {
        std::string_view const line = lines_[at];
        return line.starts_with("@@") || support::trim(line) == "*** End of File" || line.starts_with("\\ ")
            || (line.empty() && is_gap(at));
    }

    /// The hunks of one file, until a line that begins something else.
    std::string hunks(std::string const& path)
    {
        while (at_ < end_) {
            std::string_view const line = lines_[at_];
            if (is_note(at_)) {
                ++at_;
                continue;
            }
            if (begins_file(at_) || line.starts_with("*** "))
                return {};
            Hunk const found = hunk();
            if (!found.has_lines)
                return no_line_of_a_patch(line);
            if (found.before.empty())
                return "a hunk has no line of context, so it is not clear where it belongs";
            calls.push_back(edit_call(path, found.before, found.after));
        }
        return {};
    }

    std::string new_file(std::string const& path)
    {
        Hunk const content = hunk();
        if (!content.before.empty())
            return "a new file has lines that do not begin with \"+\"";
        while (at_ < end_ && !lines_[at_].starts_with("@@") && is_note(at_))
            ++at_;
        calls.push_back(create_call(path, content.after));
        return {};
    }

    std::string patch_file()
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
        if (line.starts_with("*** Add File: "))
            return new_file(path_after("*** Add File: "));
        if (!line.starts_with("*** Update File: "))
            return no_line_of_a_patch(line);
        std::string const path = path_after("*** Update File: ");
        std::string target;
        if (at_ < end_ && lines_[at_].starts_with("*** Move to: "))
            target = support::trim(lines_[at_++].substr(std::string_view("*** Move to: ").size()));
        std::string wrong = hunks(path);
        if (wrong.empty() && !target.empty())
            calls.push_back({ {}, "move_file", { { "from", path }, { "to", target } } });
        return wrong;
    }

    std::string name_after(std::string_view begin, std::string_view prefix)
    {
        if (at_ >= end_ || !lines_[at_].starts_with(begin))
            return {};
        std::string_view text = lines_[at_++].substr(begin.size());
        text = support::trim(text.substr(0, text.find('\t')));
        if (text.starts_with(prefix))
            text.remove_prefix(prefix.size());
        return std::string(text);
    }

    /// What git writes before the two names of a file. Whether there was any.
    bool skip_diff_header()
    {
        constexpr std::array words { "index ", "old mode ", "new mode ", "new file mode ", "deleted file mode ", "similarity index " };
        bool has_header = false;
        for (; at_ < end_; ++at_) {
            std::string_view const line = lines_[at_];
            bool const begins = line.starts_with("diff ");
            bool const belongs = std::any_of(words.begin(), words.end(), [&](char const* word) { return line.starts_with(word); });
            if ((begins && has_header) || !(begins || belongs || support::trim(line).empty()))
                break;
            has_header = has_header || begins;
        }
        return has_header;
    }

    /// The lines of a file that is deleted say nothing more.
    std::string removed_file(std::string const& path)
    {
        std::size_t const kept = calls.size();
        std::string wrong = hunks(path);
        calls.resize(kept);
        calls.push_back({ {}, "delete_file", { { "path", path } } });
        return wrong;
    }

    std::string diff_file()
    {
        bool const has_header = skip_diff_header();
        if (at_ == end_ && !has_header)
            return {};
        std::string const from = name_after("--- ", "a/");
        std::string const to = name_after("+++ ", "b/");
        if (from.empty() || to.empty())
            return "a file's \"---\" and \"+++\" lines are missing";
        if (to == "/dev/null")
            return removed_file(from);
        if (from != "/dev/null")
            return from == to ? hunks(to) : std::string("it moves a file; use \"*** Move to:\" in a patch for that");
        if (at_ < end_ && lines_[at_].starts_with("@@"))
            ++at_;
        return new_file(to);
    }

    Lines const& lines_;
    std::size_t at_;
    std::size_t end_;
    bool is_diff_;
};

std::vector<ToolCall> whole_or_problem(PatchReader& patch, std::string const& what, std::string const& wrong)
{
    if (wrong.empty())
        return std::move(patch.calls);
    return { problem_call("apply_patch", fmt::format("the {} cannot be read: {}", what, wrong)) };
}

}

std::vector<ToolCall> read_patch(LineReader& reader)
{
    std::size_t const begin = ++reader.at;
    while (!reader.at_end() && support::trim(reader.line()) != "*** End Patch")
        ++reader.at;
    PatchReader patch(reader.lines, begin, reader.at, PatchReader::Kind::patch);
    std::string const wrong = reader.at_end() ? "it does not end with \"*** End Patch\"" : patch.read();
    reader.at = std::min(reader.at + 1, reader.lines.size());
    return whole_or_problem(patch, "patch", wrong);
}

std::vector<ToolCall> read_unified_diff(LineReader& reader)
{
    std::string_view const end = fence_ticks(reader.line());
    std::size_t const begin = ++reader.at;
    while (!reader.at_end() && support::trim_end(reader.line()) != end)
        ++reader.at;
    PatchReader patch(reader.lines, begin, reader.at, PatchReader::Kind::diff);
    std::string const wrong = reader.at_end() ? "its block is not closed" : patch.read();
    reader.at = std::min(reader.at + 1, reader.lines.size());
    return whole_or_problem(patch, "diff", wrong);
}

}
