#include "review/proposal.h"

#include "review/lines.h"
#include "review/rebase.h"

#include <algorithm>
#include <fmt/core.h>
#include <unordered_map>
#include <unordered_set>

namespace countersign::review {

using workspace::ChangeKind;
using workspace::FileChange;

namespace {

/// Changes with one unchanged line between them are one hunk: a person reads them as one, and each block of the review document then
/// has a line of its own to be found by.
std::vector<workspace::LineChange> line_changes(FileChange const& change)
{
    if (change.kind != ChangeKind::modify)
        return { { 0, count_lines(change.base_text), 0, count_lines(change.new_text) } };
    std::vector<workspace::LineChange> joined;
    for (workspace::LineChange const& each : workspace::diff_lines(Lines(change.base_text).all(), Lines(change.new_text).all())) {
        if (joined.empty() || each.old_begin - joined.back().old_end > 1) {
            joined.push_back(each);
            continue;
        }
        joined.back().old_end = each.old_end;
        joined.back().new_end = each.new_end;
    }
    return joined;
}

Error unknown_hunk(Proposal const& proposal, std::string const& id)
{
    return { ErrorCode::not_found, fmt::format("proposal {} has no hunk {}", proposal.id, support::escape_for_display(id)) };
}

std::string_view past_tense(Decision decision) { return decision == Decision::applied ? "applied" : "discarded"; }

/// Adds the pending hunks of the files that were picked.
Result<> pick_files(Proposal const& proposal, std::vector<std::string> const& paths, std::unordered_set<std::string>& picked)
{
    for (std::string const& path : paths) {
        auto const file =
            std::find_if(proposal.files.begin(), proposal.files.end(), [&](auto const& each) { return each.change.path == path; });
        if (file == proposal.files.end())
            return fail(ErrorCode::not_found, fmt::format("proposal {} does not touch {}", proposal.id, support::escape_for_display(path)));
        std::size_t const before = picked.size();
        for (Hunk const& hunk : file->hunks) {
            if (hunk.decision == Decision::pending)
                picked.insert(hunk.id);
        }
        if (picked.size() == before)
            return fail(ErrorCode::denied,
                fmt::format("nothing of {} in proposal {} is pending any more", support::escape_for_display(path), proposal.id));
    }
    return {};
}

Result<> pick_hunks(Proposal const& proposal, std::vector<std::string> const& ids, std::unordered_set<std::string>& picked)
{
    std::unordered_map<std::string_view, Decision> decisions;
    for (ProposedFile const& file : proposal.files) {
        for (Hunk const& hunk : file.hunks)
            decisions.emplace(hunk.id, hunk.decision);
    }
    for (std::string const& id : ids) {
        auto const found = decisions.find(id);
        if (found == decisions.end())
            return tl::unexpected(unknown_hunk(proposal, id));
        if (found->second != Decision::pending)
            return fail(
                ErrorCode::denied, fmt::format("hunk {} of proposal {} has already been {}", id, proposal.id, past_tense(found->second)));
        picked.insert(id);
    }
    return {};
}

}

bool Proposal::is_open() const
{
    return std::any_of(files.begin(), files.end(), [](ProposedFile const& file) {
        return std::any_of(file.hunks.begin(), file.hunks.end(), [](Hunk const& hunk) { return hunk.decision == Decision::pending; });
    });
}

Proposal make_proposal(std::string run, std::string workspace, std::string action, std::string title, std::string summary,
    std::string provider, std::vector<FileChange> changes)
{
    Proposal proposal;
    proposal.run = std::move(run);
    proposal.workspace = std::move(workspace);
    proposal.action = std::move(action);
    proposal.title = std::move(title);
    proposal.summary = std::move(summary);
    proposal.provider = std::move(provider);
    for (FileChange& change : changes) {
        ProposedFile file { std::move(change), {} };
        for (workspace::LineChange const& lines : line_changes(file.change))
            file.hunks.push_back({ fmt::format("{}.{}", proposal.files.size() + 1, file.hunks.size() + 1), lines, Decision::pending, {} });
        if (!file.hunks.empty())
            proposal.files.push_back(std::move(file));
    }
    return proposal;
}

Result<std::vector<std::string>> selected_hunks(Proposal const& proposal, Selection const& selection)
{
    bool const all = selection.files.empty() && selection.hunks.empty();
    if (all && !proposal.is_open())
        return fail(ErrorCode::denied, fmt::format("every part of proposal {} has already been decided", proposal.id));
    std::unordered_set<std::string> picked;
    TRY(pick_files(proposal, selection.files, picked));
    TRY(pick_hunks(proposal, selection.hunks, picked));
    std::vector<std::string> ids;
    for (ProposedFile const& file : proposal.files) {
        for (Hunk const& hunk : file.hunks) {
            if (all ? hunk.decision == Decision::pending : picked.count(hunk.id) > 0)
                ids.push_back(hunk.id);
        }
    }
    return ids;
}

bool adopt_decisions(Proposal& proposal, Proposal const& stored)
{
    bool adopted = false;
    for (std::size_t i = 0; i < std::min(proposal.files.size(), stored.files.size()); ++i) {
        std::vector<Hunk>& ours = proposal.files[i].hunks;
        std::vector<Hunk> const& theirs = stored.files[i].hunks;
        for (std::size_t j = 0; j < std::min(ours.size(), theirs.size()); ++j) {
            if (ours[j].id != theirs[j].id || ours[j].decision != Decision::pending || theirs[j].decision == Decision::pending)
                continue;
            ours[j] = theirs[j];
            adopted = true;
        }
    }
    if (adopted)
        ++proposal.revision;
    return adopted;
}

void decide(Proposal& proposal, std::vector<std::string> const& hunks, Decision decision)
{
    std::unordered_set<std::string_view> const meant(hunks.begin(), hunks.end());
    bool decided = false;
    for (ProposedFile& file : proposal.files) {
        for (Hunk& hunk : file.hunks) {
            if (hunk.decision != Decision::pending || decision == Decision::pending || meant.count(hunk.id) == 0)
                continue;
            hunk.decision = decision;
            decided = true;
        }
    }
    proposal.revision += decided ? 1 : 0;
}

void record_applied(Proposal& proposal, std::vector<PlannedFile> const& applied)
{
    std::vector<std::string> ids;
    std::unordered_map<std::string_view, Hunk const*> edited;
    for (PlannedFile const& file : applied) {
        ids.insert(ids.end(), file.hunks.begin(), file.hunks.end());
        for (Hunk const& hunk : file.edited)
            edited.emplace(hunk.id, &hunk);
    }
    for (ProposedFile& file : proposal.files) {
        for (Hunk& hunk : file.hunks) {
            auto const found = edited.find(hunk.id);
            if (found == edited.end() || hunk.decision != Decision::pending)
                continue;
            hunk.lines = found->second->lines;
            hunk.edited = found->second->edited;
        }
    }
    decide(proposal, ids, Decision::applied);
    for (ProposedFile& file : proposal.files) {
        auto const done =
            std::find_if(applied.begin(), applied.end(), [&](PlannedFile const& planned) { return planned.path == file.change.path; });
        if (done != applied.end() && file.present)
            place_hunks(file, done->after);
    }
}

std::vector<std::string> shown_hunks(Proposal const& proposal)
{
    std::vector<std::string> ids;
    for (ProposedFile const& file : proposal.files) {
        for (Hunk const& hunk : file.hunks) {
            if (hunk.decision == Decision::pending && hunk.standing != Standing::conflicting)
                ids.push_back(hunk.id);
        }
    }
    return ids;
}

}
