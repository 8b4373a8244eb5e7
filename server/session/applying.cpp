// The way of one approval: plan on what the files are now, write the approval to the ledger, check again, hand the edits to
// the editor, and compare what the editor then has with what was approved.
#include "session/proposals.h"

#include "support/hash.h"
#include "support/log.h"

#include <algorithm>
#include <fmt/core.h>

namespace countersign::session {

namespace {

/// Editors may write their own line ends, and end a file with one; neither makes it another text.
bool same_text(std::string_view left, std::string_view right)
{
    auto const plain = [](std::string_view text) {
        std::string kept;
        kept.reserve(text.size());
        std::copy_if(text.begin(), text.end(), std::back_inserter(kept), [](char c) { return c != '\r'; });
        if (kept.ends_with('\n'))
            kept.pop_back();
        return kept;
    };
    return left == right || plain(left) == plain(right);
}

}

struct Proposals::Application {
    Pick pick;
    review::Proposal proposal; ///< as it was when the person decided
    std::shared_ptr<Folder> folder;
    std::map<std::string, std::shared_ptr<workspace::Document const>> documents; ///< by absolute path, as they were then
    std::string document_text;                                                   ///< of the review document, if it was picked there
    std::vector<review::PlannedFile> plan;
    std::int64_t approval = 0; ///< its sequence number in the ledger
    std::vector<Outgoing> outgoing;
    std::size_t sent = 0;
    std::string refusal; ///< what the editor said
    bool settled = false;

    enum class Seen { as_approved, as_before, otherwise, unknown };
    std::vector<Seen> seen; ///< of each planned file

    std::vector<std::string> left; ///< files that "all" does not mean, since they need a yes of their own

    Result<std::string> current(std::string const& path) const;
    Result<std::vector<review::PlannedFile>> make_plan() const;
    bool is_all() const { return pick.extent == Pick::Extent::all && pick.selection.files.empty() && pick.selection.hunks.empty(); }
};

namespace {

/// Takes what some program runs or obeys later out of a plan that was not picked file by file. Errors: denied (nothing is left).
Result<std::vector<std::string>> leave_guarded(std::vector<review::PlannedFile>& plan, std::string const& proposal)
{
    std::vector<std::string> left;
    std::string reasons;
    std::erase_if(plan, [&](review::PlannedFile const& file) {
        workspace::FileChange change;
        change.kind = file.kind;
        change.path = file.path;
        change.from = file.from;
        change.base_text = file.before;
        change.new_text = file.after;
        auto const flag = workspace::flag_of(change);
        if (!flag)
            return false;
        left.push_back(file.path);
        reasons += fmt::format("{}. ", flag->reason);
        return true;
    });
    if (plan.empty())
        return fail(ErrorCode::denied,
            fmt::format(
                "{}That needs a yes of its own: pick \"Apply {} of #{}\"", reasons, support::escape_for_display(left.front()), proposal));
    return left;
}

}

/// The text now: the buffer if it is open, else the disk. Background thread.
Result<std::string> Proposals::Application::current(std::string const& path) const
{
    auto const open = documents.find(beneath(proposal.workspace, path));
    if (open != documents.end())
        return *open->second->text;
    auto const files = TRY(folder->files());
    if (!files->exists(path))
        return fail(ErrorCode::not_found, fmt::format("{} is not there", path));
    return *TRY(files->read(path)).text;
}

Result<std::vector<review::PlannedFile>> Proposals::Application::make_plan() const
{
    auto const text_of = [this](std::string const& path) { return current(path); };
    if (pick.document.empty() || review::is_unedited(proposal, document_text))
        return review::plan(proposal, pick.selection, text_of);
    review::ReviewDocument document = TRY(review::parse_review_document(document_text));
    if (pick.extent != Pick::Extent::all) {
        // Of an edited document, keep the block that the person stood in.
        std::size_t const line = *pick.line + 1;
        std::erase_if(document.files, [&](workspace::FileDiff& file) {
            if (pick.extent == Pick::Extent::file)
                return std::find(pick.selection.files.begin(), pick.selection.files.end(), file.path) == pick.selection.files.end();
            std::size_t const holds = [&] {
                std::size_t last = 0;
                for (workspace::DiffHunk const& hunk : file.hunks)
                    last = hunk.at_line <= line ? hunk.at_line : last;
                return last;
            }();
            std::erase_if(file.hunks,
                [&](workspace::DiffHunk const& hunk) { return hunk.at_line != holds || hunk.at_line + hunk.lines.size() < line; });
            return file.hunks.empty();
        });
    }
    return review::plan_document(proposal, document, text_of);
}

std::string Proposals::applying_id() const { return applying_ ? applying_->pick.proposal : std::string(); }

void Proposals::apply(Pick pick)
{
    review::Proposal const* const proposal = find(pick.proposal);
    if (proposal == nullptr)
        return client_.warn(fmt::format("Countersign: there is no open proposal #{}", pick.proposal));
    if (applying_)
        return client_.warn(fmt::format("Countersign: #{} is being applied just now; try again when it is done", applying_id()));
    auto application = std::make_shared<Application>();
    application->folder = folders_.find(proposal->workspace);
    if (!application->folder) {
        return client_.warn(
            fmt::format("Countersign: #{} belongs to {}, which is not a workspace folder here; apply it from an editor that has it open",
                proposal->id, proposal->workspace));
    }
    if (!pick.document.empty()) {
        OpenFile const* const document = open_files_.find(pick.document);
        if (document == nullptr)
            return client_.warn("Countersign: the review document is not open in this editor; open it and try again");
        application->document_text = *document->document->text;
        if (auto const narrowed = narrow_to_place(pick, *proposal); !narrowed && review::is_unedited(*proposal, application->document_text))
            return client_.warn(fmt::format("Countersign: {}", narrowed.error().message));
    }
    application->proposal = *proposal;
    application->pick = std::move(pick);
    for (auto const& document : open_files_.documents())
        application->documents[document->path] = document;
    applying_ = application;
    background_.add([this, application] { plan(application); });
}

void Proposals::plan(Handle const& application)
{
    auto const approve = [&]() -> Result<> {
        application->plan = TRY(application->make_plan());
        if (application->is_all())
            application->left = TRY(leave_guarded(application->plan, application->proposal.id));
        Json files = Json::array();
        for (review::PlannedFile const& file : application->plan) {
            files.push_back({ { "path", file.path }, { "hunks", file.hunks }, { "before", support::content_hash(file.before) },
                { "after", support::content_hash(file.after) } });
        }
        ledger::Ledger* const ledger = TRY(state_.ledger());
        application->approval = TRY(ledger->append_durably("approval",
            { { "proposal", application->proposal.id }, { "client", client_.description() },
                { "workspace", application->proposal.workspace }, { "files", std::move(files) } }));
        return {};
    };
    auto const result = approve();
    client_.connection().post([this, application, result] {
        if (result)
            approved(application);
        else
            refuse(application, result.error());
    });
}

void Proposals::approved(Handle const& application)
{
    std::string const& root = application->proposal.workspace;
    for (review::PlannedFile const& file : application->plan) {
        for (std::string const& path : { file.path, file.from.empty() ? file.path : file.from }) {
            OpenFile const* const now = open_files_.find(beneath(root, path));
            auto const then = application->documents.find(beneath(root, path));
            bool const was_open = then != application->documents.end();
            bool const unchanged = now == nullptr ? !was_open : was_open && *now->document->text == *then->second->text;
            if (!unchanged)
                return refuse(application,
                    { ErrorCode::stale,
                        fmt::format("{} changed while #{} was being applied; apply it again", path, application->proposal.id) });
        }
    }
    auto const version_of = [this](std::string const& path) -> std::optional<std::int32_t> {
        OpenFile const* const file = open_files_.find(path);
        return file == nullptr ? std::nullopt : std::optional(static_cast<std::int32_t>(file->document->version));
    };
    auto outgoing = build_edits(application->plan, root, client_.profile(), client_.encoding(),
        fmt::format("Countersign #{}: {}", application->proposal.id, application->proposal.title), version_of);
    if (!outgoing)
        return refuse(application, outgoing.error());
    application->outgoing = std::move(*outgoing);
    send_next(application);
}

void Proposals::send_next(Handle const& application)
{
    if (application->sent == application->outgoing.size() || !application->refusal.empty())
        return settle(application);
    Outgoing const& next = application->outgoing[application->sent++];
    protocol::ApplyWorkspaceEditParams params { .label = fmt::format("Countersign #{}", application->proposal.id), .edit = next.edit };
    log::info("sending an edit of #{} by approval {}", application->proposal.id, application->approval);
    client_.request<protocol::ApplyWorkspaceEditRequest>(
        std::move(params), [this, application](rpc::Answer<protocol::ApplyWorkspaceEditResult> const& answer) {
            if (!answer)
                application->refusal = answer.error().message.empty() ? "the editor refused" : answer.error().message;
            else if (!answer->applied)
                application->refusal = answer->failureReason.value_or("the editor did not apply it");
            send_next(application);
        });
}

void Proposals::document_changed()
{
    if (applying_ && applying_->sent == applying_->outgoing.size() && applying_->settled)
        check_settled(applying_);
}

void Proposals::settle(Handle const& application)
{
    // An answer says little: some clients say "applied" when they skipped a file. What their buffers hold decides, and
    // that may be reported a moment after the answer.
    constexpr auto patience = std::chrono::milliseconds(1000);
    application->settled = true;
    if (check_settled(application))
        return;
    client_.connection().after(application->refusal.empty() ? patience : std::chrono::milliseconds(300), [this, application] {
        if (applying_ == application)
            finish(application);
    });
}

bool Proposals::check_settled(Handle const& application)
{
    bool const all = std::all_of(application->plan.begin(), application->plan.end(), [&](review::PlannedFile const& file) {
        OpenFile const* const open = open_files_.find(beneath(application->proposal.workspace, file.path));
        return open != nullptr && same_text(*open->document->text, file.after);
    });
    if (all)
        finish(application);
    return all;
}

void Proposals::finish(Handle const& application)
{
    application->settled = false;
    application->documents.clear();
    for (auto const& document : open_files_.documents())
        application->documents[document->path] = document;
    background_.add([this, application] {
        using Seen = Application::Seen;
        for (review::PlannedFile const& file : application->plan) {
            auto const now = application->current(file.path);
            bool const gone = !now && now.error().code == ErrorCode::not_found;
            if (gone)
                application->seen.push_back(file.kind == workspace::ChangeKind::remove ? Seen::as_approved
                        : file.kind == workspace::ChangeKind::modify                   ? Seen::unknown
                                                                                       : Seen::as_before);
            else if (!now)
                application->seen.push_back(Seen::unknown);
            else if (file.kind != workspace::ChangeKind::remove && same_text(*now, file.after))
                application->seen.push_back(Seen::as_approved);
            else
                application->seen.push_back(same_text(*now, file.before) ? Seen::as_before : Seen::otherwise);
        }
        client_.connection().post([this, application] { conclude(application); });
    });
}

void Proposals::conclude(Handle const& application)
{
    using Seen = Application::Seen;
    applying_.reset();
    std::string const& id = application->proposal.id;
    std::vector<review::PlannedFile> applied;
    std::vector<std::string> not_applied;
    std::vector<std::string> otherwise;
    Json files = Json::array();
    for (std::size_t i = 0; i < application->plan.size(); ++i) {
        review::PlannedFile const& file = application->plan[i];
        Seen const seen = application->seen[i];
        constexpr char const* words[] = { "full", "none", "changed further", "unknown" };
        files.push_back({ { "path", file.path }, { "outcome", words[static_cast<int>(seen)] } });
        if (seen == Seen::as_approved)
            applied.push_back(file);
        else
            (seen == Seen::as_before ? not_applied : otherwise).push_back(file.path);
    }
    record("applied",
        { { "proposal", id }, { "approval", application->approval }, { "files", std::move(files) }, { "answer", application->refusal } });

    auto const found = open_.find(id);
    if (found != open_.end())
        review::record_applied(found->second, applied);
    std::string const why =
        application->refusal.empty() ? "" : fmt::format(" The editor said: {}", support::escape_for_display(application->refusal));
    if (not_applied.empty() && otherwise.empty()) {
        std::string left;
        for (std::string const& path : application->left)
            left += fmt::format(" {0} waits for a yes of its own: \"Apply {0} of #{1}\".", support::escape_for_display(path), id);
        return decided(id,
            fmt::format(
                "Countersign: applied #{} to {}, as approved. Saving is up to you.{}", id, support::count_of(applied.size(), "file"), left),
            !application->pick.document.empty());
    }
    std::string message =
        applied.empty() ? fmt::format("Countersign: #{} was not applied.", id) : fmt::format("Countersign: #{} was applied in part.", id);
    if (!not_applied.empty())
        message += fmt::format(" Unchanged: {}.", support::join(not_applied, ", "));
    if (!otherwise.empty())
        message += fmt::format(" Not as approved, look at: {}.", support::join(otherwise, ", "));
    decided(id, message + why, false);
}

void Proposals::refuse(Handle const& application, Error const& error)
{
    applying_.reset();
    std::string const& id = application->proposal.id;
    record("refused",
        { { "proposal", id }, { "approval", application->approval }, { "code", support::to_string(error.code) },
            { "reason", error.message } });
    client_.warn(fmt::format("Countersign: #{} was not applied, nothing was changed: {}", id, error.message));
}

}
