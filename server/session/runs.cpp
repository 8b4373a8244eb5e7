#include "session/runs.h"

#include "support/log.h"

#include <fmt/core.h>

namespace countersign::session {

Runs::Runs(Client& client, Services const& services, State& state, OpenFiles& open_files)
    : client_(client)
    , services_(services)
    , state_(state)
    , open_files_(open_files)
{
}

Runs::~Runs()
{
    for (auto& [id, run] : runs_)
        run.stop.request_stop();
}

std::string Runs::start(RunOrder order, Settings const& settings)
{
    std::string const id = agent::new_run_id(*services_.clock);
    Run& run = runs_[id];
    run.title = fmt::format("{} in {}", order.action->name, order.path);
    auto work = [this, id, order = std::move(order), settings, documents = open_files_.documents(), diagnostics = open_files_.diagnostics(),
                    stop = run.stop.get_token()]() mutable {
        Result<RunResult> result = fail(ErrorCode::internal, "the run ended without a result");
        try {
            result = carry_out(std::move(order), id, settings, std::move(documents), std::move(diagnostics), stop);
        } catch (std::exception const& exception) {
            result = fail(ErrorCode::internal, fmt::format("the run failed: {}", exception.what()));
        }
        client_.connection().post([this, id, result = std::move(result)]() mutable { end(id, std::move(result)); });
    };
    // What it works on is of this moment; the thread starts behind the answer, which then does not wait for it.
    client_.connection().post([this, id, work = std::move(work)]() mutable {
        if (auto const found = runs_.find(id); found != runs_.end())
            found->second.thread = std::jthread(std::move(work));
    });
    begin_progress(id);
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
    request.choice = std::move(order.choice);
    request.choice.path = TRY(files->resolve(order.path));

    auto const file = TRY(request.snapshot->read(request.choice.path));
    support::LineIndex const lines(*file.file.text);
    request.choice.selection = protocol::byte_range(*file.file.text, lines, order.range, client_.encoding());
    for (tools::Diagnostic& diagnostic : diagnostics) {
        if (auto relative = order.folder->relative(diagnostic.path)) {
            diagnostic.path = std::move(*relative);
            request.diagnostics.push_back(std::move(diagnostic));
        }
    }

    auto const on_progress = [&](agent::Progress const& progress) {
        if (progress.kind == agent::Progress::Kind::tool_started || progress.kind == agent::Progress::Kind::notice)
            client_.connection().post([this, id, doing = progress.text] { report(id, doing); });
    };
    RunResult result = TRY(run_action(request, services_.make_provider, services_.state_directory, *services_.clock, on_progress, stop));

    ledger::Ledger* const ledger = TRY(state_.ledger());
    TRY(ledger->append("run",
        { { "run", id }, { "action", request.action->name }, { "path", request.choice.path }, { "workspace", files->root() },
            { "provider", result.provider }, { "ended", std::string(agent::to_string(result.outcome.ended)) },
            { "error", result.outcome.error }, { "steps", result.outcome.steps }, { "tool_calls", result.outcome.tool_calls } }));
    if (result.proposal) {
        review::Store* const store = TRY(state_.store());
        result.proposal = TRY(store->create(std::move(*result.proposal)));
        TRY(ledger->append("proposal", { { "proposal", result.proposal->id }, { "run", id }, { "files", result.proposal->files.size() } }));
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
    });
}

void Runs::report(std::string const& id, std::string doing)
{
    constexpr auto least_gap = std::chrono::milliseconds(100);
    auto const found = runs_.find(id);
    if (found == runs_.end())
        return;
    Run& run = found->second;
    run.doing = std::move(doing);
    auto const now = services_.clock->now();
    if (!run.shows_progress || now - run.reported_at < least_gap)
        return;
    run.reported_at = now;
    protocol::WorkDoneProgressReport const report { .message = run.doing };
    client_.connection().notify<protocol::ProgressNotification>({ .token = id, .value = protocol::encode(report) });
}

void Runs::end(std::string const& id, Result<RunResult> result)
{
    auto const found = runs_.find(id);
    if (found == runs_.end())
        return;
    bool const showed_progress = found->second.shows_progress;
    found->second.thread.join();
    runs_.erase(found);
    if (showed_progress) {
        std::string const ended = result ? std::string(agent::to_string(result->outcome.ended)) : "failed";
        protocol::WorkDoneProgressEnd const end { .message = ended };
        client_.connection().notify<protocol::ProgressNotification>({ .token = id, .value = protocol::encode(end) });
    }
    finished_(id, std::move(result));
}

}
