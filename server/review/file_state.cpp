#include "review/file_state.h"

#include <fmt/core.h>

namespace countersign::review {

using workspace::ChangeKind;

bool is_pending(Hunk const& hunk) { return hunk.decision == Decision::pending; }

bool is_applicable(Hunk const& hunk)
{
    return is_pending(hunk) && (hunk.standing == Standing::as_made || hunk.standing == Standing::moved);
}

namespace {

/// The base with the hunks that are applied.
std::string expected_text(ProposedFile const& file, Lines const& base, Lines const& proposed)
{
    std::vector<LinesReplaced> replaced;
    for (Hunk const& hunk : file.hunks) {
        if (hunk.decision != Decision::applied)
            continue;
        replaced.push_back({ hunk.lines.old_begin, hunk.lines.old_end,
            hunk.edited ? std::string_view(*hunk.edited) : proposed.range(hunk.lines.new_begin, hunk.lines.new_end) });
    }
    return replace_lines(base, replaced);
}

}

FileState::FileState(ProposedFile const& file)
    : file_(file)
    , base_lines_(file.change.base_text)
    , proposed_lines_(file.change.new_text)
    , text_(file.present ? *file.present : expected_text(file, base_lines_, proposed_lines_))
    , lines_(text_)
{
    if (file.present)
        place_as_rebased();
    else
        place_as_made();
}

void FileState::place_as_made()
{
    std::size_t base_position = 0;
    std::size_t position = 0;
    for (std::size_t i = 0; i < file_.hunks.size(); ++i) {
        Hunk const& hunk = file_.hunks[i];
        if (hunk.decision == Decision::discarded)
            continue;
        position += hunk.lines.old_begin - base_position;
        base_position = hunk.lines.old_end;
        std::string_view const text = new_text(hunk);
        bool const done = hunk.decision == Decision::applied;
        std::size_t const size = done ? count_lines(text) : hunk.lines.old_end - hunk.lines.old_begin;
        if (done || is_applicable(hunk))
            (done ? applied_ : pending_).push_back({ i, position, position + size, text });
        position += size;
    }
}

void FileState::place_as_rebased()
{
    for (std::size_t i = 0; i < file_.hunks.size(); ++i) {
        Hunk const& hunk = file_.hunks[i];
        if (is_applicable(hunk))
            pending_.push_back({ i, hunk.at, hunk.at + (hunk.lines.old_end - hunk.lines.old_begin), new_text(hunk) });
    }
}

std::string_view FileState::new_text(Hunk const& hunk) const
{
    return hunk.edited ? std::string_view(*hunk.edited) : proposed_lines_.range(hunk.lines.new_begin, hunk.lines.new_end);
}

std::string FileState::with(std::function<bool(Hunk const&)> const& chosen) const
{
    std::vector<LinesReplaced> replaced;
    for (Placed const& placed : pending_) {
        if (chosen(file_.hunks[placed.hunk]))
            replaced.push_back({ placed.begin, placed.end, placed.text });
    }
    return replace_lines(lines_, replaced);
}

std::vector<FileState::Foreign> FileState::foreign() const
{
    std::vector<Foreign> found;
    if (!file_.present) {
        for (Placed const& placed : applied_) {
            workspace::LineChange const& lines = file_.hunks[placed.hunk].lines;
            found.push_back({ placed.begin, placed.end, lines.old_begin, lines.old_end, placed.hunk });
        }
        return found;
    }
    for (workspace::LineChange const& change : workspace::diff_lines(base_lines_.all(), lines_.all()))
        found.push_back({ change.new_begin, change.new_end, change.old_begin, change.old_end, {} });
    return found;
}

namespace {

/// `path` as it may be put into a message.
std::string shown(std::string const& path) { return support::escape_for_display(path); }

Result<> check_absent(Proposal const& proposal, std::string const& path, CurrentText const& current)
{
    auto const there = current(path);
    if (there) {
        return fail(ErrorCode::stale,
            fmt::format(
                "{} exists now, and proposal {} would create it. Move or rename the existing file, or discard this part of the proposal.",
                shown(path), proposal.id));
    }
    if (there.error().code != ErrorCode::not_found)
        return tl::unexpected(there.error());
    return {};
}

}

Result<std::string> checked_current(Proposal const& proposal, FileState const& state, CurrentText const& current)
{
    workspace::FileChange const& change = state.file().change;
    if (change.kind == ChangeKind::create) {
        TRY(check_absent(proposal, change.path, current));
        return std::string();
    }
    if (change.kind == ChangeKind::move)
        TRY(check_absent(proposal, change.path, current));
    std::string const& path = change.kind == ChangeKind::move ? change.from : change.path;
    auto text = current(path);
    if (!text && text.error().code == ErrorCode::not_found) {
        return fail(ErrorCode::stale,
            fmt::format(
                "{} is gone since proposal {} was made. Bring it back, or discard this part of the proposal.", shown(path), proposal.id));
    }
    if (!text || *text == state.text())
        return text;
    if (!state.applied().empty() && *text == change.base_text) {
        return fail(ErrorCode::stale,
            fmt::format(
                "{} no longer has the hunks of proposal {} that were applied to it. Redo them in the editor, or run the action again.",
                shown(path), proposal.id));
    }
    return fail(ErrorCode::stale,
        fmt::format(
            "{} changed since proposal {} was made (first difference in line {}). Undo that change and apply again, or run the action "
            "again on the present text.",
            shown(path), proposal.id, first_difference(*text, state.text())));
}

}
