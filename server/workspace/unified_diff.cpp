#include "workspace/unified_diff.h"

#include "workspace/diff_path.h"
#include "workspace/line_search.h"

#include <algorithm>
#include <cctype>
#include <fmt/core.h>

namespace countersign::workspace {

namespace {

using Lines = std::vector<std::string_view>;

/// The line above a hunk that says what it is in: git's default is the last one that begins with a letter, "_" or "$".
std::string section_before(Lines const& lines, std::size_t begin)
{
    constexpr std::size_t longest = 80;
    constexpr std::size_t farthest = 2000; // a table of data without such a line must not cost its square
    for (std::size_t i = begin; i-- > 0 && begin - i <= farthest;) {
        auto const first = static_cast<unsigned char>(lines[i].front());
        if (std::isalpha(first) == 0 && first != '_' && first != '$')
            continue;
        std::string_view line = lines[i].substr(0, longest);
        while (line.size() == longest && support::find_invalid_utf8(line) != std::string_view::npos)
            line.remove_suffix(1);
        return std::string(support::trim_end(line));
    }
    return {};
}

/// 0-based line that a hunk begins at in the old text.
std::size_t old_position(DiffHunk const& hunk) { return hunk.old_count > 0 && hunk.old_start > 0 ? hunk.old_start - 1 : hunk.old_start; }

void append(std::vector<DiffLine>& to, char kind, Lines const& lines, std::size_t begin, std::size_t end)
{
    for (std::size_t i = begin; i < end; ++i)
        to.push_back({ kind, std::string(lines[i]) });
}

}

void renumber(std::vector<DiffHunk>& hunks)
{
    std::ptrdiff_t growth = 0; ///< of the file by the hunks so far, in lines
    for (DiffHunk& hunk : hunks) {
        std::size_t const position = old_position(hunk);
        auto const count = [&](char left_out) {
            return static_cast<std::size_t>(
                std::count_if(hunk.lines.begin(), hunk.lines.end(), [left_out](DiffLine const& line) { return line.kind != left_out; }));
        };
        hunk.old_count = count('+');
        hunk.new_count = count('-');
        auto const new_position = static_cast<std::size_t>(std::max<std::ptrdiff_t>(0, static_cast<std::ptrdiff_t>(position) + growth));
        hunk.old_start = position + (hunk.old_count > 0 ? 1 : 0);
        hunk.new_start = new_position + (hunk.new_count > 0 ? 1 : 0);
        growth += static_cast<std::ptrdiff_t>(hunk.new_count) - static_cast<std::ptrdiff_t>(hunk.old_count);
    }
}

std::vector<DiffHunk> make_hunks(std::string_view old_text, std::string_view new_text, std::size_t context)
{
    Lines const old_lines = cut_lines(old_text);
    Lines const new_lines = cut_lines(new_text);
    std::vector<LineChange> const changes = diff_lines(old_lines, new_lines);
    std::vector<DiffHunk> hunks;
    for (std::size_t first = 0; first < changes.size();) {
        std::size_t last = first;
        while (last + 1 < changes.size() && (changes[last + 1].old_begin - changes[last].old_end + 1) / 2 <= context)
            ++last;
        DiffHunk hunk;
        std::size_t at = changes[first].old_begin - std::min(context, changes[first].old_begin);
        hunk.section = section_before(old_lines, at);
        hunk.old_start = at + 1;
        hunk.old_count = 1; // so that old_start is that of a line; renumber() sets both
        for (std::size_t i = first; i <= last; ++i) {
            append(hunk.lines, ' ', old_lines, at, changes[i].old_begin);
            append(hunk.lines, '-', old_lines, changes[i].old_begin, changes[i].old_end);
            append(hunk.lines, '+', new_lines, changes[i].new_begin, changes[i].new_end);
            at = changes[i].old_end;
        }
        append(hunk.lines, ' ', old_lines, at, at + std::min(context, old_lines.size() - at));
        hunks.push_back(std::move(hunk));
        first = last + 1;
    }
    renumber(hunks);
    return hunks;
}

FileDiff make_file_diff(FileChange const& change, std::size_t context)
{
    return { change.kind, change.path, change.from, make_hunks(change.base_text, change.new_text, context) };
}

namespace {

std::string header_name(std::string_view prefix, std::string_view path)
{
    std::string const name = quote_diff_path(std::string(prefix).append(path));
    // What follows a tab is not the name: git ends a name with one if patch would stop at a space in it.
    return name.find(' ') == std::string::npos ? name : name + '\t';
}

std::string range(std::size_t start, std::size_t count)
{
    return count == 1 ? fmt::format("{}", start) : fmt::format("{},{}", start, count);
}

}

std::string render(FileDiff const& diff)
{
    std::string const& from = diff.kind == ChangeKind::move ? diff.from : diff.path;
    std::string text = fmt::format("diff --git {} {}\n", quote_diff_path("a/" + from), quote_diff_path("b/" + diff.path));
    if (diff.kind == ChangeKind::create)
        text += "new file mode 100644\n";
    if (diff.kind == ChangeKind::remove)
        text += "deleted file mode 100644\n";
    if (diff.kind == ChangeKind::move)
        text += fmt::format("rename from {}\nrename to {}\n", quote_diff_path(from), quote_diff_path(diff.path));
    if (!diff.hunks.empty()) {
        text += fmt::format("--- {}\n", diff.kind == ChangeKind::create ? "/dev/null" : header_name("a/", from));
        text += fmt::format("+++ {}\n", diff.kind == ChangeKind::remove ? "/dev/null" : header_name("b/", diff.path));
    }
    for (DiffHunk const& hunk : diff.hunks) {
        text += fmt::format("@@ -{} +{} @@", range(hunk.old_start, hunk.old_count), range(hunk.new_start, hunk.new_count));
        text += hunk.section.empty() ? "\n" : " " + hunk.section + "\n";
        for (DiffLine const& line : hunk.lines) {
            text += line.kind;
            text += line.text;
            if (!line.text.ends_with('\n'))
                text += "\n\\ No newline at end of file\n";
        }
    }
    return text;
}

namespace {

std::string name_hunk(std::size_t index, DiffHunk const& hunk) { return fmt::format("hunk {} (at line {})", index + 1, hunk.old_start); }

/// The line of the base that the hunk's old lines are found at.
Result<std::size_t> place_of(DiffHunk const& hunk, std::size_t index, Lines const& base, std::size_t from)
{
    Lines old_lines;
    for (DiffLine const& line : hunk.lines) {
        if (line.kind != '+')
            old_lines.push_back(line.text);
    }
    std::size_t const stated = old_position(hunk);
    bool const possible = stated >= from && stated <= base.size() && old_lines.size() <= base.size() - stated;
    if (possible && std::equal(old_lines.begin(), old_lines.end(), base.begin() + static_cast<std::ptrdiff_t>(stated)))
        return stated;
    std::vector<std::size_t> const places = find_runs(base, old_lines, from, 2);
    if (places.size() > 1) {
        return fail(ErrorCode::ambiguous,
            fmt::format(
                "{} is not at its line any more and fits at lines {} and {}", name_hunk(index, hunk), places[0] + 1, places[1] + 1));
    }
    if (places.empty())
        return fail(
            ErrorCode::stale, fmt::format("{} does not fit: the lines it was made for are not in the file", name_hunk(index, hunk)));
    return places.front();
}

}

Result<std::string> apply_hunks(std::string_view base, std::vector<DiffHunk> const& hunks)
{
    Lines const lines = cut_lines(base);
    std::string result;
    std::size_t at = 0;
    for (std::size_t index = 0; index < hunks.size(); ++index) {
        DiffHunk const& hunk = hunks[index];
        std::size_t const place = TRY(place_of(hunk, index, lines, at));
        auto const add = [&](std::string_view line) {
            bool const joins = !result.empty() && result.back() != '\n' && !line.empty();
            result += line;
            return !joins;
        };
        bool whole = true;
        for (; at < place; ++at)
            whole = add(lines[at]) && whole;
        for (DiffLine const& line : hunk.lines) {
            whole = (line.kind == '-' || add(line.text)) && whole;
            at += line.kind == '+' ? 0 : 1;
        }
        if (!whole || (at < lines.size() && !result.empty() && result.back() != '\n')) {
            return fail(ErrorCode::stale,
                fmt::format("{} does not fit: it would join two lines, because one has no line end and is not the file's last",
                    name_hunk(index, hunk)));
        }
    }
    for (; at < lines.size(); ++at)
        result += lines[at];
    return result;
}

}
