// The first process of a sandbox: builds what the command sees, runs it, kills what is left, and tells the broker what changed.
// Static and small, without the server's libraries, keys or memory; it is carried inside the countersign program and started through the
// launcher for every command. Descriptor 3 is the broker; with --stdio, which an engine of containers passes on, 0 and 1 are.
#include "sandbox/inner/beneath.h"
#include "sandbox/inner/changes.h"
#include "sandbox/inner/command.h"
#include "sandbox/inner/root.h"
#include "sandbox/inner/sent_view.h"
#include "sandbox/inner/stale.h"

#include <fcntl.h>
#include <string_view>
#include <sys/prctl.h>
#include <unistd.h>

namespace countersign::sandbox::inner {

namespace {

constexpr int control_descriptor = 3;

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

Result<> tell_changes(Changes& changes, Channel channel)
{
    Result<> told;
    auto const reject = [&](NotOffered const& not_offered) {
        if (told)
            told = send_frame(channel.out, FrameKind::not_offered, encode(not_offered));
    };
    auto const accept = [&](Changed const& changed) {
        if (told)
            told = send_frame(channel.out, FrameKind::change, encode(changed));
    };
    std::vector<std::string> const candidates = changes.candidates(reject);
    if (candidates.empty())
        return told;
    TRY(send_frame(channel.out, FrameKind::candidates, encode(candidates)));
    Frame const chosen = TRY(receive_frame(channel.in));
    for (std::string const& path : TRY(decode_paths(chosen.payload))) {
        changes.read_back(path, accept, reject);
        TRY(Result<>(told));
    }
    return told;
}

/// What is the same in every place, once there is a view and a command that waits.
Result<> carry_out(Job const& job, Layers const& layers, CommandProcess& command, Channel channel)
{
    TRY(fill_view(layers, job.request));
    Changes changes(layers, job.request);
    changes.remember();
    timespec const begin = stamp_now();
    Ended const ended = TRY(command.run(channel));
    TRY(send_frame(channel.out, FrameKind::ended, encode(ended)));
    TRY(tell_changes(changes, channel));
    // A long run may be checked for longer; a short one has hardly had the time to be overtaken.
    auto const budget = std::chrono::milliseconds(1) + ended.duration / 10;
    bool const stale = layers.base && changed_since(layers.base.get(), begin, budget);
    return send_frame(channel.out, FrameKind::done, Writer().number(stale ? 1 : 0).number(layers.copied ? 1 : 0).take());
}

Result<> serve(Channel channel)
{
    Frame const frame = TRY(receive_frame(channel.in));
    Job const job = TRY(decode_job(frame.payload));
    if (job.place == Place::namespaces) {
        CommandProcess command = TRY(CommandProcess::start(job));
        Layers const layers = TRY(build_root(job));
        return carry_out(job, layers, command, channel);
    }
    Layers const layers = TRY(receive_view(channel.in, job));
    CommandProcess command = TRY(CommandProcess::start(job));
    return carry_out(job, layers, command, channel);
}

}

}

int main(int argc, char** argv)
{
    using namespace countersign;
    using sandbox::inner::Channel;
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    ::close(4); // this program itself
    Channel channel { sandbox::inner::control_descriptor, sandbox::inner::control_descriptor };
    if (argc == 2 && argv[1] == std::string_view("--stdio"))
        channel = { ::fcntl(0, F_DUPFD_CLOEXEC, 10), ::fcntl(1, F_DUPFD_CLOEXEC, 10) };
    else
        ::fcntl(channel.in, F_SETFD, FD_CLOEXEC);
    auto const served = sandbox::inner::serve(channel);
    if (served)
        return 0;
    (void)sandbox::send_frame(channel.out, sandbox::FrameKind::failed, sandbox::encode(served.error()));
    return 1;
}
