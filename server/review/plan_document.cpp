#include "review/edited_hunks.h"
#include "review/file_state.h"
#include "review/placed_block.h"

#include <algorithm>
#include <fmt/core.h>
#include <unordered_map>

namespace countersign::review {

using workspace::ChangeKind;
using workspace::FileDiff;

namespace {

Error refused(FileDiff const& diff, ErrorCode code, std::string_view message)
{
    std::string const path = support::escape_for_display(diff.path);
    if (diff.hunks.empty())
        return { code, fmt::format("{}: {}", path, message) };
    return { code, fmt::format("line {}: {}: {}", diff.hunks.front().at_line, path, message) };
}

/// That this document speaks of this proposal as it is now.
Result<> check_header(Proposal const& proposal, ReviewDocument const& document)
{
    if (document.proposal != proposal.id) {
        return fail(ErrorCode::denied,
            fmt::format("this document belongs to proposal {}, not to {}", support::escape_for_display(document.proposal), proposal.id));
    }
    if (document.workspace != proposal.workspace) {
        return fail(ErrorCode::denied,
            fmt::format("this document says that it is about {}, but proposal {} was made for {}",
                support::escape_for_display(document.workspace), proposal.id, support::escape_for_display(proposal.workspace)));
    }
    if (!proposal.is_open())
        return fail(ErrorCode::denied, fmt::format("every part of proposal {} has already been decided", proposal.id));
    if (document.revision != proposal.revision) {
        return fail(ErrorCode::stale,
            fmt::format("this document is revision {} of proposal {}; open the present one, {}.{}.diff", document.revision, proposal.id,
                proposal.id, proposal.revision));
    }
    return {};
}

Result<ProposedFile const*> proposed_file(Proposal const& proposal, FileDiff const& diff)
{
    for (ProposedFile const& file : proposal.files) {
        if (file.change.path != diff.path)
            continue;
        if (file.change.kind != diff.kind || file.change.from != diff.from)
            return tl::unexpected(refused(diff, ErrorCode::denied,
                "the document would do something else to this file than the proposal; keep its file lines as they were"));
        if (std::none_of(file.hunks.begin(), file.hunks.end(), is_pending))
            return tl::unexpected(refused(diff, ErrorCode::denied, "every part of this file has already been decided"));
        return &file;
    }
    return tl::unexpected(refused(
        diff, ErrorCode::denied, fmt::format("proposal {} does not touch this file, so its document cannot change it", proposal.id)));
}

/// A file that appears, goes or moves has one hunk: it is wanted as a whole, or it is not in the document.
bool is_dropped(FileDiff const& diff, ProposedFile const& file)
{
    bool const could_have_blocks = file.change.base_text != file.change.new_text;
    return diff.kind != ChangeKind::move && could_have_blocks && diff.hunks.empty();
}

/// The single hunk of such a file, with the text that the document gives it.
Hunk whole_hunk(ProposedFile const& file, std::string const& after)
{
    Hunk hunk = file.hunks.front();
    if (after != file.change.new_text)
        hunk.edited = after;
    return hunk;
}

Result<std::optional<PlannedFile>> plan_file(
    Proposal const& proposal, ProposedFile const& file, FileDiff const& diff, DocumentLineEnds line_ends, CurrentText const& current)
{
    if (is_dropped(diff, file))
        return std::optional<PlannedFile>();
    workspace::FileChange const& change = file.change;
    FileState const state(file);
    auto const blocks = TRY(place_blocks(diff, state.lines(), LineEndRepair(line_ends, change)));
    std::string after = apply_blocks(state.lines(), blocks);
    if (change.kind == ChangeKind::remove && !after.empty())
        return tl::unexpected(refused(diff, ErrorCode::denied, "a removal can be approved or dropped only as a whole"));
    std::vector<Hunk> carried;
    if (change.kind == ChangeKind::modify)
        carried = TRY(hunks_of_blocks(state, blocks));
    else
        carried.push_back(whole_hunk(file, after));
    if (carried.empty())
        return std::optional<PlannedFile>();
    std::string before = TRY(checked_current(proposal, state, current));
    PlannedFile planned { change.kind, change.path, change.from, std::move(before), std::move(after), {}, {}, change.format };
    for (Hunk& hunk : carried) {
        planned.hunks.push_back(hunk.id);
        if (hunk.edited)
            planned.edited.push_back(std::move(hunk));
    }
    return planned;
}

}

Result<std::vector<PlannedFile>> plan_document(Proposal const& proposal, ReviewDocument const& document, CurrentText const& current)
{
    TRY(check_header(proposal, document));
    std::unordered_map<ProposedFile const*, FileDiff const*> wanted;
    for (FileDiff const& diff : document.files) {
        ProposedFile const* file = TRY(proposed_file(proposal, diff));
        if (!wanted.emplace(file, &diff).second)
            return tl::unexpected(refused(diff, ErrorCode::invalid_params, "this file is in the document twice"));
    }
    std::vector<PlannedFile> planned;
    for (ProposedFile const& file : proposal.files) {
        auto const found = wanted.find(&file);
        if (found == wanted.end())
            continue;
        if (auto each = TRY(plan_file(proposal, file, *found->second, document.line_ends, current)))
            planned.push_back(std::move(*each));
    }
    if (planned.empty())
        return fail(
            ErrorCode::invalid_params, "the document keeps no hunk, so there is nothing to apply; to be rid of the proposal, discard it");
    return planned;
}

}
