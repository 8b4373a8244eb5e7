#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/commands_gate.h"
#include "sandbox/broker.h"
#include "sandbox/masked_files.h"
#include "support/text.h"
#include "workspace/credentials.h"
#include "workspace/encoding.h"
#include "workspace/jail.h"
#include "workspace/unified_diff.h"

#include <csignal>
#include <fmt/core.h>

namespace countersign::cli {

namespace {

std::string mode_words(sandbox::Changed const& changed) { return changed.mode == 0 || (changed.mode & 0111) == 0 ? "" : " (executable)"; }

/// A unified diff where the file is a text, else a line that says what happened.
std::string render_change(workspace::Jail const& files, sandbox::Changed const& changed)
{
    std::string const shown = support::escape_for_display(changed.path);
    if (changed.kind == sandbox::ChangeKind::linked)
        return fmt::format("# {} is now a link to {}\n", shown, support::escape_for_display(changed.bytes.value_or("")));
    workspace::FileChange change;
    change.path = changed.path;
    change.kind = changed.kind == sandbox::ChangeKind::created ? workspace::ChangeKind::create
        : changed.kind == sandbox::ChangeKind::deleted         ? workspace::ChangeKind::remove
                                                               : workspace::ChangeKind::modify;
    bool is_text = true;
    if (changed.kind != sandbox::ChangeKind::created) {
        auto before = files.read(changed.path);
        is_text = before.has_value();
        if (before)
            change.base_text = *before->text;
    }
    if (changed.bytes) {
        auto after = workspace::decode_text(*changed.bytes);
        is_text = is_text && after.has_value();
        if (after)
            change.new_text = after->utf8;
    }
    char const* const what = changed.kind == sandbox::ChangeKind::created ? "created"
        : changed.kind == sandbox::ChangeKind::deleted                    ? "deleted"
                                                                          : "changed";
    if (!is_text || (!changed.bytes && changed.kind != sandbox::ChangeKind::deleted))
        return fmt::format("# {} was {}{}; it is no text that a diff could show\n", shown, what, mode_words(changed));
    if (change.base_text == change.new_text)
        return fmt::format("# {} was {}{}\n", shown, what, mode_words(changed));
    return workspace::render(workspace::make_file_diff(change));
}

int status_of(sandbox::Outcome const& outcome)
{
    if (outcome.ending == sandbox::Ending::exited)
        return outcome.status;
    if (outcome.ending == sandbox::Ending::timed_out)
        return 124; // as timeout(1)
    return 128 + (outcome.ending == sandbox::Ending::signalled ? outcome.status : SIGKILL);
}

}

int run_sandbox(Process& process, SandboxArguments const& arguments)
{
    if (arguments.level == 0)
        return report({ ErrorCode::denied, "level 0 runs no commands" });
    auto const files = workspace::Jail::open(process.workspace);
    if (!files)
        return report(files.error());
    if (process.without_sandbox)
        fmt::print(stderr, "countersign: {}\n", session::unconfined_banner);
    auto const broker = sandbox::start_broker(broker_options(process));
    if (!broker)
        return report(broker.error());
    sandbox::Request request;
    request.workspace = process.workspace;
    request.command.argv = arguments.argv;
    auto masked = sandbox::MaskedFiles(process.workspace, [](std::string const& path) { return workspace::is_credential(path); }).find();
    if (!masked)
        return report(masked.error());
    request.masked = std::move(*masked);
    constexpr int connected = 3;
    if (arguments.level == connected)
        request.hosts = process.settings.allow_hosts;
    if (arguments.timeout > 0)
        request.limits.wall_time = std::chrono::seconds(arguments.timeout);
    if (!arguments.diff)
        request.wanted = [](std::string const&) { return false; };
    auto const outcome = (*broker)->run(request, {});
    if (!outcome) {
        report(outcome.error());
        return outcome.error().code == ErrorCode::not_found ? 127 : exit_status(outcome.error());
    }
    print(outcome->standard_output);
    fmt::print(stderr, "{}", outcome->standard_error);
    if (outcome->ending != sandbox::Ending::exited)
        fmt::print(stderr, "countersign: {}\n", sandbox::describe(*outcome));
    for (std::string const& line : outcome->network)
        fmt::print(stderr, "countersign: network: {}\n", support::escape_for_display(line));
    if (outcome->stale)
        fmt::print(stderr, "countersign: files of the workspace were changed on disk meanwhile; run it again\n");
    if (arguments.diff) {
        for (sandbox::Changed const& changed : outcome->changes)
            print(shown_diff(render_change(**files, changed), process));
        for (sandbox::NotOffered const& rest : outcome->not_offered)
            fmt::print(stderr, "countersign: {} is not offered: {}\n", support::escape_for_display(rest.path), rest.reason);
    }
    return status_of(*outcome);
}

}
