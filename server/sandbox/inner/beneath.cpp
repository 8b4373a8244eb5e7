#include "sandbox/inner/beneath.h"

#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <memory>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <vector>

namespace countersign::sandbox::inner {

using support::UniqueFd;

namespace {

UniqueFd open_resolving(int root, std::string const& path, int flags, mode_t mode, std::uint64_t resolve)
{
    open_how how {};
    how.flags = static_cast<std::uint64_t>(flags) | O_CLOEXEC;
    how.mode = mode;
    how.resolve = resolve;
    // A concurrent rename makes the kernel ask for another try.
    for (int attempt = 0; attempt < 64; ++attempt) {
        long const fd = ::syscall(SYS_openat2, root, path.c_str(), &how, sizeof how);
        if (fd >= 0)
            return UniqueFd(static_cast<int>(fd));
        if (errno != EAGAIN && errno != EINTR)
            break;
    }
    return {};
}

/// Empties the folder `fd`; `depth` levels at most.
bool remove_contents(UniqueFd fd, int depth)
{
    std::unique_ptr<DIR, int (*)(DIR*)> const stream(::fdopendir(fd.get()), ::closedir);
    if (!stream || depth == 0)
        return false;
    int const folder = fd.release();
    std::vector<std::string> names;
    while (dirent const* entry = ::readdir(stream.get())) {
        std::string name = entry->d_name;
        if (name != "." && name != "..")
            names.push_back(std::move(name));
    }
    for (std::string const& name : names) {
        if (::unlinkat(folder, name.c_str(), 0) == 0 || errno == ENOENT)
            continue;
        UniqueFd inner(::openat(folder, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        if (!inner || !remove_contents(std::move(inner), depth - 1) || ::unlinkat(folder, name.c_str(), AT_REMOVEDIR) != 0)
            return false;
    }
    return true;
}

}

bool is_plain_path(std::string const& path)
{
    if (path.empty() || path.size() > 4095 || path.find('\0') != std::string::npos)
        return false;
    std::size_t begin = 0;
    while (begin <= path.size()) {
        std::size_t const end = std::min(path.find('/', begin), path.size());
        std::string_view const part = std::string_view(path).substr(begin, end - begin);
        if (part.empty() || part == "." || part == "..")
            return false;
        begin = end + 1;
    }
    return true;
}

UniqueFd open_beneath(int root, std::string const& path, int flags, mode_t mode)
{
    return open_resolving(root, path, flags, mode, RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS);
}

UniqueFd open_in_root(int root, std::string const& path, int flags)
{
    return open_resolving(root, path, flags, 0, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
}

UniqueFd make_parent_beneath(int root, std::string const& path)
{
    UniqueFd folder(::fcntl(root, F_DUPFD_CLOEXEC, 0));
    for (std::size_t begin = 0, slash = 0; folder && (slash = path.find('/', begin)) != std::string::npos; begin = slash + 1) {
        std::string const name = path.substr(begin, slash - begin);
        UniqueFd next = open_beneath(root, path.substr(0, slash), O_PATH | O_DIRECTORY);
        if (!next && errno == ENOENT && ::mkdirat(folder.get(), name.c_str(), 0755) == 0)
            next = open_beneath(root, path.substr(0, slash), O_PATH | O_DIRECTORY);
        folder = std::move(next);
    }
    return folder;
}

std::string last_name(std::string const& path)
{
    std::size_t const slash = path.rfind('/');
    return slash == std::string::npos ? path : path.substr(slash + 1);
}

Result<> write_beneath(int root, std::string const& path, std::string_view bytes, bool executable)
{
    auto const give_up = [&] { return fail(ErrorCode::io, "cannot put " + path + " into the view: " + support::errno_message()); };
    UniqueFd const parent = make_parent_beneath(root, path);
    if (!parent)
        return give_up();
    std::string const name = last_name(path);
    struct stat old { };
    bool const was_executable =
        ::fstatat(parent.get(), name.c_str(), &old, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(old.st_mode) && (old.st_mode & S_IXUSR) != 0;
    // What is written is a file of its own: an old one may be a link, or have other names.
    if (::unlinkat(parent.get(), name.c_str(), 0) != 0 && errno != ENOENT)
        return give_up();
    UniqueFd const file(::openat(
        parent.get(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, executable || was_executable ? 0755 : 0644));
    if (!file)
        return give_up();
    if (auto written = support::write_all(file.get(), bytes); !written)
        return fail(
            errno == ENOSPC ? ErrorCode::too_large : ErrorCode::io, "cannot put " + path + " into the view: " + written.error().message);
    return {};
}

Result<> remove_beneath(int root, std::string const& path)
{
    std::size_t const slash = path.rfind('/');
    UniqueFd const parent = slash == std::string::npos ? UniqueFd(::fcntl(root, F_DUPFD_CLOEXEC, 0))
                                                       : open_beneath(root, path.substr(0, slash), O_PATH | O_DIRECTORY);
    if (!parent)
        return {};
    std::string const name = last_name(path);
    if (::unlinkat(parent.get(), name.c_str(), 0) == 0 || errno == ENOENT || errno == ENOTDIR)
        return {};
    UniqueFd folder(::openat(parent.get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (folder && remove_contents(std::move(folder), 128) && ::unlinkat(parent.get(), name.c_str(), AT_REMOVEDIR) == 0)
        return {};
    return fail(ErrorCode::io, "cannot take " + path + " out of the view: " + support::errno_message());
}

}
