#include "sandbox/inner/root.h"

#include "sandbox/inner/beneath.h"
#include "sandbox/inner/copy.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>

namespace countersign::sandbox::inner {

using support::UniqueFd;

namespace {

tl::unexpected<Error> denied(std::string const& doing)
{
    return fail(ErrorCode::denied, "the sandbox cannot be built: " + doing + ": " + support::errno_message());
}

Result<> mount_tmpfs(std::string const& at, std::string const& options, unsigned long flags = 0)
{
    if (::mount("tmpfs", at.c_str(), "tmpfs", MS_NOSUID | MS_NODEV | flags, options.c_str()) != 0)
        return denied("a temporary file system at " + at);
    return {};
}

/// Makes the folders that lead to `path`. They can be passed but not listed: what else would be there is nobody's business inside.
bool make_folders(std::string const& path)
{
    for (std::size_t slash = path.find('/', 1); slash != std::string::npos; slash = path.find('/', slash + 1)) {
        if (::mkdir(path.substr(0, slash).c_str(), 0111) != 0 && errno != EEXIST && errno != EROFS)
            return false;
    }
    return true;
}

/// Binds what `source` is open on (a folder or a file) to `inner`, with the read-only flags that the host's bind has.
bool bind_to(int source, std::string const& inner, bool is_folder)
{
    auto const make_point = [&] {
        if (is_folder)
            return ::mkdir(inner.c_str(), 0755) == 0 || errno == EEXIST || errno == EROFS;
        UniqueFd const point(::open(inner.c_str(), O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0444));
        return point || errno == EROFS;
    };
    if (!make_point() && (errno != ENOENT || !make_folders(inner) || !make_point()))
        return false;
    std::string const from = "/proc/self/fd/" + std::to_string(source);
    return ::mount(from.c_str(), inner.c_str(), nullptr, MS_BIND | MS_REC, nullptr) == 0;
}

/// A host path that is missing, or is neither a folder nor a file, is left out. A link at its end is shown as the same link where that
/// is how the system is laid out (/bin), and followed elsewhere.
Result<> bind_host(int host, Bind const& bind)
{
    struct stat status { };
    std::string const relative = bind.host.substr(1);
    bool const at_top = bind.inner.rfind('/') == 0;
    if (at_top && ::fstatat(host, relative.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(status.st_mode)) {
        std::string target(4096, '\0');
        ssize_t const size = ::readlinkat(host, relative.c_str(), target.data(), target.size());
        target.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
        if (::symlink(target.c_str(), bind.inner.c_str()) != 0 && errno != EEXIST)
            return denied("a link " + bind.inner);
        return {};
    }
    UniqueFd const source = open_in_root(host, relative, O_PATH);
    if (!source || ::fstat(source.get(), &status) != 0 || !(S_ISDIR(status.st_mode) || S_ISREG(status.st_mode)))
        return {};
    if (!bind_to(source.get(), bind.inner, S_ISDIR(status.st_mode)))
        return denied("a view of " + bind.host);
    return {};
}

Result<> write_file(std::string const& path, std::string_view content)
{
    UniqueFd const file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0444));
    if (!file)
        return denied("the file " + path);
    return support::write_all(file.get(), content);
}

Result<> make_surroundings(int host, Job const& job)
{
    for (char const* folder : { "/etc", "/tmp", "/dev/shm", "/.empty" })
        ::mkdir(folder, 0755);
    std::string const inodes = std::to_string(job.request.limits.view_inodes);
    std::string const size = std::to_string(job.request.limits.view_bytes);
    TRY(mount_tmpfs("/tmp", "mode=1777,size=" + size + ",nr_inodes=" + inodes));
    TRY(mount_tmpfs("/dev/shm", "mode=1777,size=" + std::to_string(job.request.limits.view_bytes / 4) + ",nr_inodes=10000"));
    if (::mkdir("/tmp/home", 0700) != 0)
        return denied("the home directory");
    for (Bind const& bind : job.binds)
        TRY(bind_host(host, bind));
    // The host's own would tell the names of other machines.
    TRY(write_file("/etc/hosts", "127.0.0.1 localhost sandbox\n::1 localhost sandbox\n"));
    TRY(write_file("/etc/resolv.conf", ""));
    TRY(write_file("/.empty/file", ""));
    for (std::string const& path : job.hidden) {
        if (::access(path.c_str(), F_OK) == 0 && ::mount("/.empty/file", path.c_str(), nullptr, MS_BIND, nullptr) != 0)
            return denied("hiding " + path);
    }
    for (auto const& [name, target] : job.home_links) {
        if (make_folders("/tmp/home/" + name))
            ::symlink(target.c_str(), ("/tmp/home/" + name).c_str());
    }
    return {};
}

/// Lays a writable layer over the workspace, or copies it where the kernel will not.
Result<bool> mount_view(Job const& job)
{
    char const* const options = "lowerdir=/.under/lower,upperdir=/.under/up/upper,workdir=/.under/up/work,userxattr";
    if (!job.copy_view && ::mount("overlay", workspace_alias, "overlay", MS_NOSUID | MS_NODEV, options) == 0) {
        // A kernel whose tmpfs keeps no attributes of users mounts this, but cannot replace a folder later on.
        UniqueFd const probe(::open("/.under/up/upper", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (keeps_attributes(probe.get()))
            return false;
        ::umount2(workspace_alias, MNT_DETACH);
    }
    UniqueFd const from(::open("/.under/lower", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    UniqueFd const to(::open("/.under/up/upper", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!from || !to)
        return denied("a copy of the workspace");
    TRY(copy_tree(from.get(), to.get(), job.request.masked));
    if (::mount("/.under/up/upper", workspace_alias, nullptr, MS_BIND, nullptr) != 0)
        return denied("a copy of the workspace");
    return true;
}

}

Result<Layers> build_root(Job const& job)
{
    ::umask(0);
    UniqueFd const host(::open("/.under/host", O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!host)
        return denied("the host's tree");
    UniqueFd const workspace = open_in_root(host.get(), job.request.workspace.substr(1), O_PATH | O_DIRECTORY);
    if (!workspace)
        return fail(ErrorCode::not_found, "the workspace " + job.request.workspace + " is gone: " + support::errno_message());
    for (char const* folder : { "/.under/up", "/.under/lower", workspace_alias })
        ::mkdir(folder, 0755);
    std::string const upper_size =
        "mode=755,size=" + std::to_string(job.request.limits.view_bytes) + ",nr_inodes=" + std::to_string(job.request.limits.view_inodes);
    TRY(mount_tmpfs("/.under/up", upper_size));
    if (::mkdir("/.under/up/upper", 0755) != 0 || ::mkdir("/.under/up/work", 0755) != 0)
        return denied("the layer of changes");
    // Alone, without what is mounted in it: an overlay has one file system below.
    if (::mount(("/proc/self/fd/" + std::to_string(workspace.get())).c_str(), "/.under/lower", nullptr, MS_BIND, nullptr) != 0)
        return denied("the workspace");
    Layers layers;
    layers.copied = TRY(mount_view(job));
    layers.base = UniqueFd(::open("/.under/lower", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    layers.upper = UniqueFd(::open("/.under/up/upper", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    layers.merged = UniqueFd(::open(workspace_alias, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!layers.base || !layers.upper || !layers.merged)
        return denied("the view of the workspace");
    TRY(make_surroundings(host.get(), job));
    // Builds know the workspace by its own path: what they wrote down yesterday must still be there.
    if (!bind_to(layers.merged.get(), job.request.workspace, true))
        return denied("the workspace at its own path");
    return layers;
}

Result<> close_root(Job const& job)
{
    // All at once: the kernel waits for every processor at each.
    if (::umount2("/.under", MNT_DETACH) != 0 || ::rmdir("/.under") != 0)
        return denied("taking the layers away");
    // The inner program itself: its memory, descriptors and root are not for the command.
    TRY(mount_tmpfs("/proc/1", "mode=555,size=4k", MS_RDONLY));
    if (job.pid_max != 0) {
        UniqueFd const limit(::open("/proc/sys/kernel/pid_max", O_WRONLY | O_CLOEXEC));
        if (!limit || !support::write_all(limit.get(), std::to_string(job.pid_max)))
            return denied("a limit of processes");
    }
    // /proc as a whole: as root the files of /proc/sys are the host's, and writable.
    for (char const* path : { "/proc", "/dev", "/" }) {
        unsigned long const flags = MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV | (path[1] != '\0' ? MS_NOEXEC : 0);
        if (::mount(nullptr, path, nullptr, flags, nullptr) != 0)
            return denied(std::string("making ") + path + " read-only");
    }
    return {};
}

}
