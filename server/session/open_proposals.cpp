#include "session/open_proposals.h"

#include "session/folders.h"

#include <algorithm>

namespace countersign::session {

namespace {

std::vector<std::string> touched_paths(review::Proposal const& proposal, review::ProposedFile const& file)
{
    std::vector<std::string> paths;
    bool const waits = std::any_of(
        file.hunks.begin(), file.hunks.end(), [](review::Hunk const& hunk) { return hunk.decision == review::Decision::pending; });
    if (!waits)
        return paths;
    paths.push_back(beneath(proposal.workspace, file.change.path));
    if (!file.change.from.empty())
        paths.push_back(beneath(proposal.workspace, file.change.from));
    return paths;
}

}

ProposalHandle OpenProposals::put(review::Proposal proposal)
{
    erase(proposal.id);
    auto kept = std::make_shared<review::Proposal const>(std::move(proposal));
    if (!kept->is_open())
        return kept;
    by_id_[kept->id] = kept;
    for (std::size_t i = 0; i < kept->files.size(); ++i) {
        auto const paths = touched_paths(*kept, kept->files[i]);
        if (paths.empty())
            continue;
        auto const places = review::pending_places(kept->files[i]);
        for (std::string const& path : paths)
            by_path_[path].push_back({ kept->id, i, places });
    }
    return kept;
}

void OpenProposals::erase(std::string const& id)
{
    auto const found = by_id_.find(id);
    if (found == by_id_.end())
        return;
    for (review::ProposedFile const& file : found->second->files) {
        for (std::string const& path : touched_paths(*found->second, file)) {
            auto const entries = by_path_.find(path);
            if (entries == by_path_.end())
                continue;
            std::erase_if(entries->second, [&](Entry const& entry) { return entry.id == id; });
            if (entries->second.empty())
                by_path_.erase(entries);
        }
    }
    by_id_.erase(found);
}

ProposalHandle OpenProposals::find(std::string const& id) const
{
    auto const found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : found->second;
}

std::vector<ProposalHandle> OpenProposals::all() const
{
    std::vector<ProposalHandle> found;
    for (auto const& [id, proposal] : by_id_)
        found.push_back(proposal);
    return found;
}

std::vector<OpenProposals::Touch> OpenProposals::touching(std::string const& path) const
{
    std::vector<Touch> found;
    auto const entries = by_path_.find(path);
    if (entries == by_path_.end())
        return found;
    for (Entry const& entry : entries->second) {
        ProposalHandle const proposal = find(entry.id);
        found.push_back({ proposal, &proposal->files[entry.file], entry.places });
    }
    return found;
}

}
