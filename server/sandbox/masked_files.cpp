#include "sandbox/masked_files.h"

#include "support/fd.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/core.h>
#include <memory>
#include <sys/stat.h>

namespace countersign::sandbox {

using support::UniqueFd;

namespace {

/// Whether a folder that was changed at `changed` may change again with the same stamp: the kernel's clock moves in steps.
bool is_fresh(timespec changed)
{
    timespec now {};
    ::clock_gettime(CLOCK_REALTIME, &now);
    long long const age = (now.tv_sec - changed.tv_sec) * 1'000'000'000LL + (now.tv_nsec - changed.tv_nsec);
    return age < 50'000'000;
}

bool is_folder(int parent, dirent const& entry)
{
    if (entry.d_type != DT_UNKNOWN)
        return entry.d_type == DT_DIR;
    struct stat status { };
    return ::fstatat(parent, entry.d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(status.st_mode);
}

}

MaskedFiles::MaskedFiles(std::string root, std::function<bool(std::string const&)> is_secret)
    : root_(std::move(root))
    , is_secret_(std::move(is_secret))
{
}

Result<std::vector<std::string>> MaskedFiles::find()
{
    std::lock_guard const lock(mutex_);
    UniqueFd const root(::open(root_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    struct stat status { };
    if (!root || ::fstat(root.get(), &status) != 0)
        return fail(ErrorCode::not_found, fmt::format("the workspace {} cannot be read: {}", root_, support::errno_message()));
    seen_.clear();
    std::vector<std::string> found;
    TRY(search(root.get(), "", status.st_dev, 128, found));
    known_ = std::move(seen_);
    return found;
}

Result<> MaskedFiles::search(int folder, std::string const& path, dev_t device, int depth, std::vector<std::string>& found)
{
    struct stat status { };
    if (depth == 0 || ::fstat(folder, &status) != 0 || status.st_dev != device)
        return {};
    if (seen_.size() >= folders_limit)
        return fail(ErrorCode::too_large,
            fmt::format("the workspace has more than {} folders: what is secret in it cannot be found in time", folders_limit));
    Folder& here = seen_[path];
    auto const known = known_.find(path);
    if (known != known_.end() && known->second.device == status.st_dev && known->second.inode == status.st_ino
        && known->second.changed.tv_sec == status.st_ctim.tv_sec && known->second.changed.tv_nsec == status.st_ctim.tv_nsec) {
        here = std::move(known->second);
    } else {
        int const own = ::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        std::unique_ptr<DIR, int (*)(DIR*)> const stream(own >= 0 ? ::fdopendir(own) : nullptr, ::closedir);
        while (dirent const* entry = stream ? ::readdir(stream.get()) : nullptr) {
            std::string name = entry->d_name;
            if (name == "." || name == ".." || name == ".git")
                continue;
            if (is_secret_(path + name))
                here.secrets.push_back(std::move(name));
            else if (is_folder(folder, *entry))
                here.folders.push_back(std::move(name));
        }
        here.device = status.st_dev;
        here.inode = is_fresh(status.st_ctim) ? 0 : status.st_ino;
        here.changed = status.st_ctim;
    }
    for (std::string const& name : here.secrets)
        found.push_back(path + name);
    for (std::string const& name : here.folders) {
        UniqueFd const inner(::openat(folder, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        if (inner)
            TRY(search(inner.get(), path + name + "/", device, depth - 1, found));
    }
    return {};
}

}
