#include "sandbox/inner/copy.h"

#include "sandbox/inner/entries.h"
#include "support/fd.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace countersign::sandbox::inner {

using support::UniqueFd;

namespace {

struct Copying {
    std::vector<std::string> const& left_out;
    std::size_t entries = 0;
};

tl::unexpected<Error> cannot_copy(std::string const& path)
{
    if (errno == ENOSPC || errno == EDQUOT)
        return fail(ErrorCode::too_large,
            "this kernel has no overlay for users, and the workspace is too large to be copied for a command; a newer kernel (6.6) needs "
            "no copy");
    return fail(ErrorCode::io, "cannot copy " + path + " for the command: " + support::errno_message());
}

Result<> copy_file(int from, int to, Entry const& entry)
{
    UniqueFd const source(::openat(from, entry.name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!source)
        return {}; // one that we may not read, the command may not either
    UniqueFd const target(::openat(to, entry.name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!target)
        return cannot_copy(entry.name);
    std::array<char, 64 * 1024> buffer;
    for (ssize_t count = 0; (count = ::read(source.get(), buffer.data(), buffer.size())) != 0;) {
        if (count < 0 || !support::write_all(target.get(), { buffer.data(), static_cast<std::size_t>(count) }))
            return cannot_copy(entry.name);
    }
    std::array<timespec, 2> const times { entry.status.st_atim, entry.status.st_mtim };
    ::fchmod(target.get(), entry.status.st_mode & 0777);
    ::futimens(target.get(), times.data());
    return {};
}

Result<> copy_folder(int from, int to, std::string const& prefix, Copying& copying, int depth)
{
    for (Entry const& entry : entries_of(from)) {
        std::string const path = prefix + entry.name;
        if (std::find(copying.left_out.begin(), copying.left_out.end(), path) != copying.left_out.end())
            continue;
        if (++copying.entries > copied_entries_limit || depth == 0) {
            errno = ENOSPC;
            return cannot_copy(path);
        }
        if (S_ISREG(entry.status.st_mode)) {
            TRY(copy_file(from, to, entry));
        } else if (S_ISLNK(entry.status.st_mode)) {
            if (::symlinkat(read_link(from, entry.name).c_str(), to, entry.name.c_str()) != 0)
                return cannot_copy(path);
        } else if (S_ISDIR(entry.status.st_mode)) {
            UniqueFd const inner_from(::openat(from, entry.name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
            if (!inner_from)
                continue;
            if (::mkdirat(to, entry.name.c_str(), 0700) != 0)
                return cannot_copy(path);
            UniqueFd const inner_to(::openat(to, entry.name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
            TRY(copy_folder(inner_from.get(), inner_to.get(), path + "/", copying, depth - 1));
            ::fchmod(inner_to.get(), entry.status.st_mode & 0777);
        }
    }
    return {};
}

}

Result<> copy_tree(int from, int to, std::vector<std::string> const& left_out)
{
    Copying copying { left_out };
    return copy_folder(from, to, "", copying, 128);
}

bool keeps_attributes(int folder)
{
    char const* const name = "user.countersign";
    return ::fsetxattr(folder, name, "y", 1, 0) == 0 && ::fremovexattr(folder, name) == 0;
}

}
