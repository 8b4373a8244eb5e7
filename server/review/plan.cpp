#include "review/file_state.h"

#include <algorithm>
#include <fmt/core.h>
#include <unordered_set>

namespace countersign::review {

namespace {

Result<> check_no_conflict(Proposal const& proposal, FileState const& state, std::function<bool(Hunk const&)> const& is_wanted)
{
    auto const& hunks = state.file().hunks;
    auto const conflict = std::find_if(hunks.begin(), hunks.end(),
        [&](Hunk const& hunk) { return is_wanted(hunk) && is_pending(hunk) && hunk.standing == Standing::conflicting; });
    if (conflict == hunks.end())
        return {};
    return fail(ErrorCode::stale,
        fmt::format(
            "{} changed in or beside the lines of hunk {}, which was made for line {} of it. Undo that change, or discard the hunk; "
            "what else is pending can be applied from {}.{}.diff",
            support::escape_for_display(state.file().change.path), conflict->id, conflict->lines.old_begin + 1, proposal.id,
            proposal.revision));
}

}

Result<std::vector<PlannedFile>> plan(Proposal const& proposal, Selection const& selection, CurrentText const& current)
{
    auto const ids = TRY(selected_hunks(proposal, selection));
    std::unordered_set<std::string_view> const wanted(ids.begin(), ids.end());
    auto const is_wanted = [&](Hunk const& hunk) { return wanted.count(hunk.id) > 0; };
    std::vector<PlannedFile> planned;
    for (ProposedFile const& file : proposal.files) {
        std::vector<std::string> hunks;
        for (Hunk const& hunk : file.hunks) {
            if (is_wanted(hunk))
                hunks.push_back(hunk.id);
        }
        if (hunks.empty())
            continue;
        FileState const state(file);
        workspace::FileChange const& change = file.change;
        PlannedFile each { change.kind, change.path, change.from, {}, {}, std::move(hunks), {}, change.format };
        each.already_there = std::all_of(file.hunks.begin(), file.hunks.end(),
            [&](Hunk const& hunk) { return !is_wanted(hunk) || hunk.standing == Standing::already_there; });
        if (!each.already_there || change.kind == workspace::ChangeKind::modify) {
            each.before = TRY(checked_current(proposal, state, current));
            TRY(check_no_conflict(proposal, state, is_wanted));
            each.after = state.with(is_wanted);
        }
        planned.push_back(std::move(each));
    }
    return planned;
}

std::vector<HunkPlace> pending_places(ProposedFile const& file)
{
    FileState const state(file);
    std::vector<HunkPlace> places;
    for (FileState::Placed const& placed : state.pending())
        places.push_back({ file.hunks[placed.hunk].id, placed.begin, placed.end });
    return places;
}

}
