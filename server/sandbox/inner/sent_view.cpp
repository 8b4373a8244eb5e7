#include "sandbox/inner/sent_view.h"

#include "sandbox/inner/beneath.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace countersign::sandbox::inner {

using support::UniqueFd;

namespace {

tl::unexpected<Error> cannot_copy(std::string const& path)
{
    if (errno == ENOSPC || errno == EDQUOT)
        return fail(ErrorCode::too_large, "the workspace is too large to be copied for a command");
    return fail(ErrorCode::io, "cannot copy " + path + " for the command: " + support::errno_message());
}

Result<> put(int root, SentEntry const& entry)
{
    if (!is_plain_path(entry.path))
        return fail(ErrorCode::io, "the sandbox's own processes misunderstood each other");
    UniqueFd const parent = make_parent_beneath(root, entry.path);
    std::string const name = last_name(entry.path);
    if (!parent)
        return cannot_copy(entry.path);
    if (entry.kind == SentEntry::Kind::folder)
        return ::mkdirat(parent.get(), name.c_str(), entry.mode | 0700) == 0 || errno == EEXIST ? Result<>() : cannot_copy(entry.path);
    if (entry.kind == SentEntry::Kind::link)
        return ::symlinkat(entry.bytes.c_str(), parent.get(), name.c_str()) == 0 ? Result<>() : cannot_copy(entry.path);
    UniqueFd const file(::openat(parent.get(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file || !support::write_all(file.get(), entry.bytes))
        return cannot_copy(entry.path);
    std::array<timespec, 2> const times { timespec { 0, UTIME_OMIT }, timespec { entry.seconds, entry.nanoseconds } };
    ::fchmod(file.get(), entry.mode & 0777);
    ::futimens(file.get(), times.data());
    return {};
}

}

Result<Layers> receive_view(int in, Job const& job)
{
    ::umask(0);
    Layers layers;
    layers.copied = true;
    layers.upper = UniqueFd(::open(job.view.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    layers.merged = UniqueFd(::open(job.view.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!layers.upper || !layers.merged)
        return fail(
            ErrorCode::denied, "the sandbox has no place for a copy of the workspace at " + job.view + ": " + support::errno_message());
    ::mkdir("/tmp/home", 0700);
    while (true) {
        Frame const frame = TRY(receive_frame(in));
        if (frame.kind == FrameKind::filled)
            return layers;
        if (frame.kind != FrameKind::entry)
            return fail(ErrorCode::io, "the sandbox's own processes misunderstood each other");
        SentEntry const entry = TRY(decode_entry(frame.payload));
        TRY(put(layers.merged.get(), entry));
    }
}

}
