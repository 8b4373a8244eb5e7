#include "agent/replay.h"

#include "cli/cli.h"
#include "cli/commands.h"

namespace countersign::cli {

int run_replay(Process& process, std::string const& run)
{
    auto const replayed = agent::replay(process.services.state_directory, run, *process.services.clock, {});
    if (!replayed)
        return report(replayed.error());
    print(replayed->text.ends_with('\n') ? replayed->text : replayed->text + "\n");
    return replayed->same ? exit_done : exit_nothing;
}

}
