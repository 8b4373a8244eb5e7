// The first process of a sandbox: builds what the command sees, runs it, kills what is left, and tells the broker what changed.
// Static and small, without the server's libraries, keys or memory; it is carried inside the countersign program and started through the
// launcher for every command. Descriptor 3 is the broker.
#include "sandbox/inner/beneath.h"
#include "sandbox/inner/changes.h"
#include "sandbox/inner/command.h"
#include "sandbox/inner/root.h"
#include "sandbox/inner/stale.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace countersign::sandbox::inner {

namespace {

constexpr int control = 3;

Result<> fill_view(Layers const& layers, Request const& request)
{
    for (std::string const& path : request.masked)
        TRY(remove_beneath(layers.merged.get(), path));
    for (ViewFile const& file : request.view) {
        if (!file.bytes)
            TRY(remove_beneath(layers.merged.get(), file.path));
        else
            TRY(write_beneath(layers.merged.get(), file.path, *file.bytes, file.executable));
    }
    return {};
}

Result<> tell_changes(Changes& changes)
{
    Result<> told;
    auto const reject = [&](NotOffered const& not_offered) {
        if (told)
            told = send_frame(control, FrameKind::not_offered, encode(not_offered));
    };
    auto const accept = [&](Changed const& changed) {
        if (told)
            told = send_frame(control, FrameKind::change, encode(changed));
    };
    std::vector<std::string> const candidates = changes.candidates(reject);
    if (candidates.empty())
        return told;
    TRY(send_frame(control, FrameKind::candidates, encode(candidates)));
    Frame const chosen = TRY(receive_frame(control));
    for (std::string const& path : TRY(decode_paths(chosen.payload))) {
        changes.read_back(path, accept, reject);
        TRY(Result<>(told));
    }
    return told;
}

Result<> serve()
{
    Frame const frame = TRY(receive_frame(control));
    Job const job = TRY(decode_job(frame.payload));
    CommandProcess command = TRY(CommandProcess::start(job));
    Layers const layers = TRY(build_root(job));
    TRY(fill_view(layers, job.request));
    Changes changes(layers, job.request);
    changes.remember();
    timespec const begin = stamp_now();
    Ended const ended = TRY(command.run(control));
    TRY(send_frame(control, FrameKind::ended, encode(ended)));
    TRY(tell_changes(changes));
    // A long run may be checked for longer; a short one has hardly had the time to be overtaken.
    auto const budget = std::chrono::milliseconds(1) + ended.duration / 10;
    bool const stale = changed_since(layers.base.get(), begin, budget);
    return send_frame(control, FrameKind::done, Writer().number(stale ? 1 : 0).number(layers.copied ? 1 : 0).take());
}

}

}

int main()
{
    using namespace countersign;
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    ::fcntl(sandbox::inner::control, F_SETFD, FD_CLOEXEC);
    ::close(4); // this program itself
    auto const served = sandbox::inner::serve();
    if (served)
        return 0;
    (void)sandbox::send_frame(sandbox::inner::control, sandbox::FrameKind::failed, sandbox::encode(served.error()));
    return 1;
}
