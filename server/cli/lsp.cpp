#include "cli/commands.h"
#include "cli/commands_gate.h"
#include "cli/local_models.h"
#include "cli/locked_in.h"
#include "rpc/connection.h"
#include "session/session.h"
#include "support/log.h"

#include <cstdio>
#include <fmt/core.h>

namespace countersign::cli {

int run_lsp(Process process)
{
    auto streams = rpc::take_stdio();
    if (!streams)
        return report(streams.error());
    start_sandbox(process);
    // Later no port but the provider's can be reached.
    if (process.settings.provider == "builtin")
        process.services.local_models = find_local_models(Ports::own);
    rpc::Observer observer;
    if (!process.settings.trace.empty()) {
        auto trace = rpc::trace_to_file(process.settings.trace);
        if (!trace)
            return report(trace.error());
        observer = std::move(*trace);
    }
    // From here on nothing outside the state directory is written: what lies elsewhere is open by now, and no thread runs yet.
    lock_in(process, { .later_settings = true });
    rpc::Connection connection(std::move(*streams), std::move(observer));
    session::Session session(connection, std::move(process.services));
    rpc::Outcome const outcome = connection.run();
    if (!outcome.message.empty())
        fmt::print(stderr, "countersign: {}\n", outcome.message);
    return outcome.exit_code;
}

}
