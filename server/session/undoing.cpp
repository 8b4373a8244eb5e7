// countersign.undo: what takes an approval back is a proposal like any other, reviewed and applied through the same gate.
#include "review/undo.h"
#include "session/proposals.h"

#include "support/log.h"

#include <fmt/core.h>

namespace countersign::session {

void Proposals::undo(std::string proposal, std::string since)
{
    std::vector<TextsNow> folders;
    for (std::shared_ptr<Folder> const& folder : folders_.all())
        folders.emplace_back(folder, open_files_);
    background_.add([this, folders = std::move(folders), proposal = std::move(proposal), since = std::move(since),
                        removes = client_.profile().file_operations] {
        auto made = propose_undo(folders, proposal, since, removes);
        client_.connection().post([this, made = std::move(made)]() mutable {
            if (made)
                announce(std::move(*made), "undo");
            else
                client_.warn(fmt::format("Countersign: {}", made.error().message));
        });
    });
}

Result<review::Proposal> Proposals::propose_undo(
    std::vector<TextsNow> const& folders, std::string const& proposal, std::string const& since, bool removes)
{
    review::Checkpoints* const checkpoints = TRY(state_.checkpoints());
    std::string const moment = since.empty() ? std::string() : TRY(review::parse_since(since, std::chrono::system_clock::now()));
    for (TextsNow const& texts : folders) {
        auto all = TRY(checkpoints->of_workspace(texts.root()));
        auto const chosen = review::pick_checkpoints(std::move(all), proposal, moment);
        if (chosen.empty())
            continue;
        review::Undo undone = TRY(review::undo(
            chosen, [&](std::string const& hash) { return checkpoints->text(hash); },
            [&](std::string const& path) { return texts.read(path); },
            removes ? review::CreatedFiles::remove : review::CreatedFiles::empty));
        std::string const refused = review::describe(undone.refused);
        if (undone.changes.empty()) {
            return fail(refused.empty() ? ErrorCode::not_found : ErrorCode::stale,
                refused.empty() ? "nothing of that is in the files any more, so there is nothing to undo"
                                : fmt::format("nothing can be undone:\n{}", refused));
        }
        review::Checkpoint const& newest = chosen.front();
        std::string const title = chosen.size() > 1 && proposal.empty() ? fmt::format("Undo {} approvals", chosen.size())
            : newest.proposal.empty()                                   ? fmt::format("Undo {}", newest.title)
                                                                        : fmt::format("Undo #{}: {}", newest.proposal, newest.title);
        std::string summary = fmt::format("Takes back what was approved {}.", newest.time);
        if (!refused.empty())
            summary += fmt::format("\nWhat stays, because it cannot be taken back:\n{}", refused);
        review::Store* const store = TRY(state_.store());
        return store->create(review::make_proposal(
            newest.run, texts.root(), "undo", title, std::move(summary), "undo (no model)", std::move(undone.changes)));
    }
    return fail(ErrorCode::not_found,
        proposal.empty() ? "nothing was applied here that could be undone"
                         : fmt::format("nothing of #{} was applied in this workspace, so there is nothing to undo", proposal));
}

}
