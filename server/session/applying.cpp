// The way of one approval: plan on what the files are now, write the approval to the ledger, check again, hand the edits to
// the editor, and compare what the editor then has with what was approved. What it did only in part is taken back.
#include "session/application.h"

#include "support/hash.h"
#include "support/log.h"

#include <algorithm>
#include <fmt/core.h>

namespace countersign::session {

/// Another process may apply it once what was decided here is kept.
void Proposals::end(Handle const& application)
{
    applying_.reset();
    ended_ = application;
    client_.connection().post([this, application] {
        if (ended_ == application)
            give_up_claim();
    });
}

void Proposals::give_up_claim()
{
    if (ended_)
        background_.add([ended = std::exchange(ended_, nullptr)] { ended->claim.reset(); });
}

std::string Proposals::applying_id() const { return applying_ ? applying_->pick.proposal : std::string(); }

void Proposals::apply(Pick pick)
{
    ProposalHandle const proposal = open_.find(pick.proposal);
    if (!proposal)
        return client_.warn(fmt::format("Countersign: there is no open proposal #{}", pick.proposal));
    if (!pick.document.empty()) {
        OpenFile const* const document = open_files_.find(pick.document);
        if (document == nullptr)
            return client_.warn("Countersign: the review document is not open in this editor; open it and try again");
        if (auto const known = workspace::check_in_step(*document->document); !known)
            return client_.warn(fmt::format("Countersign: #{} was not applied: {}", pick.proposal, known.error().message));
        pick.text = *document->document->text;
    }
    bool const is_ours = folders_.find(proposal->workspace) != nullptr;
    if (!is_ours || (!pick.document.empty() && none_open(*proposal)))
        return ask_owner(std::move(pick), *proposal, is_ours);
    apply_here(std::move(pick), proposal);
}

void Proposals::apply_here(Pick pick, ProposalHandle const& proposal)
{
    if (applying_)
        return client_.warn(fmt::format("Countersign: #{} is being applied just now; try again when it is done", applying_id()));
    // Whoever was told that the last one ended may pick the next before we come back to that.
    give_up_claim();
    auto application = std::make_shared<Application>();
    application->folder = folders_.find(proposal->workspace);
    if (pick.text) {
        application->document_text = *pick.text;
        if (auto const narrowed = narrow_to_place(pick, *proposal); !narrowed && review::is_unedited(*proposal, application->document_text))
            return client_.warn(fmt::format("Countersign: {}", narrowed.error().message));
    }
    application->proposal = *proposal;
    application->pick = std::move(pick);
    application->texts = TextsNow(application->folder, open_files_);
    applying_ = application;
    background_.add([this, application] { plan(application); });
}

void Proposals::plan(Handle const& application)
{
    auto const approve = [&]() -> Result<> {
        review::Store* const store = TRY(state_.store());
        TRY(application->claim_in(*store));
        auto planned = application->make_plan();
        if (planned && application->is_all())
            planned = application->leave_guarded();
        if (application->rebased) {
            // The document that it names must be there, whether this is refused or not.
            application->proposal = TRY(store->save(std::move(application->proposal)));
        }
        TRY(Result<>(planned));
        Json files = Json::array();
        for (review::PlannedFile const& file : application->plan) {
            files.push_back({ { "path", file.path }, { "hunks", file.hunks }, { "before", support::content_hash(file.before) },
                { "after", support::content_hash(file.after) } });
        }
        ledger::Ledger* const ledger = TRY(state_.ledger());
        application->approval = TRY(ledger->append_durably("approval",
            { { "proposal", application->proposal.id }, { "client", client_.description() },
                { "workspace", application->proposal.workspace }, { "files", std::move(files) } }));
        review::Checkpoints* const checkpoints = TRY(state_.checkpoints());
        review::Checkpoint checkpoint;
        checkpoint.proposal = application->proposal.id;
        checkpoint.run = application->proposal.run;
        checkpoint.title = application->proposal.title;
        checkpoint.workspace = application->proposal.workspace;
        checkpoint.approval = application->approval;
        application->checkpoint = TRY(checkpoints->begin(std::move(checkpoint), application->plan));
        return {};
    };
    auto const result = approve();
    client_.connection().post([this, application, result] {
        if (application->rebased && open_.find(application->proposal.id))
            show_hints(*open_.put(application->proposal));
        if (result)
            approved(application);
        else
            refuse(application, result.error());
    });
}

bool Proposals::is_as_planned(Handle const& application, std::string& moved) const
{
    for (review::PlannedFile const& file : application->plan) {
        for (std::string const& path : { file.path, file.from.empty() ? file.path : file.from }) {
            OpenFile const* const now = open_files_.find(beneath(application->proposal.workspace, path));
            workspace::Document const* const then = application->texts.buffer(beneath(application->proposal.workspace, path));
            if (now == nullptr ? then == nullptr : then != nullptr && now->document->in_step && *now->document->text == *then->text)
                continue;
            moved = path;
            return false;
        }
    }
    return true;
}

void Proposals::approved(Handle const& application)
{
    std::string moved;
    if (!is_as_planned(application, moved)) {
        return refuse(application,
            { ErrorCode::stale, fmt::format("{} changed while #{} was being applied; apply it again", moved, application->proposal.id) });
    }
    auto const version_of = [this](std::string const& path) -> std::optional<std::int32_t> {
        OpenFile const* const file = open_files_.find(path);
        return file == nullptr ? std::nullopt : std::optional(static_cast<std::int32_t>(file->document->version));
    };
    auto outgoing = build_edits(application->plan, application->proposal.workspace, client_.profile(), client_.encoding(),
        fmt::format("Countersign #{}: {}", application->proposal.id, application->proposal.title), version_of);
    if (!outgoing)
        return refuse(application, outgoing.error());
    application->outgoing = std::move(*outgoing);
    application->sent = 0;
    application->said_done.clear();
    application->encoding = client_.encoding();
    application->history.clear();
    for (review::PlannedFile const& file : application->plan) {
        std::string const path = beneath(application->proposal.workspace, file.path);
        if (OpenFile const* const open = open_files_.find(path))
            application->history[path].push_back(open->document->text);
    }
    send_next(application);
}

void Proposals::send_next(Handle const& application)
{
    bool const refused = !application->refusal.empty() && !application->taking_back;
    if (application->sent == application->outgoing.size() || refused)
        return settle(application);
    Outgoing const& next = application->outgoing[application->sent++];
    // What was typed while an earlier file's edit was on its way: not every editor looks at versions.
    for (std::size_t const index : next.files) {
        review::PlannedFile const& file = application->plan[index];
        OpenFile const* const now = open_files_.find(beneath(application->proposal.workspace, file.path));
        bool const is_new = file.kind == workspace::ChangeKind::create;
        if (now != nullptr
            && (!now->document->in_step || (is_new ? !holds_nothing(*now->document->text) : *now->document->text != file.before))) {
            application->refusal = fmt::format("{} was changed meanwhile, so its part was not sent", file.path);
            return send_next(application);
        }
    }
    protocol::ApplyWorkspaceEditParams params { .label = fmt::format("Countersign #{}", application->proposal.id), .edit = next.edit };
    log::info("sending an edit of #{} by approval {}", application->proposal.id, application->approval);
    client_.request<protocol::ApplyWorkspaceEditRequest>(
        std::move(params), [this, application, &next](rpc::Answer<protocol::ApplyWorkspaceEditResult> const& answer) {
            if (!answer)
                application->refusal = answer.error().message.empty() ? "the editor refused" : answer.error().message;
            else if (!answer->applied)
                application->refusal = answer->failureReason.value_or("the editor did not apply it");
            else if (!next.edit.changeAnnotations) // of what the person may leave out, "applied" does not say that it was done
                for (std::size_t const index : next.files)
                    application->said_done.insert(application->plan[index].path);
            send_next(application);
        });
}

void Proposals::settle(Handle const& application)
{
    // An answer says little: some clients say "applied" when they skipped a file. What their buffers hold decides, and
    // that may be reported a moment after the answer.
    constexpr auto patience = std::chrono::milliseconds(1000);
    application->settled = true;
    if (check_settled(application))
        return;
    client_.connection().after(
        application->refusal.empty() ? patience : std::chrono::milliseconds(300), [this, application, turn = application->taking_back] {
            if (applying_ == application && application->settled && application->taking_back == turn)
                finish(application);
        });
}

bool Proposals::check_settled(Handle const& application)
{
    bool const all = std::all_of(application->plan.begin(), application->plan.end(), [&](review::PlannedFile const& file) {
        OpenFile const* const open = open_files_.find(beneath(application->proposal.workspace, file.path));
        return file.already_there || (open != nullptr && open->document->in_step && same_text(*open->document->text, file.after));
    });
    if (all)
        finish(application);
    return all;
}

void Proposals::finish(Handle const& application)
{
    application->settled = false;
    application->texts = TextsNow(application->folder, open_files_);
    background_.add([this, application] {
        application->look();
        client_.connection().post([this, application] {
            if (application->taking_back)
                conclude_taking_back(application);
            else
                conclude(application);
        });
    });
}

void Proposals::record_outcome(Handle const& application, std::string kind) const
{
    Json files = Json::array();
    for (std::size_t i = 0; i < application->plan.size(); ++i) {
        files.push_back({ { "path", application->plan[i].path }, { "outcome", std::string(to_string(application->seen[i].seen)) },
            { "hunks", application->seen[i].there } });
    }
    record(std::move(kind),
        { { "proposal", application->proposal.id }, { "approval", application->approval }, { "files", std::move(files) },
            { "answer", application->refusal } });
}

void Proposals::conclude(Handle const& application)
{
    record_outcome(application, "applied");
    bool any = false;
    bool all = true;
    for (SeenFile const& file : application->seen) {
        any = any || file.changed();
        all = all && (file.seen == Seen::full || file.seen == Seen::changed_further || file.seen == Seen::not_shown);
    }
    // A client with a preview of its own lets the person tick a part: that is their decision. Elsewhere a part is a failure.
    bool const ticked = application->refusal.empty()
        && std::any_of(application->outgoing.begin(), application->outgoing.end(),
            [](Outgoing const& outgoing) { return outgoing.edit.changeAnnotations.has_value(); });
    if (all || !any || ticked)
        return keep(application);
    take_back(application);
}

void Proposals::take_back(Handle const& application)
{
    auto reverse = application->reverse_plan(client_.profile());
    if (reverse.empty())
        return keep(application);
    application->taking_back = true;
    application->approved_plan = std::exchange(application->plan, std::move(reverse));
    application->approved_seen = std::exchange(application->seen, {});
    log::info("taking back what was applied of #{}", application->proposal.id);
    approved(application);
}

void Proposals::conclude_taking_back(Handle const& application)
{
    record_outcome(application, "taken back");
    std::vector<std::string> missing, left;
    for (std::size_t i = 0; i < application->approved_plan.size(); ++i) {
        std::string const& path = application->approved_plan[i].path;
        Seen const seen = application->approved_seen[i].seen;
        if (seen != Seen::full && seen != Seen::changed_further && seen != Seen::not_shown)
            missing.push_back(path);
        auto const undone =
            std::find_if(application->plan.begin(), application->plan.end(), [&](auto const& file) { return file.path == path; });
        bool const clean = undone != application->plan.end()
            && application->seen[static_cast<std::size_t>(undone - application->plan.begin())].seen == Seen::full;
        if (seen == Seen::not_shown || (application->approved_seen[i].changed() && !clean))
            left.push_back(path);
    }
    finish_checkpoint(application, left); // the rest is as before, so there is nothing to undo
    std::string const& id = application->proposal.id;
    std::string message = fmt::format("Countersign: #{} was not applied: the editor did not change {} as approved.", id,
        missing.empty() ? "every file" : support::join(missing, ", "));
    message += left.empty() ? " What it had changed was taken back, so the files are as before."
                            : fmt::format(" Not all that it had changed could be taken back, look at: {}.", support::join(left, ", "));
    if (!application->refusal.empty())
        message += fmt::format(" The editor said: {}", support::escape_for_display(application->refusal));
    end(application);
    ProposalHandle const current = open_.find(id);
    if (current)
        decided(*current, std::move(message), false);
}

void Proposals::finish_checkpoint(Handle const& application, std::vector<std::string> changed)
{
    if (!application->checkpoint)
        return;
    background_.add([this, checkpoint = *application->checkpoint, changed = std::move(changed)] {
        auto const checkpoints = state_.checkpoints();
        auto const finished = checkpoints ? (*checkpoints)->finish(checkpoint, changed) : Result<>(tl::unexpected(checkpoints.error()));
        if (!finished)
            log::warn("the checkpoint of #{} is not complete: {}", checkpoint.proposal, finished.error().message);
    });
}

void Proposals::keep(Handle const& application)
{
    end(application);
    finish_checkpoint(application, touched_paths(application->plan, application->seen));
    std::string const& id = application->proposal.id;
    std::vector<review::PlannedFile> applied;
    std::vector<std::string> not_applied, in_part, otherwise, hidden, picked;
    for (std::size_t i = 0; i < application->plan.size(); ++i) {
        review::PlannedFile file = application->plan[i];
        SeenFile const& seen = application->seen[i];
        if (seen.seen == Seen::full || seen.seen == Seen::changed_further) {
            if (seen.seen == Seen::changed_further)
                file.after = seen.text;
            applied.push_back(std::move(file));
        } else if (seen.seen == Seen::partial) {
            in_part.push_back(file.path);
            picked.insert(picked.end(), seen.there.begin(), seen.there.end());
        } else {
            (seen.seen == Seen::none ? not_applied : seen.seen == Seen::not_shown ? hidden : otherwise).push_back(file.path);
        }
    }
    ProposalHandle const current = open_.find(id);
    if (!current)
        return;
    review::Proposal proposal = *current;
    review::record_applied(proposal, applied);
    review::decide(proposal, picked, review::Decision::applied);
    std::string const why =
        application->refusal.empty() ? "" : fmt::format(" The editor said: {}", support::escape_for_display(application->refusal));
    if (not_applied.empty() && otherwise.empty() && in_part.empty() && hidden.empty()) {
        std::string left;
        for (std::string const& path : application->left)
            left += fmt::format(" {0} waits for a yes of its own: \"Apply {0} of #{1}\".", support::escape_for_display(path), id);
        return decided(std::move(proposal),
            fmt::format(
                "Countersign: applied #{} to {}, as approved. Saving is up to you.{}", id, support::count_of(applied.size(), "file"), left),
            !application->pick.document.empty());
    }
    char const* const outcome = !applied.empty() || !in_part.empty() ? "was applied in part"
        : hidden.empty()                                             ? "was not applied"
                                                                     : "was sent to the editor";
    std::string message = fmt::format("Countersign: #{} {}.", id, outcome);
    if (!not_applied.empty())
        message += fmt::format(" Unchanged: {}.", support::join(not_applied, ", "));
    if (!in_part.empty())
        message += fmt::format(" Some of its changes are in: {}; the rest waits.", support::join(in_part, ", "));
    if (!otherwise.empty())
        message += fmt::format(" Not as approved, look at: {}.", support::join(otherwise, ", "));
    if (!hidden.empty())
        message += fmt::format(" The editor does not show this server what became of {0}: look there. If it is right, save it and apply "
                               "#{1} again; if not, discard #{1}.",
            support::join(hidden, ", "), id);
    decided(std::move(proposal), message + why, false);
}

void Proposals::refuse(Handle const& application, Error const& error)
{
    end(application);
    finish_checkpoint(application,
        application->taking_back ? touched_paths(application->approved_plan, application->approved_seen)
                                 : touched_paths(application->plan, application->seen));
    std::string const& id = application->proposal.id;
    record("refused",
        { { "proposal", id }, { "approval", application->approval }, { "code", support::to_string(error.code) },
            { "reason", error.message } });
    if (application->taking_back) {
        std::vector<std::string> paths;
        for (review::PlannedFile const& file : application->plan)
            paths.push_back(file.path);
        client_.warn(fmt::format("Countersign: #{} was applied in part, and what was applied could not be taken back: {}. Undo it in the "
                                 "editor: {}",
            id, error.message, support::join(paths, ", ")));
    } else {
        client_.warn(fmt::format("Countersign: #{} was not applied, nothing was changed: {}", id, error.message));
    }
    if (ProposalHandle const current = open_.find(id)) {
        look_again_at(*current);
        if (error.code == ErrorCode::stale && !application->pick.document.empty())
            review(id);
    }
}

}
