#include "session/runs.h"

#include "review/audit_json.h"
#include "session/revising.h"
#include "session/verify.h"
#include "support/log.h"

#include <fmt/core.h>

namespace countersign::session {

Runs::Runs(Client& client, Services const& services, State& state, OpenFiles& open_files, Questions& questions)
    : client_(client)
    , services_(services)
    , state_(state)
    , open_files_(open_files)
    , questions_(questions)
{
}

Runs::~Runs()
{
    for (auto& [id, run] : runs_)
        run.stop.request_stop();
}

std::string Runs::begin(std::string title)
{
    std::string id = agent::new_run_id(*services_.clock);
    runs_[id].title = std::move(title);
    return id;
}

void Runs::launch(std::string const& id, std::function<void()> work)
{
    // What it works on is of this moment; the thread starts behind the answer, which then does not wait for it.
    client_.connection().post([this, id, work = std::move(work)]() mutable {
        if (auto const found = runs_.find(id); found != runs_.end())
            found->second.thread = std::jthread(std::move(work));
    });
    begin_progress(id);
}

agent::GateParts Runs::gate_parts()
{
    agent::GateParts parts = state_.gate_parts();
    parts.ask = [this](agent::Question const& question, std::stop_token stop) { return questions_.ask(question, std::move(stop)); };
    parts.tell = [this](std::string const& message) { client_.connection().post([this, message] { client_.warn(message); }); };
    return parts;
}

std::string Runs::start(RunOrder order, Settings const& settings)
{
    std::string const id = begin(fmt::format("{} in {}", order.action->name, order.path));
    auto work = [this, id, order = std::move(order), settings, documents = open_files_.documents(), diagnostics = open_files_.diagnostics(),
                    stop = runs_[id].stop.get_token()]() mutable {
        Result<RunResult> result = fail(ErrorCode::internal, "the run ended without a result");
        try {
            result = carry_out(std::move(order), id, settings, std::move(documents), std::move(diagnostics), stop);
        } catch (std::exception const& exception) {
            result = fail(ErrorCode::internal, fmt::format("the run failed: {}", exception.what()));
        }
        client_.connection().post([this, id, result = std::move(result)]() mutable { end(id, std::move(result)); });
    };
    launch(id, std::move(work));
    return id;
}

std::string Runs::verify(
    review::Proposal proposal, std::string command, std::shared_ptr<Folder> folder, Settings settings, Verified verified)
{
    std::string const id = begin(fmt::format("the tests of #{}", proposal.id));
    auto work = [this, id, proposal = std::move(proposal), command = std::move(command), folder = std::move(folder),
                    settings = std::move(settings), verified = std::move(verified), documents = open_files_.documents(),
                    stop = runs_[id].stop.get_token()] {
        auto const carry = [&]() -> Result<std::vector<review::Evidence>> {
            auto const files = TRY(folder->files());
            Settings const narrower = TRY(narrowed_by_repository(settings, *files));
            return session::verify(
                proposal, command, std::make_shared<workspace::Snapshot>(files, documents), narrower, gate_parts(), stop);
        };
        Result<std::vector<review::Evidence>> evidence = fail(ErrorCode::internal, "the tests ended without a result");
        try {
            evidence = carry();
        } catch (std::exception const& exception) {
            evidence = fail(ErrorCode::internal, fmt::format("running the tests failed: {}", exception.what()));
        }
        client_.connection().post([this, id, verified, evidence = std::move(evidence)]() mutable {
            forget(id, evidence ? "done" : "failed");
            verified(std::move(evidence));
        });
    };
    launch(id, std::move(work));
    return id;
}

Result<RunResult> Runs::carry_out(RunOrder order, std::string const& id, Settings const& settings,
    std::vector<std::shared_ptr<workspace::Document const>> documents, std::vector<tools::Diagnostic> diagnostics, std::stop_token stop)
{
    auto const files = TRY(order.folder->files());
    RunRequest request;
    request.id = id;
    request.action = order.action;
    request.snapshot = std::make_shared<workspace::Snapshot>(files, std::move(documents));
    request.settings = settings;
    request.commands = gate_parts();
    request.redactor = services_.redactor;
    request.wording = services_.wording;
    request.config_directory = services_.config_directory;
    request.choice = std::move(order.choice);
    request.choice.path = TRY(files->resolve(order.path));
    if (!order.revises.empty()) {
        review::Store* const store = TRY(state_.store());
        review::Proposal const earlier = TRY(store->load(order.revises));
        TRY(go_on_from(earlier, files->root(), request.choice));
    }

    auto const file = TRY(request.snapshot->read(request.choice.path));
    support::LineIndex const lines(*file.file.text);
    request.choice.selection = protocol::byte_range(*file.file.text, lines, order.range, client_.encoding());
    for (tools::Diagnostic& diagnostic : diagnostics) {
        if (auto relative = order.folder->relative(diagnostic.path)) {
            diagnostic.path = std::move(*relative);
            request.diagnostics.push_back(std::move(diagnostic));
        }
    }

    ProgressLine line(*services_.clock);
    auto const growing = growing_text(id, order, files->root());
    auto const on_progress = [&](agent::Progress const& progress) {
        bool const is_notice = progress.kind == agent::Progress::Kind::notice;
        if (line.note(progress))
            client_.connection().post([this, id, is_notice, doing = line.text()] { report(id, doing, is_notice); });
        if (growing)
            growing->note(progress);
    };
    request.ledger = TRY(state_.ledger());
    request.client = client_.description();
    RunResult result = TRY(run_action(request, services_.make_provider, services_.state_directory, *services_.clock, on_progress, stop));

    result.is_document_shown = growing && growing->is_shown();
    TRY(request.ledger->append("run",
        { { "run", id }, { "action", request.action->name }, { "path", request.choice.path }, { "workspace", files->root() },
            { "provider", result.provider }, { "ended", std::string(agent::to_string(result.outcome.ended)) },
            { "error", result.outcome.error }, { "steps", result.outcome.steps }, { "tool_calls", result.outcome.tool_calls } }));
    if (result.proposal) {
        review::Store* const store = TRY(state_.store());
        result.proposal = TRY(store->create(std::move(*result.proposal)));
        result.revises = order.revises;
        TRY(request.ledger->append("proposal",
            { { "proposal", result.proposal->id }, { "run", id }, { "workspace", files->root() },
                { "files", review::audit_json(*result.proposal) } }));
    }
    return result;
}

std::size_t Runs::stop(std::string const& run)
{
    std::size_t stopped = 0;
    for (auto& [id, working] : runs_) {
        if (run.empty() || id == run)
            stopped += working.stop.request_stop() ? 1 : 0;
    }
    return stopped;
}

void Runs::stop_by_token(protocol::ProgressToken const& token)
{
    if (auto const* id = std::get_if<std::string>(&token); id != nullptr && !id->empty())
        stop(*id);
}

std::vector<Runs::Working> Runs::working() const
{
    std::vector<Working> all;
    for (auto const& [id, run] : runs_)
        all.push_back({ id, run.title, run.doing });
    return all;
}

void Runs::begin_progress(std::string const& id)
{
    if (!client_.profile().progress)
        return;
    client_.request<protocol::WorkDoneProgressCreateRequest>({ .token = id }, [this, id](auto const& answer) {
        auto const found = runs_.find(id);
        if (!answer || found == runs_.end())
            return;
        found->second.shows_progress = true;
        protocol::WorkDoneProgressBegin const begin { .title = "Countersign", .cancellable = true, .message = found->second.title };
        client_.connection().notify<protocol::ProgressNotification>({ .token = id, .value = protocol::encode(begin) });
        // What came before the editor was ready.
        std::vector<std::string> missed = std::exchange(found->second.notices, {});
        if (!found->second.doing.empty() && (missed.empty() || missed.back() != found->second.doing))
            missed.push_back(found->second.doing);
        for (std::string const& message : missed)
            send_report(id, message);
    });
}

/// Explanations only: what an action proposes is shown as a whole, once it is whole.
std::unique_ptr<GrowingText> Runs::growing_text(std::string const& id, RunOrder const& order, std::string const& root)
{
    if (order.action->name != "explain" || !client_.profile().shows_documents || !client_.profile().follows_files)
        return nullptr;
    std::filesystem::path const path = explanation_path(services_.state_directory, id);
    return std::make_unique<GrowingText>(
        path, *services_.clock, [root](std::string_view text) { return shown_markdown(text, root); },
        [this, path] {
            client_.connection().post([this, path] { client_.show_document(path.string(), "Countersign: the explanation"); });
        });
}

void Runs::send_report(std::string const& id, std::string const& message)
{
    protocol::WorkDoneProgressReport const report { .message = message };
    client_.connection().notify<protocol::ProgressNotification>({ .token = id, .value = protocol::encode(report) });
}

void Runs::report(std::string const& id, std::string doing, bool is_notice)
{
    constexpr auto least_gap = std::chrono::milliseconds(100);
    auto const found = runs_.find(id);
    if (found == runs_.end())
        return;
    Run& run = found->second;
    run.doing = std::move(doing);
    if (!run.shows_progress) {
        if (is_notice)
            run.notices.push_back(run.doing);
        return;
    }
    // A notice is shown once and by nothing else; of the rest the newest, a moment later.
    auto const now = services_.clock->now();
    if (is_notice || now - run.reported_at >= least_gap) {
        run.reported_at = now;
        return send_report(id, run.doing);
    }
    if (std::exchange(run.report_waits, true))
        return;
    client_.connection().after(least_gap, [this, id] {
        auto const waiting = runs_.find(id);
        if (waiting == runs_.end())
            return;
        waiting->second.report_waits = false;
        waiting->second.reported_at = services_.clock->now();
        send_report(id, waiting->second.doing);
    });
}

void Runs::end(std::string const& id, Result<RunResult> result)
{
    if (!runs_.contains(id))
        return;
    forget(id, result ? std::string(agent::to_string(result->outcome.ended)) : "failed");
    if (result && !result->spent.empty())
        spent_ = result->spent;
    finished_(id, std::move(result));
}

void Runs::forget(std::string const& id, std::string const& ended)
{
    auto const found = runs_.find(id);
    if (found == runs_.end())
        return;
    bool const showed_progress = found->second.shows_progress;
    found->second.thread.join();
    runs_.erase(found);
    if (showed_progress) {
        protocol::WorkDoneProgressEnd const end { .message = ended };
        client_.connection().notify<protocol::ProgressNotification>({ .token = id, .value = protocol::encode(end) });
    }
}

}
