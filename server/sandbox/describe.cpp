#include "sandbox/sandbox.h"

#include <cstring>
#include <fmt/core.h>

namespace countersign::sandbox {

std::string describe(Outcome const& outcome)
{
    double const seconds = static_cast<double>(outcome.duration.count()) / 1000;
    switch (outcome.ending) {
    case Ending::exited:
        return fmt::format("exit status {} after {:.1f} s", outcome.status, seconds);
    case Ending::signalled:
        return fmt::format("killed by signal {} ({}) after {:.1f} s", outcome.status, ::strsignal(outcome.status), seconds);
    case Ending::timed_out:
        return fmt::format("stopped after {:.1f} s: out of time", seconds);
    case Ending::output_limit:
        return fmt::format("stopped after {:.1f} s: it printed too much", seconds);
    case Ending::memory_limit:
        return fmt::format("stopped after {:.1f} s: it used too much memory", seconds);
    }
    return "ended in an unknown way";
}

}
