#include "cli/cli.h"

#include "cli/commands.h"
#include "sandbox/broker.h"
#include "support/text.h"
#include "tools/tool.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <csignal>
#include <fmt/core.h>

namespace countersign::cli {

namespace {

/// `--max-steps` for the setting max_steps.
std::string flag_of(std::string_view setting)
{
    std::string flag = fmt::format("--{}", setting);
    std::replace(flag.begin() + 2, flag.end(), '_', '-');
    return flag;
}

void add_setting_flags(CLI::App& app, std::map<std::string, std::string>& given)
{
    for (session::Setting const& setting : session::settings_table()) {
        app.add_option(flag_of(setting.name), given[std::string(setting.name)], std::string(setting.meaning))
            ->group("Settings")
            ->take_last();
    }
}

CLI::App* add_audit(CLI::App& app, AuditArguments& arguments)
{
    CLI::App* const audit = app.add_subcommand("audit", "reads the ledger of what was asked, done, approved and refused");
    audit->add_option("what", arguments.what, "list, show NUMBER, verify or export")
        ->required()
        ->check(CLI::IsMember({ "list", "show", "verify", "export" }));
    audit->add_option("number", arguments.number, "the entry to show");
    audit->add_option("--since", arguments.since, "entries from this time on: 2026-03-01, 2026-03-01T09:30:00Z, or an age as 12h, 7d");
    audit->add_option("--until", arguments.until, "entries before this time");
    audit->add_option("--outcome", arguments.outcome, "blocked, flagged, denied, discarded, failed or ok")
        ->check(CLI::IsMember({ "blocked", "flagged", "denied", "discarded", "failed", "ok" }));
    audit->add_option("--kind", arguments.kind, "entries of one kind, as approval");
    audit->add_option("--run", arguments.run, "entries of one run");
    audit->add_option("--proposal", arguments.proposal, "entries of one proposal");
    audit->add_option("--limit", arguments.limit, "only the newest so many");
    audit->add_option("--format", arguments.format, "text, json (one object a line) or, for export, otlp (OpenTelemetry spans)")
        ->check(CLI::IsMember({ "text", "json", "otlp" }));
    audit->add_option(
        "--collector", arguments.collector, "for export: sends spans to this OpenTelemetry collector, as http://localhost:4318");
    audit->add_option("--known", arguments.known, "for verify: NUMBER:HASH of an entry, written down earlier and elsewhere");
    return audit;
}

std::vector<std::string> tool_names()
{
    std::vector<std::string> names;
    names.reserve(tools::registry().size());
    for (tools::Tool const& each : tools::registry())
        names.emplace_back(each.name);
    return names;
}

std::vector<std::string> commands_of(CLI::App& app)
{
    auto const commands = app.get_subcommands([](CLI::App const*) { return true; });
    std::vector<std::string> names;
    names.reserve(commands.size());
    for (CLI::App const* const command : commands)
        names.push_back(command->get_name());
    return names;
}

Result<session::SettingsLayer> flags_layer(std::map<std::string, std::string> const& given)
{
    session::SettingsLayer layer;
    for (auto const& [name, value] : given) {
        if (!value.empty())
            TRY(session::add_setting(layer, name, value, flag_of(name)));
    }
    return layer;
}

}

int run(int argc, char** argv)
{
    ::signal(SIGPIPE, SIG_IGN);
    // Not for people, hence in no help: what a server starts for itself.
    if (argc == 5 && argv[1] == std::string_view(sandbox::broker_subcommand))
        return sandbox::serve_broker(argv[2], argv[3], argv[4]);
    CLI::App app("Countersign: an agent in your editor whose every write you approve", "countersign");
    app.set_version_flag("--version", COUNTERSIGN_VERSION);
    app.require_subcommand(1);
    app.fallthrough();
    std::string workspace;
    app.add_option("--workspace", workspace, "the workspace folder (default: the current directory)");
    std::map<std::string, std::string> given;
    add_setting_flags(app, given);

    // A flag and no setting: nothing that stands in a file may take the sandbox away.
    bool without_sandbox = false;
    app.add_flag("--no-sandbox", without_sandbox, "DANGEROUS: commands run with your rights; each is asked about")->group("");

    bool stdio = false;
    CLI::App* const lsp = app.add_subcommand("lsp", "the language server, on standard input and output");
    lsp->add_flag("--stdio", stdio, "the only transport; accepted because editors pass it");

    RunArguments arguments;
    CLI::App* const run_command = app.add_subcommand("run", "one action without an editor: prints the explanation or a diff");
    run_command->add_option("action", arguments.action, "explain, refactor, add_tests, fix, ask")->required();
    run_command->add_option("place", arguments.place, "FILE[:LINE[:COL][-LINE[:COL]]]")->required();
    run_command->add_option("--instruction", arguments.instruction, "what you want, in words");
    run_command->add_option("--format", arguments.format, "text, diff or json")->check(CLI::IsMember({ "text", "diff", "json" }));
    run_command->add_flag("--apply", arguments.apply, "after a yes, write the proposal to the files");

    std::string tool, tool_arguments = "{}";
    CLI::App* const tool_command = app.add_subcommand("tool", "calls one of the agent's tools by hand, through the same jail");
    tool_command->add_option("name", tool, "the tool: " + support::join(tool_names(), ", "))->required();
    tool_command->add_option("arguments", tool_arguments, "its arguments as a JSON object");

    SandboxArguments sandboxed;
    CLI::App* const sandbox_command =
        app.add_subcommand("sandbox", "runs one command as the agent would: on a view of the workspace, confined");
    sandbox_command->add_option("command", sandboxed.argv, "the program and its arguments, after --")->required();
    sandbox_command->add_flag("--diff", sandboxed.diff, "shows what the command changed; nothing of it is written");
    sandbox_command->add_option("--level", sandboxed.level, "0 to 3: what a run of that level may do")->check(CLI::Range(0, 3));
    sandbox_command->add_option("--timeout", sandboxed.timeout, "seconds until it is stopped")->check(CLI::Range(1, 86'400));

    UndoArguments undone;
    CLI::App* const undo = app.add_subcommand("undo", "takes back what was approved: the last, one proposal, or all since a time");
    undo->add_option("proposal", undone.proposal, "the proposal's number");
    undo->add_option("--since", undone.since, "30m, 2h, 1d, or a day and perhaps a time in UTC: 2026-03-01T09:30");

    std::string recorded;
    CLI::App* const replay = app.add_subcommand("replay", "runs a recorded run again, without its provider and its workspace");
    replay->add_option("run", recorded, "the run's id")->required();

    AuditArguments audited;
    CLI::App* const audit = add_audit(app, audited);

    CLI::App* const doctor = app.add_subcommand("doctor", "looks at what this machine gives, and says how to get what is missing");
    std::string what = "check";
    CLI::App* const config = app.add_subcommand("config", "checks or shows the settings");
    config->add_option("what", what, "check or show")->check(CLI::IsMember({ "check", "show" }));

    try {
        app.parse(argc, argv);
    } catch (CLI::ParseError const& error) {
        auto const known = commands_of(app);
        bool const is_unknown = argc > 1 && argv[1][0] != '-' && std::find(known.begin(), known.end(), argv[1]) == known.end();
        if (is_unknown) {
            fmt::print(stderr, "countersign: there is no command \"{}\"; there are: {}\n", support::escape_for_display(argv[1]),
                support::join(known, ", "));
            return exit_usage;
        }
        return app.exit(error) == 0 ? exit_done : exit_usage;
    }

    auto flags = flags_layer(given);
    if (!flags)
        return report(flags.error());
    auto process = start_process(workspace, std::move(*flags));
    if (!process) {
        report(process.error());
        return exit_usage;
    }
    process->without_sandbox = without_sandbox;
    if (*lsp)
        return run_lsp(std::move(*process));
    if (*run_command)
        return run_run(*process, arguments);
    if (*tool_command)
        return run_tool(*process, tool, tool_arguments);
    if (*sandbox_command)
        return run_sandbox(*process, sandboxed);
    if (*undo)
        return run_undo(*process, undone);
    if (*replay)
        return run_replay(*process, recorded);
    // Entries of every workspace are meant unless one was named.
    if (!workspace.empty())
        audited.workspace = process->workspace;
    if (*audit)
        return run_audit(*process, audited);
    if (*doctor)
        return run_doctor(*process);
    return run_config(*process, what);
}

}
