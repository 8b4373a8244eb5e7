#include "review/successor.h"

#include "review/file_state.h"
#include "support/hash.h"

#include <algorithm>
#include <fmt/core.h>

namespace countersign::review {

using workspace::ChangeKind;
using workspace::FileChange;

namespace {

FileChange change_between(ChangeKind kind, FileChange const& like, std::string base, std::string text)
{
    FileChange change { kind, like.path, "", std::move(base), "", {}, std::move(text), like.format };
    change.base_hash = kind == ChangeKind::create ? "" : support::content_hash(change.base_text);
    return change;
}

FileChange taken_back(FileState const& state)
{
    FileChange const& change = state.file().change;
    switch (change.kind) {
    case ChangeKind::modify:
        return change_between(ChangeKind::modify, change, state.expected(), change.base_text);
    case ChangeKind::create:
        return change_between(ChangeKind::remove, change, state.expected(), "");
    case ChangeKind::remove:
        return change_between(ChangeKind::create, change, "", change.base_text);
    case ChangeKind::move:
        break;
    }
    FileChange back = change_between(ChangeKind::move, change, state.expected(), change.base_text);
    back.path = change.from;
    back.from = change.path;
    return back;
}

/// Moves the hunks of one modified file over to its present text.
class FileRebase {
public:
    FileRebase(FileState const& state, std::string const& present)
        : state_(state)
        , present_(present)
        , moved_(workspace::diff_lines(state.expected_lines().all(), Lines(present).all()))
    {
    }

    FileChange run(Rebased& rebased) const
    {
        std::vector<LinesReplaced> replaced;
        for (FileState::Placed const& placed : state_.pending()) {
            std::string const& id = state_.file().hunks[placed.hunk].id;
            auto const after =
                std::partition_point(moved_.begin(), moved_.end(), [&](auto const& change) { return change.old_end < placed.begin; });
            // Lines that touch are a conflict too: which of two texts at one place comes first is the person's to say.
            if (after != moved_.end() && after->old_begin <= placed.end) {
                rebased.conflicts.push_back(id);
                continue;
            }
            rebased.hunks.push_back(id);
            std::size_t const begin = after == moved_.begin() ? placed.begin : placed.begin - (after - 1)->old_end + (after - 1)->new_end;
            replaced.push_back({ begin, begin + (placed.end - placed.begin), placed.text });
        }
        return change_between(ChangeKind::modify, state_.file().change, present_, replace_lines(Lines(present_), replaced));
    }

private:
    FileState const& state_;
    std::string const& present_;
    std::vector<workspace::LineChange> moved_; ///< from the expected text to the present one
};

/// What is left of one file's pending hunks, if anything.
Result<std::optional<FileChange>> rebased_file(
    Proposal const& proposal, ProposedFile const& file, CurrentText const& current, Rebased& rebased)
{
    FileState const state(file);
    auto const checked = checked_current(proposal, state, current);
    if (!checked && checked.error().code != ErrorCode::stale)
        return tl::unexpected(checked.error());
    auto const present = file.change.kind == ChangeKind::modify ? current(file.change.path) : checked;
    if (!present) {
        for (FileState::Placed const& placed : state.pending())
            rebased.conflicts.push_back(file.hunks[placed.hunk].id);
        return std::optional<FileChange>();
    }
    if (file.change.kind != ChangeKind::modify) {
        rebased.hunks.push_back(file.hunks.front().id);
        return file.change;
    }
    std::size_t const before = rebased.hunks.size();
    FileChange change = FileRebase(state, *present).run(rebased);
    return rebased.hunks.size() == before ? std::optional<FileChange>() : std::optional(std::move(change));
}

}

Result<Proposal> undo_of(Proposal const& proposal)
{
    std::vector<FileChange> changes;
    for (ProposedFile const& file : proposal.files) {
        FileState const state(file);
        if (!state.applied().empty())
            changes.push_back(taken_back(state));
    }
    if (changes.empty())
        return fail(ErrorCode::not_found, fmt::format("nothing of proposal {} was applied, so there is nothing to undo", proposal.id));
    return make_proposal(proposal.run, proposal.workspace, "undo", fmt::format("Undo #{}: {}", proposal.id, proposal.title),
        fmt::format("Takes back what was applied of proposal {}, made {}.", proposal.id, proposal.created), proposal.provider,
        std::move(changes));
}

Result<Rebased> rebase(Proposal const& proposal, CurrentText const& current)
{
    Rebased rebased;
    std::vector<FileChange> changes;
    for (ProposedFile const& file : proposal.files) {
        if (std::none_of(file.hunks.begin(), file.hunks.end(), is_pending))
            continue;
        if (auto change = TRY(rebased_file(proposal, file, current, rebased)))
            changes.push_back(std::move(*change));
    }
    if (changes.empty())
        return rebased;
    rebased.proposal = make_proposal(
        proposal.run, proposal.workspace, proposal.action, proposal.title, proposal.summary, proposal.provider, std::move(changes));
    if (rebased.proposal->files.empty())
        rebased.proposal.reset();
    return rebased;
}

}
