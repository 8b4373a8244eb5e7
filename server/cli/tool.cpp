#include "tools/tool.h"
#include "cli/commands.h"
#include "cli/commands_gate.h"
#include "cli/locked_in.h"
#include "support/text.h"
#include "workspace/hidden_text.h"
#include "workspace/jail.h"
#include "workspace/redactor.h"
#include "workspace/unified_diff.h"

#include <cstdio>
#include <fmt/core.h>

namespace countersign::cli {

namespace {

/// As a model gets it: without secrets, and with what cannot be seen escaped.
std::string for_display(Process const& process, std::string const& text)
{
    return session::redactor_for(process.workspace, process.services.redactor).redact(workspace::escape_hidden(text));
}

Result<std::string> call_tool(Process& process, std::string const& name, std::string const& arguments)
{
    Json const parsed = TRY(support::parse_json(arguments));
    tools::Tool const* const tool = tools::find_tool(tools::registry(), name);
    bool const runs = tool != nullptr && tool->effect == tools::Effect::runs;
    if (runs)
        start_sandbox(process);
    lock_in(process, { .state = runs, .provider = false });
    auto const files = TRY(workspace::Jail::open(process.workspace));
    auto const snapshot = std::make_shared<workspace::Snapshot>(files, std::vector<std::shared_ptr<workspace::Document const>> {});
    workspace::Overlay overlay(snapshot);
    std::vector<tools::Diagnostic> const no_diagnostics;
    session::State state(process.services);
    agent::GateParts parts = state.gate_parts();
    // Who types the command by hand has been asked.
    parts.ask = [](agent::Question const&, std::stop_token) -> agent::Answered { return { agent::Answer::once, {} }; };
    workspace::Redactor const redactor = session::redactor_for(process.workspace, process.services.redactor);
    parts.redact = [&redactor](std::string_view text) { return redactor.redact(text); };
    session::Settings const settings = TRY(session::narrowed_by_repository(process.settings, *files));
    agent::CommandGate gate(std::move(parts), TRY(session::policy_from(settings)), "by hand", files->root());
    tools::Context context { .overlay = overlay,
        .diagnostics = no_diagnostics,
        .stop = {},
        .output_limit = static_cast<std::size_t>(process.settings.max_tool_output),
        .commands = &gate };
    std::string const text = TRY(tools::call(context, name, parsed));
    for (workspace::FileChange const& change : overlay.changes())
        fmt::print(stderr, "{}", workspace::render(workspace::make_file_diff(change)));
    return for_display(process, text);
}

}

int run_tool(Process& process, std::string const& name, std::string const& arguments)
{
    auto const text = call_tool(process, name, arguments);
    if (!text) {
        // The tool's own words, as a model would get them.
        fmt::print(stderr, "{}\n", support::to_string(text.error()));
        return 1;
    }
    print(text->ends_with('\n') || text->empty() ? *text : *text + "\n");
    return 0;
}

}
