#include "session/status.h"

#include <fmt/core.h>

namespace countersign::session {

namespace {

std::vector<std::string> what_is_not_offered(MenuSources const& menu, Json const& argument)
{
    std::vector<std::string> lines;
    if (!argument.is_object() || !argument.contains("uri") || !argument["uri"].is_string())
        return lines;
    auto const range = argument.contains("range") ? protocol::decode<protocol::Range>(argument["range"], "range")
                                                  : Result<protocol::Range>(protocol::Range {});
    auto const offers = offers_at(menu, argument["uri"].get<std::string>(), range.value_or(protocol::Range {}));
    if (!offers)
        return { fmt::format("Nothing is offered here: {}", offers.error().message) };
    for (actions::Offer const& offer : *offers) {
        if (!offer.disabled.empty())
            lines.push_back(fmt::format("Not offered here: {}: {}", offer.title, offer.disabled));
    }
    return lines;
}

}

std::string status_text(StatusSources const& sources, Json const& argument)
{
    MenuSources const& menu = sources.menu;
    std::vector<std::string> lines {
        fmt::format("Countersign {}, provider {}{}", sources.services.version, sources.settings.provider,
            menu.is_model ? "" : " (no AI, no network)"),
        fmt::format("Level: {}; commands {}", sources.settings.level,
            sources.services.sandbox ? "run in a sandbox" : "cannot run: " + sources.services.why_no_sandbox),
        fmt::format("Editor: {}, treated as {}", menu.client.description(), describe(menu.client.profile())),
    };
    for (auto const& folder : menu.folders.all())
        lines.push_back(fmt::format("Workspace: {} (never written by the server)", folder->root()));
    for (std::string const& line : sources.services.confinement)
        lines.push_back(line);
    if (!menu.runs.spent().empty())
        lines.push_back(fmt::format("Used: {}", menu.runs.spent()));
    if (!menu.is_model) {
        for (std::string const& found : sources.services.local_models)
            lines.push_back(found);
    }
    for (Runs::Working const& run : menu.runs.working())
        lines.push_back(fmt::format("Working: {} ({})", run.title, run.doing.empty() ? "starting" : run.doing));
    for (ProposalHandle const& proposal : menu.proposals.open().all()) {
        lines.push_back(fmt::format("Waiting for you: #{} {}: {}", proposal->id, proposal->title, menu.proposals.document_path(*proposal)));
        for (review::Evidence const& evidence : proposal->evidence)
            lines.push_back(fmt::format("  {}", support::escape_for_display(review::to_string(evidence))));
    }
    for (Questions::Open const& open : menu.questions.open())
        lines.push_back(fmt::format("Asked: {}", to_text(open.question)));
    if (!sources.settings_problem.empty())
        lines.push_back(fmt::format("Settings: {}", sources.settings_problem));
    for (std::string& line : what_is_not_offered(menu, argument))
        lines.push_back(std::move(line));
    lines.push_back("Ask for anything with a comment `countersign: ...` on the line, or with the command countersign.ask.");
    lines.push_back(fmt::format("State: {}", sources.services.state_directory.string()));
    return support::join(lines, "\n");
}

}
