#include "review/rebase.h"

#include "review/file_state.h"
#include "review/review_document.h"

#include <algorithm>

namespace countersign::review {

using workspace::ChangeKind;
using workspace::LineChange;

namespace {

/// Whether a change touches lines [begin, end), or the place between lines if they are none.
bool touches(LineChange const& change, std::size_t begin, std::size_t end) { return change.old_end >= begin && change.old_begin <= end; }

/// Places the hunks of one file, given what the person did to it.
class Placing {
public:
    Placing(FileState const& made, Lines const& now) : made_(made), now_(now), typed_(workspace::diff_lines(made.lines().all(), now.all()))
    {
    }

    void place(FileState::Placed const& placed, Hunk& hunk) const
    {
        auto const first =
            std::partition_point(typed_.begin(), typed_.end(), [&](LineChange const& change) { return change.old_end < placed.begin; });
        auto last = first;
        while (last != typed_.end() && touches(*last, placed.begin, placed.end))
            ++last;
        if (first != last) {
            hunk.standing = is_there(placed, *first, *(last - 1)) ? Standing::already_there : Standing::conflicting;
            return;
        }
        hunk.at = first == typed_.begin() ? placed.begin : placed.begin - (first - 1)->old_end + (first - 1)->new_end;
        hunk.standing = hunk.at == placed.begin ? Standing::as_made : Standing::moved;
    }

private:
    /// Whether the stretch of text that the changes from `first` to `last` made has what the hunk makes, and nothing else beside it.
    bool is_there(FileState::Placed const& placed, LineChange const& first, LineChange const& last) const
    {
        std::size_t const begin = std::min(first.old_begin, placed.begin);
        std::size_t const end = std::max(last.old_end, placed.end);
        std::size_t const now_begin = first.new_begin - (first.old_begin - begin);
        std::size_t const now_end = last.new_end + (end - last.old_end);

        Lines const own(placed.text);
        std::vector<std::string_view> wanted;
        append(wanted, made_.lines(), begin, placed.begin);
        append(wanted, own, 0, own.count());
        append(wanted, made_.lines(), placed.end, end);
        std::vector<std::string_view> there;
        append(there, now_, now_begin, now_end);
        std::size_t const own_begin = placed.begin - begin;
        auto const differences = workspace::diff_lines(wanted, there);
        return std::none_of(differences.begin(), differences.end(),
            [&](LineChange const& change) { return touches(change, own_begin, own_begin + own.count()); });
    }

    static void append(std::vector<std::string_view>& lines, Lines const& from, std::size_t begin, std::size_t end)
    {
        for (std::size_t i = begin; i < end; ++i)
            lines.push_back(from.line(i));
    }

    FileState const& made_;
    Lines const& now_;
    std::vector<LineChange> typed_; ///< from the base with the applied hunks to what the file says now
};

void put_back(ProposedFile& file)
{
    file.present.reset();
    for (Hunk& hunk : file.hunks) {
        hunk.standing = Standing::as_made;
        hunk.at = 0;
    }
}

/// Our own failure, or a text of which nobody can say what it is just now; else the file is gone or is none that we can read.
bool says_nothing(Error const& error) { return error.code == ErrorCode::io || error.code == ErrorCode::stale; }

/// Of a file that appears, goes or moves.
Result<Standing> standing_of_whole(FileState const& state, CurrentText const& current)
{
    workspace::FileChange const& change = state.file().change;
    auto const read = [&](std::string const& path) -> Result<std::optional<std::string>> {
        auto text = current(path);
        if (text)
            return std::optional(std::move(*text));
        if (says_nothing(text.error()))
            return tl::unexpected(text.error());
        // Something that cannot be read is there all the same, and is no text that was proposed or looked at.
        return text.error().code == ErrorCode::not_found ? std::nullopt : std::optional(std::string(1, '\0'));
    };
    auto const there = TRY(read(change.path));
    std::string const& wanted = state.file().hunks.front().edited.value_or(change.new_text);
    switch (change.kind) {
    case ChangeKind::create:
        return !there ? Standing::as_made : *there == wanted ? Standing::already_there : Standing::conflicting;
    case ChangeKind::remove:
        return !there ? Standing::already_there : *there == change.base_text ? Standing::as_made : Standing::conflicting;
    default:
        break;
    }
    auto const source = TRY(read(change.from));
    if (there)
        return !source && *there == wanted ? Standing::already_there : Standing::conflicting;
    return source && *source == change.base_text ? Standing::as_made : Standing::conflicting;
}

/// The file as it stands now, or nothing if that is how it stood.
Result<std::optional<ProposedFile>> rebased_file(ProposedFile const& file, CurrentText const& current)
{
    FileState const state(file);
    if (file.change.kind != ChangeKind::modify) {
        Standing const standing = TRY(standing_of_whole(state, current));
        if (standing == file.hunks.front().standing)
            return std::nullopt;
        ProposedFile moved = file;
        moved.hunks.front().standing = standing;
        return moved;
    }
    auto text = current(file.change.path);
    if (!text && says_nothing(text.error()))
        return tl::unexpected(text.error());
    bool const was_lost = !file.present
        && std::any_of(file.hunks.begin(), file.hunks.end(), [](Hunk const& hunk) { return hunk.standing == Standing::conflicting; });
    if (text ? !was_lost && *text == state.text() : was_lost)
        return std::nullopt;
    ProposedFile moved = file;
    put_back(moved);
    if (text) {
        place_hunks(moved, std::move(*text));
        return moved;
    }
    for (Hunk& hunk : moved.hunks) {
        if (is_pending(hunk))
            hunk.standing = Standing::conflicting;
    }
    return moved;
}

bool looks_the_same(ProposedFile const& left, ProposedFile const& right)
{
    for (std::size_t i = 0; i < left.hunks.size(); ++i) {
        if (is_pending(left.hunks[i]) && left.hunks[i].standing != right.hunks[i].standing)
            return false;
    }
    return render_pending(left) == render_pending(right);
}

}

void place_hunks(ProposedFile& file, std::string text)
{
    put_back(file);
    FileState const made(file);
    if (text == made.text())
        return;
    Lines const now(text);
    Placing const placing(made, now);
    for (FileState::Placed const& placed : made.pending())
        placing.place(placed, file.hunks[placed.hunk]);
    file.present = std::move(text);
}

Result<std::optional<Proposal>> rebase(Proposal const& proposal, std::vector<std::string> const& paths, CurrentText const& current)
{
    std::optional<Proposal> moved;
    bool next_revision = false;
    for (std::size_t i = 0; i < proposal.files.size(); ++i) {
        ProposedFile const& file = proposal.files[i];
        auto const is_meant = [&](std::string const& path) { return path == file.change.path || path == file.change.from; };
        if ((!paths.empty() && std::none_of(paths.begin(), paths.end(), is_meant))
            || std::none_of(file.hunks.begin(), file.hunks.end(), is_pending))
            continue;
        auto read = rebased_file(file, current);
        if (!read && read.error().code == ErrorCode::stale)
            continue;
        std::optional<ProposedFile> now = TRY(std::move(read));
        if (!now)
            continue;
        next_revision = next_revision || !looks_the_same(file, *now);
        if (!moved)
            moved = proposal;
        moved->files[i] = std::move(*now);
    }
    if (moved && next_revision)
        ++moved->revision;
    return moved;
}

}
