#include "sandbox/send_view.h"

#include "sandbox/inner/beneath.h"
#include "sandbox/inner/copy.h"
#include "sandbox/inner/entries.h"

#include <algorithm>
#include <fcntl.h>
#include <unistd.h>

namespace countersign::sandbox {

using support::UniqueFd;

namespace {

class Sending {
public:
    Sending(int to, std::vector<std::string> const& left_out, Limits const& limits)
        : to_(to)
        , left_out_(left_out)
        , bytes_left_(limits.view_bytes)
    {
    }

    Result<> folder(int fd, std::string const& prefix, int depth)
    {
        for (inner::Entry const& entry : inner::entries_of(fd)) {
            std::string path = prefix + entry.name;
            if (std::find(left_out_.begin(), left_out_.end(), path) != left_out_.end())
                continue;
            if (entries_left_-- == 0 || depth == 0)
                return too_large();
            SentEntry sent { .path = path,
                .mode = entry.status.st_mode & 0777,
                .seconds = entry.status.st_mtim.tv_sec,
                .nanoseconds = entry.status.st_mtim.tv_nsec };
            if (S_ISREG(entry.status.st_mode)) {
                TRY(file(fd, entry, sent));
            } else if (S_ISLNK(entry.status.st_mode)) {
                sent.kind = SentEntry::Kind::link;
                sent.bytes = inner::read_link(fd, entry.name);
                TRY(send_frame(to_, FrameKind::entry, encode(sent)));
            } else if (S_ISDIR(entry.status.st_mode)) {
                sent.kind = SentEntry::Kind::folder;
                TRY(send_frame(to_, FrameKind::entry, encode(sent)));
                UniqueFd const inside(::openat(fd, entry.name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
                if (inside)
                    TRY(folder(inside.get(), path + "/", depth - 1));
            }
        }
        return {};
    }

private:
    static tl::unexpected<Error> too_large()
    {
        return fail(
            ErrorCode::too_large, "the workspace is too large to be copied into a container for a command; bubblewrap needs no copy");
    }

    Result<> file(int folder, inner::Entry const& entry, SentEntry& sent)
    {
        UniqueFd const file(::openat(folder, entry.name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
        if (!file)
            return {};
        auto bytes = support::read_all(file.get(), std::min<std::uint64_t>(bytes_left_, frame_limit / 2));
        if (!bytes)
            return too_large();
        bytes_left_ -= bytes->size();
        sent.bytes = std::move(*bytes);
        return send_frame(to_, FrameKind::entry, encode(sent));
    }

    int to_;
    std::vector<std::string> const& left_out_;
    std::uint64_t bytes_left_;
    std::size_t entries_left_ = inner::copied_entries_limit;
};

}

Result<> send_view(int to, std::string const& workspace, std::vector<std::string> const& left_out, Limits const& limits)
{
    UniqueFd const root(::open(workspace.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!root)
        return fail(ErrorCode::not_found, "the workspace " + workspace + " is gone: " + support::errno_message());
    TRY(Sending(to, left_out, limits).folder(root.get(), "", 128));
    return send_frame(to, FrameKind::filled, "");
}

bool is_on_disk(std::string const& workspace, Changed const& changed)
{
    UniqueFd const root(::open(workspace.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!root || !changed.bytes)
        return false;
    UniqueFd const file = inner::open_beneath(root.get(), changed.path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    struct stat status { };
    if (!file || ::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode) || (status.st_mode & S_IXUSR) != (changed.mode & S_IXUSR))
        return false;
    auto const bytes = support::read_all(file.get(), changed.bytes->size() + 1);
    return bytes && *bytes == *changed.bytes;
}

}
