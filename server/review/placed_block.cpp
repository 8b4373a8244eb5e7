#include "review/placed_block.h"

#include "review/document_form.h"

#include <algorithm>
#include <fmt/core.h>

namespace countersign::review {

using workspace::DiffHunk;
using workspace::DiffLine;
using workspace::LineEnd;

namespace {

constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

Error denied_at(std::size_t line, std::string_view message) { return { ErrorCode::denied, fmt::format("line {}: {}", line, message) }; }

/// The document line of each line of the block: one more for each "\ No newline at end of file" before it.
std::vector<std::size_t> document_lines(DiffHunk const& block)
{
    std::vector<std::size_t> numbers;
    std::size_t number = block.at_line;
    for (DiffLine const& line : block.lines) {
        numbers.push_back(++number);
        if (line.text.empty() || line.text.back() != '\n')
            ++number;
    }
    return numbers;
}

/// The lines that the block says are there: context and removed ones.
struct OldSide {
    std::vector<std::string_view> lines;
    std::vector<std::size_t> at; ///< document line of each
};

OldSide old_side(DiffHunk const& block, std::vector<std::size_t> const& numbers)
{
    OldSide side;
    for (std::size_t i = 0; i < block.lines.size(); ++i) {
        if (block.lines[i].kind == '+')
            continue;
        side.lines.push_back(block.lines[i].text);
        side.at.push_back(numbers[i]);
    }
    return side;
}

/// Index of the first wanted line that is not in `present` at `begin`, or their number if all are.
std::size_t matching(std::vector<std::string_view> const& wanted, Lines const& present, std::size_t begin, LineEndRepair const& repair)
{
    std::size_t i = 0;
    while (i < wanted.size() && begin + i < present.count() && repair.same(wanted[i], present.line(begin + i)))
        ++i;
    return i;
}

/// The only place of `wanted` in `present`, or nowhere. Knuth, Morris and Pratt: a hostile document cannot make it slow.
std::size_t only_place(std::vector<std::string_view> const& wanted, Lines const& present, LineEndRepair const& repair)
{
    std::vector<std::size_t> fallback(wanted.size() + 1, 0);
    for (std::size_t i = 1, matched = 0; i < wanted.size(); ++i) {
        while (matched > 0 && !repair.same(wanted[i], wanted[matched]))
            matched = fallback[matched];
        matched += repair.same(wanted[i], wanted[matched]) ? 1 : 0;
        fallback[i + 1] = matched;
    }
    std::size_t found = nowhere;
    for (std::size_t i = 0, matched = 0; i < present.count(); ++i) {
        while (matched > 0 && (matched == wanted.size() || !repair.same(wanted[matched], present.line(i))))
            matched = fallback[matched];
        matched += repair.same(wanted[matched], present.line(i)) ? 1 : 0;
        if (matched < wanted.size())
            continue;
        if (found != nowhere)
            return nowhere;
        found = i + 1 - wanted.size();
    }
    return found;
}

Result<std::size_t> find_place(DiffHunk const& block, OldSide const& side, Lines const& present, LineEndRepair const& repair)
{
    if (side.lines.empty()) {
        if (present.count() == 0)
            return std::size_t(0);
        return tl::unexpected(
            denied_at(block.at_line, "this hunk has no context line left to find its place by; keep one that begins with a space"));
    }
    std::size_t const stated = block.old_start == 0 ? 0 : block.old_start - 1;
    std::size_t const matched = stated < present.count() ? matching(side.lines, present, stated, repair) : 0;
    if (matched == side.lines.size())
        return stated;
    std::size_t const elsewhere = only_place(side.lines, present, repair);
    if (elsewhere != nowhere)
        return elsewhere;
    return tl::unexpected(denied_at(side.at[matched],
        fmt::format("the file does not have this line here: {}. Lines that begin with a space or '-' must stay as they were",
            support::escape_for_display(without_end(side.lines[matched]).substr(0, 120)))));
}

std::vector<BlockChange> changes_of(
    DiffHunk const& block, std::size_t begin, std::vector<std::size_t> const& numbers, LineEndRepair const& repair)
{
    std::vector<BlockChange> changes;
    std::size_t position = begin;
    bool continues = false;
    for (std::size_t i = 0; i < block.lines.size(); ++i) {
        DiffLine const& line = block.lines[i];
        if (line.kind == ' ') {
            ++position;
            continues = false;
            continue;
        }
        if (!continues)
            changes.push_back({ position, position, {}, numbers[i] });
        continues = true;
        if (line.kind == '-')
            changes.back().end = ++position;
        else
            changes.back().text += repair.restored(line.text);
    }
    return changes;
}

/// A new line without its "\n" would run into the one that follows.
Result<> check_last_lines(DiffHunk const& block, std::vector<std::size_t> const& numbers, bool reaches_end)
{
    bool open = false;
    for (std::size_t i = 0; i < block.lines.size(); ++i) {
        DiffLine const& line = block.lines[i];
        if (line.kind == '-')
            continue;
        if (open)
            return tl::unexpected(denied_at(numbers[i], "the line before this one has no newline, so it must stay the last of the file"));
        open = line.text.empty() || line.text.back() != '\n';
        if (open && !reaches_end)
            return tl::unexpected(denied_at(numbers[i], "only the last line of the file can be without a newline"));
    }
    return {};
}

}

/// Whether some line of the text does not end as all lines of the document do.
bool LineEndRepair::differs(DocumentLineEnds document, std::string_view text)
{
    if (document == DocumentLineEnds::lf)
        return text.find('\r') != std::string_view::npos;
    if (!text.empty() && text.back() != '\n')
        return true; // the document ends that line like all others, and says below it that it is without one
    for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n', end + 1)) {
        if (end == 0 || text[end - 1] != '\r')
            return true;
    }
    return false;
}

LineEndRepair::LineEndRepair(DocumentLineEnds document, workspace::FileChange const& change)
    : usual_end_(change.format.line_end == LineEnd::crlf ? "\r\n" : "\n")
{
    needed_ = document != DocumentLineEnds::mixed && (differs(document, change.base_text) || differs(document, change.new_text));
    if (!needed_)
        return;
    Lines const lines(change.new_text);
    for (std::size_t i = 0; i < lines.count(); ++i) {
        if (lines.line(i).back() == '\n')
            known_.push_back(lines.line(i));
    }
    std::stable_sort(known_.begin(), known_.end(), [](auto left, auto right) { return without_end(left) < without_end(right); });
}

bool LineEndRepair::same(std::string_view in_document, std::string_view in_file) const
{
    if (!needed_)
        return in_document == in_file;
    bool const both_end = (!in_document.empty() && in_document.back() == '\n') == (!in_file.empty() && in_file.back() == '\n');
    return both_end && without_end(in_document) == without_end(in_file);
}

std::string LineEndRepair::restored(std::string_view added) const
{
    if (!needed_)
        return std::string(added);
    std::string_view const content = without_end(added);
    if (added.empty() || added.back() != '\n')
        return std::string(content);
    auto const found = std::lower_bound(
        known_.begin(), known_.end(), content, [](std::string_view line, std::string_view wanted) { return without_end(line) < wanted; });
    if (found != known_.end() && without_end(*found) == content)
        return std::string(*found);
    return std::string(content).append(usual_end_);
}

Result<std::vector<PlacedBlock>> place_blocks(workspace::FileDiff const& diff, Lines const& present, LineEndRepair const& repair)
{
    std::vector<PlacedBlock> blocks;
    std::size_t shown_until = 0;
    for (DiffHunk const& block : diff.hunks) {
        auto const numbers = document_lines(block);
        OldSide const side = old_side(block, numbers);
        PlacedBlock placed;
        placed.begin = TRY(find_place(block, side, present, repair));
        placed.end = placed.begin + side.lines.size();
        placed.at_line = block.at_line;
        placed.hunk = std::string(hunk_named_by(block.section));
        if (placed.begin < shown_until)
            return tl::unexpected(
                denied_at(block.at_line, "this hunk reaches into the one before it; keep hunks in the order of their lines"));
        TRY(check_last_lines(block, numbers, placed.end == present.count()));
        placed.changes = changes_of(block, placed.begin, numbers, repair);
        shown_until = placed.end;
        blocks.push_back(std::move(placed));
    }
    return blocks;
}

std::string apply_blocks(Lines const& present, std::vector<PlacedBlock> const& blocks)
{
    std::vector<LinesReplaced> replaced;
    for (PlacedBlock const& block : blocks) {
        for (BlockChange const& change : block.changes)
            replaced.push_back({ change.begin, change.end, change.text });
    }
    return replace_lines(present, replaced);
}

}
