#include "session/run_action.h"

#include "actions/material.h"
#include "agent/audited.h"
#include "agent/redacted.h"
#include "protocol/uri.h"
#include "session/inert_markdown.h"
#include "session/instruction_files.h"
#include "session/run_progress.h"
#include "session/verify.h"
#include "workspace/credential_files.h"

#include <fmt/core.h>

namespace countersign::session {

namespace {

/// Settings that a repository holds are a repository's word, whatever link makes them look like the person's.
Result<> check_settings_are_elsewhere(Settings const& settings, std::string const& root)
{
    std::error_code error;
    std::filesystem::path const file = std::filesystem::canonical(settings.file, error);
    if (settings.file.empty() || error)
        return {};
    std::filesystem::path const folder = std::filesystem::weakly_canonical(root, error);
    if (std::filesystem::path const inside = file.lexically_relative(folder); inside.empty() || *inside.begin() == "..")
        return {};
    return fail(ErrorCode::denied,
        fmt::format("your settings file {} lies in the workspace {}, which could change it; move it out, or open another folder",
            settings.file.string(), root));
}

}

Result<Settings> narrowed_by_repository(Settings settings, workspace::FileSource const& files)
{
    TRY(check_settings_are_elsewhere(settings, files.root()));
    constexpr char const* name = ".countersign.toml";
    if (!files.exists(name))
        return settings;
    auto const file = TRY(files.read(name));
    SettingsLayer const repository = TRY(parse_settings(*file.text, name));
    return narrowed(std::move(settings), repository);
}

namespace {

agent::Limits limits_from(Settings const& settings)
{
    agent::Limits limits;
    limits.steps = static_cast<std::size_t>(settings.max_steps);
    limits.tool_calls = static_cast<std::size_t>(settings.max_tool_calls);
    limits.tool_output = static_cast<std::size_t>(settings.max_tool_output);
    limits.duration = std::chrono::seconds(settings.max_seconds_per_run);
    return limits;
}

/// What only a model needs: the prompt, and what it is shown before it asks.
void tell_model(
    agent::Task& task, RunRequest const& request, Settings const& settings, std::function<void(agent::Progress const&)> const& on_progress)
{
    Instructions const instructions = read_instructions(settings.instruction_files, *request.snapshot, request.config_directory);
    for (std::string const& problem : instructions.problems) {
        if (on_progress)
            on_progress({ agent::Progress::Kind::notice, problem });
    }
    auto system = (request.wording ? *request.wording : actions::Wording()).system(task.action, instructions.text);
    task.system = std::move(system.text);
    task.prompts = std::move(system.prompts);
    actions::add_material(task, request.choice, *request.snapshot, request.diagnostics);
}

}

workspace::Redactor redactor_for(std::string const& root, std::shared_ptr<workspace::Redactor const> const& common)
{
    workspace::Redactor redactor = common ? *common : workspace::Redactor();
    for (std::string const& text : workspace::credential_texts(root))
        redactor.know_file(text);
    return redactor;
}

Result<RunResult> run_action(RunRequest const& request, MakeProvider const& make_provider, std::filesystem::path const& state_directory,
    support::Clock const& clock, std::function<void(agent::Progress const&)> const& on_progress, std::stop_token stop)
{
    workspace::FileSource const& files = request.snapshot->files();
    Settings const settings = TRY(narrowed_by_repository(request.settings, files));
    agent::Task task = TRY(request.action->make_task(request.choice, *request.snapshot));
    task.diagnostics.insert(task.diagnostics.end(), request.diagnostics.begin(), request.diagnostics.end());
    sandbox::Policy policy = TRY(policy_from(settings));
    if (policy.level == sandbox::Level::analyze && task.proposes) {
        return fail(ErrorCode::denied,
            fmt::format(
                "the level is analyze, at which nothing is proposed; set level = \"propose\" in your config.toml for {}", task.action));
    }
    bool const mechanical = agent::task_header(task.instruction).contains("rule");
    auto const provider = TRY(make_provider({ settings, request.id, files.root(), task.action, stop, mechanical }));
    auto const transcript = agent::audited(TRY(agent::Transcript::create(state_directory, request.id, clock)), request.ledger,
        { request.id, files.root(), request.client, settings.audit_texts == "on" });

    workspace::Redactor const redactor = redactor_for(files.root(), request.redactor);
    agent::RedactedProvider outgoing(*provider, redactor);
    agent::RedactedTranscript kept(*transcript, redactor);

    if (provider->is_model())
        tell_model(task, request, settings, on_progress);

    RunResult result;
    result.title = task.title;
    result.root = files.root();
    result.is_model = provider->is_model();
    std::optional<agent::CommandGate> gate;
    agent::GateParts commands = request.commands;
    commands.redact = [&redactor](std::string_view text) { return redactor.redact(text); };
    if (commands.ledger && policy.level != sandbox::Level::analyze)
        gate.emplace(std::move(commands), std::move(policy), request.id, files.root());
    result.outcome = agent::run(task, provider->is_model() ? outgoing : *provider, request.snapshot, limits_from(settings), clock, kept,
        on_progress, stop, tools::registry(), gate ? &*gate : nullptr);
    result.outcome.text = redactor.redact(result.outcome.text);
    result.outcome.error = redactor.redact(result.outcome.error);
    result.provider = provider->name(); // who answered last, after a failover another one
    result.spent = provider->spent().value_or("");
    if (result.outcome.ended == agent::Ended::done && !result.outcome.changes.empty()) {
        std::string const made_by =
            provider->is_model() ? fmt::format("{}, {}", result.provider, to_text(result.outcome.usage)) : result.provider;
        result.proposal =
            review::make_proposal(request.id, files.root(), task.action, task.title, result.outcome.text, made_by, result.outcome.changes);
        result.proposal->evidence = to_evidence(result.outcome.evidence);
        for (review::Evidence& each : result.proposal->evidence) {
            each.command = redactor.redact(each.command);
            each.detail = redactor.redact(each.detail);
        }
    }
    return result;
}

std::filesystem::path explanation_path(std::filesystem::path const& state_directory, std::string const& run)
{
    return state_directory / "explanations" / (run + ".md");
}

std::string shown_markdown(std::string_view explanation, std::string const& root)
{
    constexpr std::string_view opening = "](";
    std::string const inert = inert_markdown(explanation);
    std::string_view markdown = inert;
    std::string result;
    while (true) {
        std::size_t const at = markdown.find(opening);
        if (at == std::string_view::npos)
            return result += markdown;
        result += markdown.substr(0, at + opening.size());
        markdown.remove_prefix(at + opening.size());
        // Only links of our own form, a path beneath the root; what has a scheme, is absolute or a bare fragment is left.
        std::string_view const target = markdown.substr(0, markdown.find_first_of("()\n "));
        std::string_view const path = target.substr(0, target.find('#'));
        if (path.empty() || path.front() == '/' || path.find(':') != std::string_view::npos)
            continue;
        bool const is_encoded = path.find('%') != std::string_view::npos;
        result += is_encoded ? fmt::format("{}/{}", protocol::uri_from_path(root), path)
                             : protocol::uri_from_path(fmt::format("{}/{}", root, path));
        markdown.remove_prefix(path.size());
    }
}

}
