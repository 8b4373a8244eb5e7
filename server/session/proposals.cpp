#include "session/application.h"

#include "protocol/uri.h"
#include "support/log.h"

#include <algorithm>
#include <fmt/core.h>
#include <set>
#include <utility>

namespace countersign::session {

namespace {

std::size_t pending_hunks(review::Proposal const& proposal)
{
    std::size_t count = 0;
    for (review::ProposedFile const& file : proposal.files)
        count += static_cast<std::size_t>(std::count_if(
            file.hunks.begin(), file.hunks.end(), [](review::Hunk const& hunk) { return hunk.decision == review::Decision::pending; }));
    return count;
}

/// How its tests ended, or how to have them run, for the message that announces it.
std::string about_evidence(review::Proposal const& proposal)
{
    std::string text;
    for (review::Evidence const& evidence : proposal.evidence)
        text += fmt::format("\n{}", support::escape_for_display(review::to_string(evidence)));
    return text;
}

std::string about_guarded(std::vector<Proposals::Guarded> const& guarded)
{
    std::string text;
    for (Proposals::Guarded const& file : guarded)
        text += fmt::format("\n{}; it needs a yes of its own.", support::escape_for_display(file.reason));
    return text;
}

}

std::vector<Proposals::Guarded> Proposals::guarded(review::Proposal const& proposal) const
{
    auto const [known, is_new] = flags_.try_emplace(proposal.id);
    if (is_new) {
        for (review::ProposedFile const& file : proposal.files) {
            if (auto const flag = workspace::flag_of(file.change))
                known->second.push_back({ file.change.path, flag->reason });
        }
    }
    std::vector<Guarded> pending;
    for (Guarded const& guarded : known->second) {
        auto const file =
            std::find_if(proposal.files.begin(), proposal.files.end(), [&](auto const& each) { return each.change.path == guarded.path; });
        if (file != proposal.files.end() && !review::pending_places(*file).empty())
            pending.push_back(guarded);
    }
    return pending;
}

Proposals::Proposals(Client& client, State& state, OpenFiles& open_files, Folders& folders, Background& background, OtherServers& others,
    std::string documents_directory)
    : client_(client)
    , state_(state)
    , open_files_(open_files)
    , folders_(folders)
    , background_(background)
    , others_(others)
    , documents_directory_(std::move(documents_directory))
{
}

void Proposals::restore(std::shared_ptr<Folder> const& folder)
{
    background_.add([this, texts = TextsNow(folder, open_files_)] {
        recover(texts);
        auto const store = state_.store();
        if (!store)
            return log::warn("earlier proposals cannot be read: {}", store.error().message);
        auto found = (*store)->open_proposals(texts.root());
        client_.connection().post([this, found = std::move(found)]() mutable {
            for (review::Proposal& proposal : found) {
                if (open_.find(proposal.id))
                    continue;
                look_again_at(proposal);
                show_hints(*open_.put(std::move(proposal)));
            }
        });
    });
}

void Proposals::announce(review::Proposal proposal, std::string const& run)
{
    std::string const id = proposal.id;
    ProposalHandle const kept = open_.put(std::move(proposal));
    review::Proposal const& known = *kept;
    log::info("run {} proposes #{}", run, id);
    show_hints(known);
    look_again_at(known);
    background_.add([this, id] { tell_others(id); });
    if (client_.capabilities().countersign)
        return; // it says so itself, with buttons, and opens nothing while the person types
    client_.tell(
        fmt::format("Countersign: {}: {} in {} proposed as #{}. Nothing is written until you apply it: see the code actions "
                    "\"Review #{}\" and \"Apply #{}\".",
            known.title, support::count_of(pending_hunks(known), "change"), support::count_of(known.files.size(), "file"), id, id, id)
        + note_on(known));
    if (client_.profile().shows_documents)
        review(id);
}

void Proposals::verified(std::string const& id, Result<std::vector<review::Evidence>> evidence)
{
    if (!evidence)
        return client_.warn(fmt::format("Countersign: the tests of #{} were not run: {}", id, evidence.error().message));
    std::string said;
    for (review::Evidence const& each : *evidence)
        said += fmt::format(" {}.", support::escape_for_display(review::to_string(each)));
    ProposalHandle const found = open_.find(id);
    if (!found)
        return;
    review::Proposal proposal = *found;
    proposal.evidence = std::move(*evidence);
    // Nothing is decided by it, but the document that shows it is a new one.
    ++proposal.revision;
    decided(std::move(proposal), fmt::format("Countersign: #{}:{}", id, said), true);
}

std::string Proposals::note_on(review::Proposal const& proposal) const
{
    return about_evidence(proposal) + about_guarded(guarded(proposal));
}

void Proposals::review(std::string const& id)
{
    ProposalHandle const proposal = open_.find(id);
    if (!proposal)
        return client_.warn(fmt::format("Countersign: there is no open proposal #{}", id));
    // Behind whatever still writes it.
    background_.add([this, id, path = document_path(*proposal)] {
        client_.connection().post([this, id, path] { client_.show_document(path, fmt::format("Countersign: the diff of #{}", id)); });
    });
}

void Proposals::discard(Pick pick)
{
    ProposalHandle const found = open_.find(pick.proposal);
    if (!found)
        return client_.warn(fmt::format("Countersign: there is no open proposal #{}", pick.proposal));
    review::Proposal proposal = *found;
    if (applying_ && applying_id() == pick.proposal)
        return client_.warn(fmt::format("Countersign: #{} is being applied just now", pick.proposal));
    if (auto const narrowed = narrow_to_place(pick, proposal); !narrowed)
        return client_.warn(fmt::format("Countersign: {}", narrowed.error().message));
    auto const hunks = review::selected_hunks(proposal, pick.selection);
    if (!hunks)
        return client_.warn(fmt::format("Countersign: {}", hunks.error().message));
    review::decide(proposal, *hunks, review::Decision::discarded);
    if (!pick.reason.empty())
        proposal.reason = pick.reason;
    Json fields { { "proposal", pick.proposal }, { "hunks", *hunks } };
    if (!pick.reason.empty())
        fields["reason"] = pick.reason;
    record("discarded", std::move(fields));
    std::size_t const left = pending_hunks(proposal);
    decided(std::move(proposal),
        left == 0 ? fmt::format("Countersign: discarded #{}. Nothing was written.", pick.proposal)
                  : fmt::format("Countersign: discarded {} of #{}; {} left. Nothing was written.",
                      support::count_of(hunks->size(), "change"), pick.proposal, left),
        !pick.document.empty());
}

void Proposals::superseded(std::string const& id, std::string const& by)
{
    ProposalHandle const found = open_.find(id);
    if (!found || applying_id() == id)
        return;
    review::Proposal proposal = *found;
    auto const hunks = review::selected_hunks(proposal, {});
    if (!hunks)
        return;
    review::decide(proposal, *hunks, review::Decision::discarded);
    record("discarded", { { "proposal", id }, { "hunks", *hunks }, { "revised_by", by } });
    decided(std::move(proposal), fmt::format("Countersign: #{} takes the place of #{}.", by, id), false);
}

Result<> Proposals::narrow_to_place(Pick& pick, review::Proposal const& proposal) const
{
    if (pick.document.empty() || pick.extent == Pick::Extent::all)
        return {};
    OpenFile const* const file = open_files_.find(pick.document);
    if ((file == nullptr && !pick.text) || !pick.line)
        return fail(ErrorCode::not_found, "the review document is not open in this editor; open it and try again");
    if (!pick.text)
        TRY(workspace::check_in_step(*file->document));
    review::DocumentPlace const place = review::place_at(proposal, pick.text ? *pick.text : *file->document->text, *pick.line);
    if (place.file.empty() || (pick.extent == Pick::Extent::hunk && place.hunk.empty()))
        return fail(ErrorCode::not_found, fmt::format("line {} of the diff belongs to no change of #{}", *pick.line + 1, proposal.id));
    if (pick.extent == Pick::Extent::file)
        pick.selection.files = { place.file };
    else
        pick.selection.hunks = { place.hunk };
    return {};
}

void Proposals::decided(review::Proposal proposal, std::string message, bool on_document)
{
    bool const still_open = proposal.is_open();
    if (still_open)
        look_again_at(proposal);
    ProposalHandle const kept = open_.put(std::move(proposal));
    show_hints(*kept);
    // The person hears of it once it is kept: what they were told holds even if everything ends the moment after.
    keep_stored(kept, [this, id = kept->id, on_document, still_open, message = std::move(message)](Result<> const& stored) {
        client_.tell(message);
        if (!stored)
            client_.warn(fmt::format("Countersign: the decision on #{} could not be kept: {}", id, stored.error().message));
        else if (still_open && on_document)
            review(id);
    });
}

void Proposals::keep_stored(ProposalHandle const& proposal, std::function<void(Result<> const&)> then)
{
    background_.add([this, proposal, ended = std::exchange(ended_, nullptr), then = std::move(then)]() mutable {
        auto const store = state_.store();
        auto saved = store ? (*store)->save(*proposal) : Result<review::Proposal>(tl::unexpected(store.error()));
        if (ended)
            ended->claim.reset();
        if (saved)
            tell_others(proposal->id);
        client_.connection().post([this, proposal, saved = std::move(saved), then = std::move(then)]() mutable {
            Result<> const result = saved ? Result<>() : Result<>(tl::unexpected(saved.error()));
            // Another process may have decided something meanwhile, or used the number of this revision.
            if (saved && saved->revision != proposal->revision && open_.find(proposal->id) == proposal)
                show_hints(*open_.put(std::move(*saved)));
            then(result);
        });
    });
}

void Proposals::record(std::string kind, Json fields) const
{
    background_.add([this, kind = std::move(kind), fields = std::move(fields)]() mutable {
        auto const ledger = state_.ledger();
        auto const written = ledger ? (*ledger)->append(kind, std::move(fields)) : Result<>(tl::unexpected(ledger.error()));
        if (!written)
            log::error("the ledger could not be written: {}", written.error().message);
    });
}

void Proposals::show_hints(review::Proposal const& shown)
{
    for (review::ProposedFile const& file : shown.files)
        show_hints_in(beneath(shown.workspace, file.change.path));
    changed_();
    if (client_.profile().code_lenses)
        client_.request<protocol::CodeLensRefreshRequest>({}, [](auto const&) {});
}

void Proposals::show_hints_in(std::string const& path)
{
    OpenFile const* const open = open_files_.find(path);
    if (open == nullptr)
        return;
    protocol::PublishDiagnosticsParams params { .uri = protocol::uri_from_path(path), .diagnostics = {} };
    for (OpenProposals::Touch const& touch : open_.touching(path)) {
        if (beneath(touch.proposal->workspace, touch.file->change.path) != path)
            continue;
        for (review::HunkPlace const& hunk : touch.places) {
            support::LineIndex const& lines = open->document->lines;
            ByteRange const place { lines.start(hunk.begin), lines.start(std::max(hunk.end, hunk.begin + 1)) };
            params.diagnostics.push_back({ .range = protocol::range_at(*open->document->text, lines, place, client_.encoding()),
                .severity = protocol::DiagnosticSeverity::hint,
                .source = "countersign",
                .message = fmt::format("#{} proposes a change here ({})", touch.proposal->id, touch.proposal->title) });
        }
    }
    client_.connection().notify<protocol::PublishDiagnosticsNotification>(params);
}

std::string Proposals::document_path(review::Proposal const& proposal) const
{
    return fmt::format("{}/{}.{}.diff", documents_directory_, proposal.id, proposal.revision);
}

ProposalHandle Proposals::of_document(std::string const& path) const
{
    if (!is_review_document(path))
        return nullptr;
    return open_.find(document_id(path));
}

std::string Proposals::document_id(std::string const& path) const
{
    std::string_view const name = std::string_view(path).substr(documents_directory_.size() + 1);
    return std::string(name.substr(0, name.find('.')));
}

bool Proposals::is_review_document(std::string const& path) const
{
    return path.size() > documents_directory_.size() + 1 && path.starts_with(documents_directory_)
        && path[documents_directory_.size()] == '/' && path.ends_with(".diff");
}

}
