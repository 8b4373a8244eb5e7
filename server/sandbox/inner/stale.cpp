#include "sandbox/inner/stale.h"

#include "sandbox/inner/entries.h"
#include "support/fd.h"

#include <fcntl.h>

namespace countersign::sandbox::inner {

namespace {

using Steady = std::chrono::steady_clock;

bool is_after(timespec left, timespec right)
{
    return left.tv_sec != right.tv_sec ? left.tv_sec > right.tv_sec : left.tv_nsec > right.tv_nsec;
}

bool changed_in(int folder, timespec start, Steady::time_point until, int depth)
{
    for (Entry const& entry : entries_of(folder)) {
        if (Steady::now() > until)
            return false;
        if (entry.name == ".git" || entry.name == "node_modules")
            continue;
        if (!S_ISDIR(entry.status.st_mode)) {
            if (is_after(entry.status.st_ctim, start))
                return true;
            continue;
        }
        support::UniqueFd const inner(::openat(folder, entry.name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        if (inner && depth > 0 && changed_in(inner.get(), start, until, depth - 1))
            return true;
    }
    return false;
}

}

timespec stamp_now()
{
    timespec now {};
    ::clock_gettime(CLOCK_REALTIME_COARSE, &now);
    return now;
}

bool changed_since(int base, timespec start, std::chrono::microseconds budget)
{
    return changed_in(base, start, Steady::now() + budget, 128);
}

}
