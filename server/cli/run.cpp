#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/commands_gate.h"
#include "cli/locked_in.h"
#include "cli/place.h"
#include "session/run_action.h"
#include "session/run_progress.h"
#include "session/verify.h"
#include "support/text.h"
#include "workspace/disk_writer.h"
#include "workspace/jail.h"
#include "workspace/unified_diff.h"
#include "workspace/write_guard.h"

#include <fmt/core.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

namespace countersign::cli {

namespace {

struct Done {
    session::RunResult result;
    std::string run;
    std::string diff;
    std::shared_ptr<workspace::Jail const> jail;
};

/// A path on the command line is relative to where the person stands, not to the workspace.
std::string from_current_directory(std::string const& path)
{
    std::error_code error;
    return std::filesystem::absolute(path, error).lexically_normal().string();
}

Result<Done> carry_out(Process& process, session::State& state, RunArguments const& arguments)
{
    actions::Action const* const action = actions::find_action(arguments.action);
    if (action == nullptr) {
        std::vector<std::string> names;
        for (actions::Action const& known : actions::registry())
            names.emplace_back(known.name);
        return fail(ErrorCode::invalid_params,
            fmt::format("there is no action \"{}\"; there are: {}", arguments.action, support::join(names, ", ")));
    }
    Place const place = TRY(parse_place(arguments.place));

    Done done;
    done.run = agent::new_run_id(*process.services.clock);
    done.jail = TRY(workspace::Jail::open(process.workspace));
    session::RunRequest request;
    request.id = done.run;
    request.action = action;
    request.snapshot = std::make_shared<workspace::Snapshot>(done.jail, std::vector<std::shared_ptr<workspace::Document const>> {});
    request.settings = process.settings;
    request.ledger = TRY(state.ledger());
    request.client = "command line";
    request.commands = state.gate_parts();
    request.commands.ask = ask_at_terminal;
    request.commands.tell = [](std::string const& message) { fmt::print(stderr, "{}\n", message); };
    request.redactor = process.services.redactor;
    request.wording = process.services.wording;
    request.config_directory = process.services.config_directory;
    request.choice.instruction = arguments.instruction;
    auto const in_workspace = done.jail->resolve(place.file);
    bool const relative_to_workspace = in_workspace && done.jail->exists(*in_workspace);
    request.choice.path = relative_to_workspace ? *in_workspace : TRY(done.jail->resolve(from_current_directory(place.file)));
    auto const file = TRY(request.snapshot->read(request.choice.path));
    request.choice.selection = TRY(to_selection(place, *file.file.text));

    bool const shows_progress = ::isatty(STDERR_FILENO) == 1;
    session::ProgressLine line(*process.services.clock);
    auto const on_progress = [&](agent::Progress const& progress) {
        bool const is_new = line.note(progress);
        if (shows_progress && is_new && progress.kind == agent::Progress::Kind::tool_started)
            fmt::print(stderr, "  {}\n", support::escape_for_display(line.text()));
        else if (progress.kind == agent::Progress::Kind::notice)
            fmt::print(stderr, "countersign: {}\n", support::escape_for_display(progress.text));
    };
    done.result = TRY(session::run_action(
        request, process.services.make_provider, process.services.state_directory, *process.services.clock, on_progress, {}));
    agent::Outcome const& outcome = done.result.outcome;
    TRY(request.ledger->append("run",
        { { "run", done.run }, { "action", arguments.action }, { "path", request.choice.path }, { "workspace", done.jail->root() },
            { "provider", done.result.provider }, { "ended", std::string(agent::to_string(outcome.ended)) }, { "error", outcome.error },
            { "steps", outcome.steps }, { "tool_calls", outcome.tool_calls } }));
    for (workspace::FileChange const& change : outcome.changes)
        done.diff += workspace::render(workspace::make_file_diff(change));
    return done;
}

Json paths_of(std::vector<workspace::FileChange> const& changes)
{
    Json paths = Json::array();
    for (workspace::FileChange const& change : changes)
        paths.push_back(change.path);
    return paths;
}

Json to_json(Done const& done, RunArguments const& arguments)
{
    constexpr char const* kinds[] = { "modify", "create", "remove", "move" };
    Json changes = Json::array();
    for (workspace::FileChange const& change : done.result.outcome.changes) {
        changes.push_back({ { "kind", kinds[static_cast<int>(change.kind)] }, { "path", change.path }, { "from", change.from },
            { "base_hash", change.base_hash }, { "new_text", change.new_text } });
    }
    agent::Outcome const& outcome = done.result.outcome;
    constexpr char const* results[] = { "passed", "failed", "not run" };
    Json evidence = Json::array();
    for (tools::Evidence const& each : outcome.evidence)
        evidence.push_back(
            { { "command", each.command }, { "result", results[static_cast<int>(each.result)] }, { "detail", each.detail } });
    return { { "run", done.run }, { "action", arguments.action }, { "title", done.result.title }, { "provider", done.result.provider },
        { "ended", std::string(agent::to_string(outcome.ended)) }, { "error", outcome.error }, { "text", outcome.text },
        { "changes", std::move(changes) }, { "evidence", std::move(evidence) }, { "diff", done.diff }, { "steps", outcome.steps },
        { "tool_calls", outcome.tool_calls },
        { "usage",
            { { "input_tokens", outcome.usage.input_tokens }, { "output_tokens", outcome.usage.output_tokens },
                { "cost", outcome.usage.cost ? Json(*outcome.usage.cost) : Json(nullptr) } } } };
}

/// What the person says yes to. A file that something runs or obeys later has a question of its own.
std::vector<workspace::FileChange> ask_what_to_write(Done const& done)
{
    std::vector<workspace::FileChange> plain, flagged;
    for (workspace::FileChange const& change : done.result.outcome.changes)
        (workspace::flag_of(change) ? flagged : plain).push_back(change);
    std::vector<workspace::FileChange> wanted;
    if (!plain.empty()) {
        if (!asks_yes(fmt::format("Apply this to {} in {}?", support::count_of(plain.size(), "file"), done.jail->root())))
            return {};
        wanted = std::move(plain);
    }
    for (workspace::FileChange const& change : flagged) {
        if (asks_yes(
                fmt::format("{}. Apply it to {} as well?", workspace::flag_of(change)->reason, support::escape_for_display(change.path))))
            wanted.push_back(change);
    }
    return wanted;
}

/// What `countersign undo` will work from.
Result<review::Checkpoint> begin_checkpoint(
    session::State& state, Done const& done, std::vector<workspace::FileChange> const& changes, std::int64_t approval)
{
    review::Checkpoint checkpoint;
    checkpoint.run = done.run;
    checkpoint.title = done.result.title;
    checkpoint.workspace = done.jail->root();
    checkpoint.approval = approval;
    review::Checkpoints* const checkpoints = TRY(state.checkpoints());
    return checkpoints->begin(std::move(checkpoint), review::planned(changes));
}

int apply(session::State& state, Done const& done)
{
    auto const wanted = ask_what_to_write(done);
    if (wanted.empty()) {
        fmt::print(stderr, "Nothing was written.\n");
        return exit_nothing;
    }
    auto const ledger = state.ledger();
    if (!ledger)
        return report(ledger.error());
    auto const approval = (*ledger)->append_durably("approval",
        { { "run", done.run }, { "client", "command line" }, { "workspace", done.jail->root() }, { "files", paths_of(wanted) } });
    if (!approval)
        return report(approval.error());
    auto const checkpoint = begin_checkpoint(state, done, wanted, *approval);
    if (!checkpoint)
        return report(checkpoint.error());
    auto const written = workspace::write_changes(*done.jail, wanted);
    std::vector<std::string> changed;
    for (workspace::FileChange const& change : wanted) {
        if (written)
            changed.push_back(change.path);
    }
    auto const finished = (*state.checkpoints())->finish(*checkpoint, changed);
    auto const recorded =
        (*ledger)->append("applied", { { "approval", *approval }, { "outcome", written ? "full" : written.error().message } });
    if (!written)
        return report(written.error());
    fmt::print(stderr, "Written: {}.\n", support::count_of(wanted.size(), "file"));
    if (!finished)
        return report(finished.error());
    return recorded ? exit_done : report(recorded.error());
}

/// Asks whether the tests that the run left alone shall be run, if there is a terminal to ask at.
void offer_tests(Process& process, session::State& state, Done& done)
{
    if (!done.result.proposal || ::isatty(STDIN_FILENO) != 1)
        return;
    std::string const command = session::command_to_verify(*done.result.proposal);
    if (command.empty() || !process.services.sandbox || !asks_yes(fmt::format("Run its tests in the sandbox, by {}?", command)))
        return;
    auto const snapshot = std::make_shared<workspace::Snapshot>(done.jail, std::vector<std::shared_ptr<workspace::Document const>> {});
    auto const evidence = session::verify(*done.result.proposal, command, snapshot, process.settings, state.gate_parts(), {});
    if (!evidence)
        return void(fmt::print(stderr, "The tests were not run: {}\n", evidence.error().message));
    for (review::Evidence const& each : *evidence)
        fmt::print(stderr, "{}\n", support::escape_for_display(review::to_string(each)));
}

std::string with_evidence(Done const& done)
{
    std::string text = support::escape_for_display(done.result.outcome.text);
    if (!done.result.proposal)
        return text;
    for (review::Evidence const& each : done.result.proposal->evidence)
        text += fmt::format("{}{}", text.ends_with('\n') ? "" : "\n", support::escape_for_display(review::to_string(each)));
    return text;
}

int exit_status_of(agent::Outcome const& outcome)
{
    if (outcome.ended == agent::Ended::limit)
        return exit_budget;
    if (outcome.ended == agent::Ended::failed)
        return exit_status({ outcome.error_code, outcome.error });
    return outcome.ended == agent::Ended::done ? exit_done : exit_nothing;
}

}

int run_run(Process& process, RunArguments const& arguments)
{
    start_sandbox(process);
    // What is written after a yes is written by this process; everything else stays out of its reach.
    lock_in(process, { .workspace = arguments.apply });
    session::State state(process.services);
    auto done = carry_out(process, state, arguments);
    if (!done)
        return report(done.error());
    agent::Outcome const& outcome = done->result.outcome;
    if (arguments.format == "json")
        print(support::dump_json(to_json(*done, arguments)) + "\n");
    if (done->result.is_model)
        fmt::print(
            stderr, "countersign: {}{}{}\n", session::to_text(outcome.usage), done->result.spent.empty() ? "" : "; ", done->result.spent);
    if (outcome.ended != agent::Ended::done) {
        fmt::print(stderr, "countersign: {} did not finish: {}\n", done->result.title, outcome.error);
        return exit_status_of(outcome);
    }

    if (arguments.format == "text")
        print(fmt::format("{}\n{}{}", with_evidence(*done), done->diff.empty() ? "" : "\n", shown_diff(done->diff, process)));
    else if (arguments.format == "diff") {
        print(shown_diff(done->diff, process));
        fmt::print(stderr, "{}\n", with_evidence(*done));
    }
    bool const explains = outcome.changes.empty() && (arguments.action == "explain" || arguments.action == "ask");
    if (outcome.changes.empty())
        return explains ? exit_done : exit_nothing;
    offer_tests(process, state, *done);
    if (arguments.apply)
        return apply(state, *done);
    fmt::print(stderr, "Nothing was written. Add --apply to write it after a yes.\n");
    return exit_done;
}

}
