#include "agent/command_gate.h"

#include "support/hash.h"
#include "support/log.h"
#include "support/text.h"
#include "workspace/credentials.h"

#include <algorithm>
#include <filesystem>
#include <fmt/core.h>
#include <limits>

namespace countersign::agent {

namespace {

constexpr auto minute = std::chrono::minutes(1);

/// What "always" is bound to: the command itself and where it runs, in this workspace, whatever its files say.
std::string exact_digest(std::string const& root, sandbox::Command const& command)
{
    Json environment = Json::array();
    for (auto const& [name, value] : command.environment)
        environment.push_back({ name, value });
    return support::content_hash(support::dump_json({ root, command.argv, command.directory, std::move(environment) }));
}

std::string without_links(std::string const& path)
{
    std::error_code error;
    auto const canonical = std::filesystem::canonical(path, error);
    return error ? path : canonical.string();
}

}

std::chrono::milliseconds CommandCounter::until_free(std::deque<std::chrono::steady_clock::time_point>& times, std::size_t most) const
{
    auto const now = clock_.now();
    while (!times.empty() && now - times.front() >= minute)
        times.pop_front();
    if (times.size() < most)
        return std::chrono::milliseconds(0);
    return std::chrono::ceil<std::chrono::milliseconds>(minute - (now - times[times.size() - most]));
}

Result<> CommandCounter::count_command()
{
    std::lock_guard const lock(mutex_);
    if (auto const wait = until_free(commands_, limits_.commands_a_minute); wait.count() > 0)
        return fail(ErrorCode::budget,
            fmt::format("{} commands were run in the last minute, which is the most; go on without, or try again in {} s",
                limits_.commands_a_minute, std::chrono::ceil<std::chrono::seconds>(wait).count()));
    commands_.push_back(clock_.now());
    return {};
}

Result<> CommandCounter::wait_for_question(std::stop_token stop, std::function<void()> const& waiting)
{
    // The clock may be another one than the machine's, so it is asked again now and then.
    constexpr auto longest_nap = std::chrono::milliseconds(250);
    std::unique_lock lock(mutex_);
    bool told = false;
    while (true) {
        auto const wait = until_free(questions_, limits_.questions_a_minute);
        if (stop.stop_requested())
            return fail(ErrorCode::cancelled, "the run was stopped while it waited to ask");
        if (wait.count() <= 0)
            break;
        if (!std::exchange(told, true) && waiting)
            waiting();
        freed_.wait_for(lock, stop, std::min<std::chrono::milliseconds>(wait, longest_nap), [] { return false; });
    }
    questions_.push_back(clock_.now());
    return {};
}

CommandGate::CommandGate(GateParts parts, sandbox::Policy policy, std::string run, std::string const& root)
    : parts_(std::move(parts))
    , policy_(std::move(policy))
    , run_(std::move(run))
    , root_(without_links(root))
    , masked_(root_, [](std::string const& path) { return workspace::is_credential(path); })
{
}

Result<sandbox::Outcome> CommandGate::run(tools::CommandCall const& call, std::stop_token stop)
{
    TRY(sandbox::check_argv(call.request.command.argv));
    Entry entry;
    auto const allowed = allow(call, entry, stop);
    if (!allowed) {
        Result<sandbox::Outcome> const refused = tl::unexpected(allowed.error());
        TRY(record(call, entry, &refused));
        return refused;
    }
    // What is run must be on record before it runs: a command that the record could not take is not run.
    TRY(record(call, entry, nullptr));
    auto outcome = start(call.request, std::move(stop));
    TRY(record(call, entry, &outcome));
    return outcome;
}

Result<sandbox::Outcome> CommandGate::start(sandbox::Request request, std::stop_token stop)
{
    request.workspace = root_;
    request.hosts = policy_.hosts;
    request.masked = TRY(masked_.find());
    return parts_.sandbox->run(request, std::move(stop));
}

Result<> CommandGate::allow(tools::CommandCall const& call, Entry& entry, std::stop_token stop)
{
    sandbox::Command const& command = call.request.command;
    entry.digest = support::content_hash(exact_digest(root_, command) + call.view);
    sandbox::Verdict verdict = sandbox::decide(policy_, command.argv);
    if (parts_.unconfined) {
        verdict.decision = verdict.decision == sandbox::Decision::run ? sandbox::Decision::ask : verdict.decision;
        verdict.can_remember = false;
    }
    entry.decision = "refused";
    if (verdict.decision == sandbox::Decision::refuse)
        return fail(ErrorCode::denied, fmt::format("{} is not run: {}", sandbox::shown(command.argv), verdict.reason));
    if (parts_.sandbox == nullptr)
        return fail(ErrorCode::denied, parts_.why_no_sandbox.empty() ? "commands cannot be run here" : parts_.why_no_sandbox);
    TRY(parts_.counter->count_command());
    if (verdict.decision == sandbox::Decision::run) {
        entry.decision = fmt::format("unasked at the level {}", sandbox::to_string(policy_.level));
        return {};
    }
    return ask(call, verdict, entry, std::move(stop));
}

Result<> CommandGate::ask(tools::CommandCall const& call, sandbox::Verdict const& verdict, Entry& entry, std::stop_token stop)
{
    sandbox::Command const& command = call.request.command;
    std::string const exact = exact_digest(root_, command), shown = sandbox::shown(command.argv);
    if (verdict.can_remember && TRY(is_remembered(exact))) {
        entry.decision = "allowed always before";
        return {};
    }
    if (!call.may_ask || !parts_.ask) {
        entry.decision = "not asked";
        return fail(ErrorCode::denied, fmt::format("{} is not run: a person would have to be asked first", shown));
    }
    TRY(parts_.counter->wait_for_question(stop, [this] {
        if (parts_.tell)
            parts_.tell("Countersign asks too much: the run waits for a minute. Cancel it if you have had enough.");
    }));
    Question question;
    question.run = run_;
    question.command = shown;
    question.directory = command.directory.empty() ? "." : support::escape_for_display(command.directory);
    question.workspace = root_;
    question.level = policy_.level;
    question.reason = verdict.reason;
    question.digest = entry.digest;
    question.can_remember = verdict.can_remember;
    question.is_unconfined = parts_.unconfined;
    question.hosts = policy_.hosts;
    Answered const answered = parts_.ask(question, stop);
    if (stop.stop_requested())
        return fail(ErrorCode::cancelled, "the run was stopped while it waited for an answer");
    bool const always = answered.answer == Answer::always && verdict.can_remember;
    if (!always && answered.answer != Answer::once) {
        entry.decision = "asked: no";
        return fail(ErrorCode::denied, fmt::format("{} is not run: {}", shown, answered.how.empty() ? "you said no" : answered.how));
    }
    entry.decision = always ? "asked: always" : "asked: once";
    if (always) {
        ledger::Ledger* const ledger = TRY(parts_.ledger());
        TRY(ledger->append_durably("command_always", { { "exact", exact }, { "workspace", root_ }, { "command", recorded(shown) } }));
    }
    return {};
}

Result<bool> CommandGate::is_remembered(std::string const& exact) const
{
    ledger::Ledger* const ledger = TRY(parts_.ledger());
    auto const events = TRY(ledger->recent(std::numeric_limits<std::size_t>::max()));
    return std::any_of(events.begin(), events.end(),
        [&](ledger::Event const& event) { return event.kind == "command_always" && support::string_or(event.fields, "exact") == exact; });
}

std::string CommandGate::recorded(std::string const& text) const { return parts_.redact ? parts_.redact(text) : text; }

Result<> CommandGate::record(tools::CommandCall const& call, Entry const& entry, Result<sandbox::Outcome> const* outcome) const
{
    ledger::Ledger* const ledger = TRY(parts_.ledger());
    Json fields { { "run", run_ }, { "tool", call.tool }, { "argv", recorded(sandbox::shown(call.request.command.argv)) },
        { "directory", call.request.command.directory }, { "workspace", root_ }, { "level", sandbox::to_string(policy_.level) },
        { "decision", entry.decision }, { "digest", entry.digest } };
    if (outcome == nullptr)
        fields["outcome"] = "started";
    else if (!*outcome)
        fields["outcome"] = recorded(support::to_string(outcome->error()));
    else {
        fields["outcome"] = sandbox::describe(**outcome);
        fields["ms"] = (*outcome)->duration.count();
        fields["output_hash"] = support::content_hash((*outcome)->output);
        fields["changes"] = (*outcome)->changes.size();
        if (!(*outcome)->network.empty())
            fields["network"] = (*outcome)->network;
    }
    return ledger->append("command", std::move(fields));
}

}
