#include "session/verify.h"

#include "review/rebase.h"
#include "tools/test_command.h"
#include "tools/tool.h"

#include <algorithm>
#include <fmt/core.h>

namespace countersign::session {

namespace {

Result<> put(workspace::Overlay& overlay, review::PlannedFile const& file)
{
    using workspace::ChangeKind;
    if (file.kind == ChangeKind::remove)
        return overlay.remove(file.path);
    if (file.kind == ChangeKind::create)
        return overlay.create(file.path, file.after);
    if (file.kind == ChangeKind::move)
        TRY(overlay.move(file.from, file.path));
    auto const now = TRY(overlay.snapshot().read(file.kind == ChangeKind::move ? file.from : file.path));
    return overlay.write(file.path, now.file.hash, file.after);
}

}

std::vector<review::Evidence> to_evidence(std::vector<tools::Evidence> const& evidence)
{
    std::vector<review::Evidence> all;
    all.reserve(evidence.size());
    for (tools::Evidence const& each : evidence)
        all.push_back({ each.command, static_cast<review::Evidence::Result>(each.result), each.detail });
    return all;
}

std::string command_to_verify(review::Proposal const& proposal)
{
    auto const found = std::find_if(proposal.evidence.begin(), proposal.evidence.end(),
        [](review::Evidence const& evidence) { return evidence.result == review::Evidence::Result::not_run; });
    return found == proposal.evidence.end() ? std::string() : found->command;
}

Result<std::vector<review::Evidence>> verify(review::Proposal const& proposal, std::string const& shown_command,
    std::shared_ptr<workspace::Snapshot const> snapshot, Settings const& settings, agent::GateParts commands, std::stop_token stop)
{
    auto const text_of = [&](std::string const& path) -> Result<std::string> { return *TRY(snapshot->read(path)).file.text; };
    auto const moved = TRY(review::rebase(proposal, {}, text_of));
    auto const planned = TRY(review::plan(moved ? *moved : proposal, {}, text_of));
    workspace::Overlay overlay(snapshot);
    for (review::PlannedFile const& file : planned) {
        if (!file.already_there)
            TRY(put(overlay, file));
    }

    commands.ask = [shown_command](agent::Question const& question, std::stop_token) -> agent::Answered {
        if (question.command == shown_command || tools::is_otherwise(question.command, shown_command))
            return { agent::Answer::once, {} };
        return { agent::Answer::no, fmt::format("you said yes to {}, which is another command", shown_command) };
    };
    sandbox::Policy policy = TRY(policy_from(settings));
    agent::CommandGate gate(std::move(commands), std::move(policy), proposal.run, snapshot->files().root());
    std::vector<tools::Diagnostic> const no_diagnostics;
    tools::Context context { .overlay = overlay, .diagnostics = no_diagnostics, .stop = std::move(stop), .commands = &gate };
    auto const text = tools::call(context, "run_tests", { { "path", planned.front().path } });
    auto evidence = to_evidence(gate.take_evidence());
    if (evidence.empty() && !text)
        return tl::unexpected(text.error());
    return evidence;
}

}
