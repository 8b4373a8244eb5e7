#include "workspace/beneath.h"

#include "workspace/paths.h"

#include <cerrno>
#include <fcntl.h>
#include <fmt/core.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace countersign::workspace {

namespace {

constexpr int always = O_CLOEXEC | O_NOCTTY | O_NONBLOCK;

/// The kernel gives up with EAGAIN when a rename elsewhere raced with a "..", also one inside a link.
constexpr int race_retries = 64;

int open_once(int folder, char const* path, int flags, Links links)
{
    open_how how {};
    // openat2, unlike open, refuses flags that mean nothing together with O_PATH.
    how.flags = static_cast<unsigned>(flags & O_PATH ? flags | O_CLOEXEC : flags | always);
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV;
    if (links == Links::refuse)
        how.resolve |= RESOLVE_NO_SYMLINKS;
    return static_cast<int>(::syscall(SYS_openat2, folder, path, &how, sizeof how));
}

tl::unexpected<Error> explain(int error, std::string_view path, Links links)
{
    std::string const shown = display_path(path);
    switch (error) {
    case ENOENT:
    case ENOTDIR:
        return fail(ErrorCode::not_found, fmt::format("{} does not exist in the workspace", shown));
    case EXDEV:
        return fail(ErrorCode::denied, fmt::format("{} leads outside the workspace, by a symbolic link or a mount", shown));
    case ELOOP:
        return fail(ErrorCode::denied,
            links == Links::refuse
                ? fmt::format("{} is reached through a symbolic link, which is not followed here; name the real file", shown)
                : fmt::format("{} is a symbolic link that leads nowhere safe (a loop, or into /proc)", shown));
    case ENXIO:
        return fail(ErrorCode::denied, fmt::format("{} is a socket or a device without a driver, not a regular file", shown));
    case ENAMETOOLONG:
        return fail(ErrorCode::invalid_params, fmt::format("{} has a name that is too long for the file system", shown));
    case EAGAIN:
        return fail(ErrorCode::io, fmt::format("{} kept moving while it was opened; try again", shown));
    default:
        errno = error;
        return fail(ErrorCode::io, fmt::format("cannot open {}: {}", shown, support::errno_message()));
    }
}

Result<support::UniqueFd> open_by_kernel(int folder, std::string const& path, int flags, Links links)
{
    char const* const name = path.empty() ? "." : path.c_str();
    for (int attempt = 0;;) {
        support::UniqueFd fd(open_once(folder, name, flags, links));
        if (fd)
            return fd;
        int const error = errno;
        if (error == EINTR || (error == EAGAIN && ++attempt < race_retries))
            continue;
        return explain(error, path, links);
    }
}

bool is_link(int folder, std::string const& name)
{
    struct stat status { };
    return ::fstatat(folder, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(status.st_mode);
}

Result<> check_same_file_system(int folder, int fd, std::string const& path)
{
    struct stat outer { };
    struct stat inner { };
    if (::fstat(folder, &outer) != 0 || ::fstat(fd, &inner) != 0)
        return explain(errno, path, Links::refuse);
    if (outer.st_dev != inner.st_dev)
        return explain(EXDEV, path, Links::refuse);
    return {};
}

Result<support::UniqueFd> open_by_walk(int folder, std::string const& path, int flags)
{
    support::UniqueFd holder; ///< of the component that was opened last
    int at = folder;
    std::string_view rest = path.empty() ? std::string_view(".") : std::string_view(path);
    while (true) {
        std::size_t const slash = rest.find('/');
        bool const last = slash == std::string_view::npos;
        std::string const name(rest.substr(0, slash));
        if (name == "..") // never in a resolved path; a caller's mistake must not become a way out
            return explain(EXDEV, path, Links::refuse);
        int const how = last ? flags | O_NOFOLLOW | always : O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
        support::UniqueFd next(::openat(at, name.c_str(), how));
        if (!next && errno == EINTR)
            continue;
        if (!next) {
            int const error = errno;
            bool const link = (error == ENOTDIR || error == ELOOP) && is_link(at, name);
            return explain(link ? ELOOP : error, path, Links::refuse);
        }
        holder = std::move(next);
        at = holder.get();
        if (last)
            break;
        rest.remove_prefix(slash + 1);
    }
    TRY(check_same_file_system(folder, holder.get(), path));
    return holder;
}

}

bool has_openat2(int folder) { return static_cast<bool>(support::UniqueFd(open_once(folder, ".", O_PATH | O_DIRECTORY, Links::refuse))); }

Result<support::UniqueFd> open_beneath(int folder, std::string const& path, int flags, BeneathMethod method, Links links)
{
    if (method == BeneathMethod::walk)
        return open_by_walk(folder, path, flags);
    return open_by_kernel(folder, path, flags, links);
}

std::string_view file_type(unsigned mode)
{
    if (S_ISREG(mode))
        return "a regular file";
    if (S_ISDIR(mode))
        return "a folder";
    if (S_ISLNK(mode))
        return "a symbolic link";
    if (S_ISFIFO(mode))
        return "a fifo";
    if (S_ISSOCK(mode))
        return "a socket";
    return "a device";
}

}
