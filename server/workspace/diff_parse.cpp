// The reading half of unified_diff.h: line by line, forgiving about counts, strict about everything that could hide something.
#include "workspace/diff_path.h"
#include "workspace/line_search.h"
#include "workspace/paths.h"
#include "workspace/unified_diff.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/core.h>
#include <optional>

namespace countersign::workspace {

namespace {

bool is_blank(std::string_view line) { return line.find_first_not_of("\r\n") == std::string_view::npos; }

/// A header line without its line end, which an editor may have changed.
std::string_view header(std::string_view line)
{
    while (line.ends_with('\n') || line.ends_with('\r'))
        line.remove_suffix(1);
    return line;
}

bool is_comment(std::string_view line) { return line.starts_with("# ") || header(line) == "#"; }

bool is_body(std::string_view line) { return !line.empty() && std::string_view(" +-\\").find(line.front()) != std::string_view::npos; }

/// What the lines above a file's hunks said.
struct FileHeader {
    std::size_t line = 0; ///< 1-based
    std::optional<DiffNames> git;
    bool is_git = false;
    bool created = false, removed = false;
    std::optional<std::string> renamed_from, renamed_to;
    std::optional<std::string> old_name, new_name; ///< of "---" and "+++"; "/dev/null" as it is
};

constexpr std::string_view nothing = "/dev/null";

struct Unsupported {
    std::string_view prefix;
    std::string_view why;
};
constexpr std::array unsupported = std::to_array<Unsupported>({
    { "GIT binary patch", "binary changes cannot be reviewed as text" },
    { "Binary files ", "binary changes cannot be reviewed as text" },
    { "copy from ", "a copy is not supported; write it as a new file" },
    { "copy to ", "a copy is not supported; write it as a new file" },
    { "new file mode 120000", "a symbolic link is never created" },
    { "new file mode 160000", "a submodule is never created" },
    { "new mode 120000", "a file is never turned into a symbolic link" },
    { "new mode 160000", "a file is never turned into a submodule" },
    { "deleted file mode 120000", "a symbolic link is never removed" },
    { "deleted file mode 160000", "a submodule is never removed" },
});
constexpr std::array ignored =
    std::to_array<std::string_view>({ "index ", "similarity index ", "dissimilarity index ", "old mode ", "new mode " });

class Parser {
public:
    explicit Parser(std::string_view text) : lines_(cut_lines(text)) { }

    Result<std::vector<FileDiff>> parse()
    {
        std::vector<FileDiff> files;
        while (at_ < lines_.size() && !is_file_start(at_)) {
            if (parse_hunk_line(header(lines_[at_])))
                return error(at_, "a hunk stands before any '--- ' and '+++ ' lines");
            ++at_;
        }
        while (at_ < lines_.size()) {
            files.push_back(TRY(parse_file()));
            skip_comments();
            if (at_ < lines_.size() && !is_file_start(at_)) {
                return error(at_, "a line of a hunk begins with ' ', '+' or '-', a comment between hunks with '# '");
            }
        }
        return files;
    }

private:
    static tl::unexpected<Error> error(std::size_t index, std::string_view what)
    {
        return fail(ErrorCode::invalid_params, fmt::format("line {}: {}", index + 1, what));
    }

    std::string_view line(std::size_t index) const { return index < lines_.size() ? lines_[index] : std::string_view {}; }

    bool is_file_start(std::size_t index) const
    {
        return line(index).starts_with("diff --git ") || (line(index).starts_with("--- ") && line(index + 1).starts_with("+++ "));
    }

    void skip_comments()
    {
        while (at_ < lines_.size() && (is_blank(lines_[at_]) || is_comment(lines_[at_])))
            ++at_;
    }

    static bool take_number(std::string_view& text, std::size_t& number)
    {
        constexpr std::size_t greatest = 1'000'000'000;
        auto const [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        return failure == std::errc {} && number <= greatest;
    }

    static bool take(std::string_view& text, std::string_view expected)
    {
        if (!text.starts_with(expected))
            return false;
        text.remove_prefix(expected.size());
        return true;
    }

    /// "-12,3"
    static bool take_range(std::string_view& text, std::string_view sign, std::size_t& start, std::size_t& count)
    {
        count = 1;
        return take(text, sign) && take_number(text, start) && (!take(text, ",") || take_number(text, count));
    }

    static std::optional<DiffHunk> parse_hunk_line(std::string_view text)
    {
        DiffHunk hunk;
        bool const numbers = take(text, "@@ ") && take_range(text, "-", hunk.old_start, hunk.old_count) && take(text, " ")
            && take_range(text, "+", hunk.new_start, hunk.new_count) && take(text, " @@");
        if (!numbers)
            return std::nullopt;
        take(text, " ");
        hunk.section = text;
        return hunk;
    }

    Result<std::string> parse_name(std::string_view text, std::size_t index) const
    {
        std::string name;
        if (text.starts_with('"')) {
            auto quoted = take_quoted_path(text);
            if (!quoted)
                return error(index, "the quotes around the path, or an escape in it, are broken");
            name = std::move(*quoted);
        } else {
            name = text.substr(0, text.find('\t'));
        }
        if (name.empty() || name.find('\0') != std::string::npos)
            return error(index, "a path is missing");
        return name;
    }

    Result<FileDiff> parse_file()
    {
        FileHeader const head = TRY(parse_header());
        FileDiff diff = TRY(name_file(head));
        skip_comments();
        while (line(at_).starts_with("@@")) {
            diff.hunks.push_back(TRY(parse_hunk()));
            skip_comments();
        }
        // Of a changed file that means "leave it", but a deletion without its lines could be meant either way.
        if (head.old_name && diff.hunks.empty() && (diff.kind == ChangeKind::create || diff.kind == ChangeKind::remove))
            return error(head.line - 1,
                fmt::format(
                    "{} is new or deleted but has no hunk; to leave it as it is, take its header out too", display_path(diff.path)));
        TRY(check_hunks(diff));
        renumber(diff.hunks);
        return diff;
    }

    Result<FileHeader> parse_header()
    {
        FileHeader head;
        head.line = at_ + 1;
        std::string_view text = header(lines_[at_]);
        if (take(text, "diff --git ")) {
            head.is_git = true;
            head.git = split_diff_names(text);
            ++at_;
            while (at_ < lines_.size() && !line(at_).starts_with("--- ") && !line(at_).starts_with("@@")
                && !line(at_).starts_with("diff --git ")) {
                if (is_blank(lines_[at_]) || is_comment(lines_[at_]))
                    break;
                TRY(parse_extended_header(head, header(lines_[at_])));
                ++at_;
            }
        }
        skip_comments();
        if (!line(at_).starts_with("--- ") || !line(at_ + 1).starts_with("+++ "))
            return head;
        head.old_name = TRY(parse_name(header(lines_[at_]).substr(4), at_));
        head.new_name = TRY(parse_name(header(lines_[at_ + 1]).substr(4), at_ + 1));
        at_ += 2;
        return head;
    }

    Result<> parse_extended_header(FileHeader& head, std::string_view text)
    {
        for (Unsupported const& each : unsupported) {
            if (text.starts_with(each.prefix))
                return error(at_, each.why);
        }
        if (take(text, "rename from "))
            head.renamed_from = TRY(parse_name(text, at_));
        else if (take(text, "rename to "))
            head.renamed_to = TRY(parse_name(text, at_));
        else if (text.starts_with("new file mode "))
            head.created = true;
        else if (text.starts_with("deleted file mode "))
            head.removed = true;
        else if (std::none_of(ignored.begin(), ignored.end(), [text](std::string_view prefix) { return text.starts_with(prefix); }))
            return error(at_, "not a line that a diff's header has");
        return {};
    }

    /// What the file is called before and after, where all that the header says must agree: a reader looks at one line, git at another.
    Result<FileDiff> name_file(FileHeader const& head) const
    {
        std::size_t const at = head.line - 1;
        bool const created = head.created || head.old_name == nothing;
        bool const removed = head.removed || head.new_name == nothing;
        if (created && removed)
            return error(at, "a file cannot be both new and deleted");
        if (head.old_name && created != (head.old_name == nothing))
            return error(at, "a new file's '---' line is '--- /dev/null'");
        if (head.new_name && removed != (head.new_name == nothing))
            return error(at, "a deleted file's '+++' line is '+++ /dev/null'");
        if (head.renamed_from.has_value() != head.renamed_to.has_value())
            return error(at, "'rename from' and 'rename to' go together");
        // Without "diff --git" the prefixes are only a habit, so both sides must show it.
        bool const prefixed = head.is_git
            || ((created || head.old_name.value_or("").starts_with("a/")) && (removed || head.new_name.value_or("").starts_with("b/")));
        std::string const old_name = prefixed ? without_prefix(head.old_name.value_or(""), "a/") : head.old_name.value_or("");
        std::string const new_name = prefixed ? without_prefix(head.new_name.value_or(""), "b/") : head.new_name.value_or("");
        FileDiff diff;
        std::string from;
        if (head.renamed_from) {
            if (created || removed)
                return error(at, "a renamed file is neither new nor deleted");
            diff.kind = ChangeKind::move;
            from = *head.renamed_from;
            diff.path = *head.renamed_to;
            diff.from = from;
        } else {
            diff.kind = created ? ChangeKind::create : removed ? ChangeKind::remove : ChangeKind::modify;
            diff.path = head.old_name ? (removed ? old_name : new_name) : head.git ? head.git->new_name : "";
            from = diff.path;
        }
        if (diff.path.empty() || from.empty())
            return error(at, "the file's name cannot be told; give it '--- ' and '+++ ' lines");
        bool const sides_agree = !head.old_name || ((created || old_name == from) && (removed || new_name == diff.path));
        bool const git_agrees = !head.git || (head.git->old_name == from && head.git->new_name == diff.path);
        if (!sides_agree || !git_agrees)
            return error(at, "the lines of this header name different files; a rename needs 'rename from' and 'rename to'");
        return diff;
    }

    /// How many blank lines from here on are lines of the hunk whose ' ' an editor took away.
    std::size_t blank_context(std::size_t old_left, std::size_t new_left) const
    {
        std::size_t end = at_;
        while (end < lines_.size() && is_blank(lines_[end]))
            ++end;
        std::size_t const count = end - at_;
        bool const goes_on = end < lines_.size() && is_body(lines_[end]) && !is_file_start(end);
        return goes_on || (old_left == count && new_left == count) ? count : 0;
    }

    /// The next file's "---", if the hunk is as long as it said; else the line takes "-- ..." away.
    bool ends_hunk(std::size_t old_left, std::size_t new_left) const
    {
        return old_left == 0 && new_left == 0 && is_file_start(at_) && line(at_ + 2).starts_with("@@ -");
    }

    Result<DiffHunk> parse_hunk()
    {
        auto parsed = parse_hunk_line(header(lines_[at_]));
        if (!parsed)
            return error(at_, "a hunk begins with '@@ -line,count +line,count @@'");
        DiffHunk hunk = std::move(*parsed);
        hunk.at_line = ++at_;
        std::size_t old_left = hunk.old_count;
        std::size_t new_left = hunk.new_count;
        std::size_t blanks = 0; ///< of the coming lines, that are context
        for (; at_ < lines_.size(); ++at_) {
            std::string_view const text = lines_[at_];
            if (text.starts_with('\\')) {
                if (hunk.lines.empty() || !hunk.lines.back().text.ends_with('\n'))
                    return error(at_, "'\\ No newline' belongs below a line of the hunk");
                hunk.lines.back().text.pop_back();
                continue;
            }
            bool const blank = is_blank(text);
            if (blank && blanks == 0)
                blanks = blank_context(old_left, new_left);
            if (blank ? blanks-- == 0 : !is_body(text) || ends_hunk(old_left, new_left))
                break;
            DiffLine added { blank ? ' ' : text.front(), std::string(blank ? text : text.substr(1)) };
            if (!added.text.ends_with('\n'))
                added.text += '\n'; // the document's own last line; a missing line end is said by '\'
            old_left -= added.kind != '+' && old_left > 0 ? 1 : 0;
            new_left -= added.kind != '-' && new_left > 0 ? 1 : 0;
            hunk.lines.push_back(std::move(added));
        }
        return hunk;
    }

    Result<> check_hunks(FileDiff const& diff) const
    {
        char const only = diff.kind == ChangeKind::create ? '+' : diff.kind == ChangeKind::remove ? '-' : '\0';
        if (only != '\0' && diff.hunks.size() > 1)
            return error(diff.hunks[1].at_line - 1, "a new or deleted file has one hunk");
        for (DiffHunk const& hunk : diff.hunks) {
            for (std::size_t i = 0; i < hunk.lines.size(); ++i) {
                DiffLine const& each = hunk.lines[i];
                if (only != '\0' && each.kind != only)
                    return error(hunk.at_line - 1,
                        fmt::format(
                            "every line of this hunk begins with '{}', because the file is {}", only, only == '+' ? "new" : "deleted"));
                if (each.text.ends_with('\n'))
                    continue;
                bool const followed = std::any_of(hunk.lines.begin() + static_cast<std::ptrdiff_t>(i) + 1, hunk.lines.end(),
                    [&each](DiffLine const& later) { return each.kind == ' ' || later.kind == ' ' || later.kind == each.kind; });
                if (followed || &hunk != &diff.hunks.back())
                    return error(hunk.at_line - 1, "'\\ No newline' stands below a line that is not the file's last");
            }
        }
        return {};
    }

    std::vector<std::string_view> lines_;
    std::size_t at_ = 0;
};

}

Result<std::vector<FileDiff>> parse_unified_diff(std::string_view text) { return Parser(text).parse(); }

}
