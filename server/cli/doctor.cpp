#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/commands_gate.h"
#include "cli/local_models.h"
#include "sandbox/broker.h"
#include "sandbox/inner/landlock.h"
#include "sandbox/lock_in.h"
#include "support/files.h"
#include "support/text.h"
#include "syntax/language.h"
#include "workspace/jail.h"

#include <fmt/core.h>

namespace countersign::cli {

namespace {

struct Finding {
    bool good;
    std::string what;
    std::string fix; ///< empty if it is good
};

Finding state(Process& process)
{
    session::State state(process.services);
    auto const ledger = state.ledger();
    auto const store = state.store();
    std::string const path = process.services.state_directory.string();
    if (ledger && store)
        return { true, fmt::format("state directory {}: ledger and proposals can be written", path), {} };
    std::string const& message = ledger ? store.error().message : ledger.error().message;
    return { false, fmt::format("state directory {}: {}", path, message),
        "make it writable for you, or set XDG_STATE_HOME to a directory that is" };
}

Finding jail(Process const& process)
{
    auto const opened = workspace::Jail::open(process.workspace);
    if (!opened)
        return { false, fmt::format("workspace: {}", opened.error().message), "give an existing folder with --workspace" };
    bool const kernel = (*opened)->method() == workspace::Jail::Method::openat2;
    return { true,
        fmt::format("workspace {}: paths are held beneath it by {}", process.workspace,
            kernel ? "the kernel (openat2)" : "our own walk, since this kernel has no openat2"),
        {} };
}

Finding repository_settings(Process const& process)
{
    auto const opened = workspace::Jail::open(process.workspace);
    auto const narrowed =
        opened ? session::narrowed_by_repository(process.settings, **opened) : Result<session::Settings>(process.settings);
    if (narrowed)
        return { true, "settings: understood, and the workspace only narrows them", {} };
    return { false, fmt::format("settings of the workspace: {}", narrowed.error().message), "take that line out of .countersign.toml" };
}

Finding languages()
{
    std::vector<std::string> names;
    for (syntax::Language const& language : syntax::languages())
        names.push_back(language.display_name);
    return { true, fmt::format("languages with grammar: {}", support::join(names, ", ")), {} };
}

Finding kernel_lock_in()
{
    sandbox::LockIn const kernel = sandbox::probe_lock_in();
    auto const missing = kernel.missing();
    return { missing.empty(), kernel.summary() + " (what the language server can no longer touch once it has started)",
        support::join(missing, "; ") };
}

/// Runs the smallest command there is, as a run of the agent would.
Finding commands_in_a_sandbox(Process const& process)
{
    auto const broker = sandbox::start_broker(broker_options(process));
    sandbox::Request request;
    request.workspace = process.workspace;
    request.command.argv = { "true" };
    auto const outcome = broker ? (*broker)->run(request, {}) : Result<sandbox::Outcome>(tl::unexpected(broker.error()));
    if (!outcome)
        return { false, "commands: none can be run, and none is run unconfined", outcome.error().message };
    if (outcome->status != 0)
        return { false, fmt::format("commands: `true` ended with {}", sandbox::describe(*outcome)), "report this as a defect" };
    return { true,
        fmt::format("commands: confined by {} on {} of the workspace, without network", outcome->backend,
            outcome->copied ? "a copy (this kernel has no overlay for users: large workspaces are refused)" : "a copy-on-write view"),
        {} };
}

Finding second_lock()
{
    int const abi = sandbox::inner::landlock_abi();
    if (abi > 0)
        return { true, fmt::format("Landlock: ABI {}", abi), {} };
    // No failure: namespaces and the filter of system calls hold without it.
    return { true, "Landlock: this kernel has none (boot with lsm=landlock,...); commands are confined by namespaces and a filter alone",
        {} };
}

}

int run_doctor(Process& process)
{
    print(fmt::format("Countersign {}, provider {}\n", process.services.version, process.settings.provider));
    for (std::string const& found : find_local_models(Ports::usual))
        print(fmt::format("note {}\n", found));
    bool all_good = true;
    for (Finding const& finding : { state(process), jail(process), repository_settings(process), languages(), kernel_lock_in(),
             commands_in_a_sandbox(process), second_lock() }) {
        all_good = all_good && finding.good;
        print(fmt::format("{} {}\n", finding.good ? "ok  " : "FAIL", finding.what));
        if (!finding.good)
            print(fmt::format("     to do: {}\n", finding.fix));
    }
    return all_good ? exit_done : exit_nothing;
}

}
