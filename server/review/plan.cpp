#include "review/file_state.h"

#include <unordered_set>

namespace countersign::review {

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
        std::string before = TRY(checked_current(proposal, state, current));
        workspace::FileChange const& change = file.change;
        planned.push_back(
            { change.kind, change.path, change.from, std::move(before), state.with(is_wanted), std::move(hunks), {}, change.format });
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
