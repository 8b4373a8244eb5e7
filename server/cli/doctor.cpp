#include "cli/cli.h"
#include "cli/commands.h"
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

Finding commands_in_a_sandbox() { return { true, "commands: this version runs none, so there is nothing to confine", {} }; }

}

int run_doctor(Process& process)
{
    print(fmt::format("Countersign {}, provider {}\n", process.services.version, process.settings.provider));
    bool all_good = true;
    for (Finding const& finding : { state(process), jail(process), repository_settings(process), languages(), commands_in_a_sandbox() }) {
        all_good = all_good && finding.good;
        print(fmt::format("{} {}\n", finding.good ? "ok  " : "FAIL", finding.what));
        if (!finding.good)
            print(fmt::format("     to do: {}\n", finding.fix));
    }
    return all_good ? exit_done : exit_nothing;
}

}
