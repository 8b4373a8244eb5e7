#include "sandbox/inner/changes.h"

#include "sandbox/inner/beneath.h"

#include <algorithm>
#include <fcntl.h>
#include <unistd.h>

namespace countersign::sandbox::inner {

using support::UniqueFd;

/// A folder of the upper layer and, if there is one, the folder of the base that it lies over.
struct Changes::Folder {
    int upper = -1;
    int base = -1;      ///< -1: nothing below
    std::string prefix; ///< "" or ends with '/'
    int depth = 0;
    bool hides_base = false; ///< what the base has here and the upper layer has not is gone
};

namespace {

bool is_git(std::string name)
{
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return name == ".git";
}

UniqueFd open_folder(int parent, std::string const& name)
{
    if (parent < 0)
        return {};
    return UniqueFd(::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

bool status_of(int parent, std::string const& name, struct stat& status)
{
    return parent >= 0 && ::fstatat(parent, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
}

bool same(Stamp const& stamp, struct stat const& status)
{
    return stamp.inode == status.st_ino && stamp.mode == status.st_mode && stamp.size == status.st_size
        && stamp.changed.tv_sec == status.st_ctim.tv_sec && stamp.changed.tv_nsec == status.st_ctim.tv_nsec;
}

}

Changes::Changes(Layers const& layers, Request const& request)
    : layers_(layers)
    , masked_(request.masked.begin(), request.masked.end())
    , files_left_(request.limits.changed_files)
    , bytes_left_(request.limits.changed_bytes)
{
    for (ViewFile const& file : request.view)
        view_[file.path] = &file;
}

void Changes::remember() { remember_folder(layers_.upper.get(), "", 0); }

void Changes::remember_folder(int folder, std::string const& prefix, int depth)
{
    if (depth > depth_limit)
        return;
    for (Entry const& entry : entries_of(folder)) {
        std::string const path = prefix + entry.name;
        if (!S_ISDIR(entry.status.st_mode))
            remembered_[path] = { entry.status.st_ino, entry.status.st_mode, entry.status.st_size, entry.status.st_ctim };
        else if (UniqueFd const inner = open_folder(folder, entry.name); inner && !is_git(entry.name))
            remember_folder(inner.get(), path + "/", depth + 1);
    }
}

void Changes::add(std::string const& path)
{
    if (candidates_.size() < candidates_limit)
        candidates_.insert(path);
}

/// The file or all files of the base at a name that the view no longer has.
void Changes::add_base(int parent, std::string const& name, std::string const& path, int depth)
{
    struct stat status { };
    if (is_git(name) || depth > depth_limit || candidates_.size() >= candidates_limit || !status_of(parent, name, status))
        return;
    if (!S_ISDIR(status.st_mode))
        return add(path);
    UniqueFd const folder = open_folder(parent, name);
    if (!folder)
        return;
    for (Entry const& entry : entries_of(folder.get()))
        add_base(folder.get(), entry.name, path + "/" + entry.name, depth + 1);
}

void Changes::walk_entry(Folder const& folder, Entry const& entry, Reject const& reject)
{
    std::string const path = folder.prefix + entry.name;
    struct stat below { };
    bool const has_below = status_of(folder.base, entry.name, below);
    if (is_git(entry.name)) {
        if (!layers_.copied)
            reject({ path, "changes in .git are never offered" });
        return;
    }
    if (S_ISDIR(entry.status.st_mode)) {
        if (has_below && !S_ISDIR(below.st_mode))
            add(path);
        if (folder.depth == depth_limit) {
            reject({ path, "deeper than " + std::to_string(depth_limit) + " folders" });
            return;
        }
        UniqueFd const upper = open_folder(folder.upper, entry.name);
        UniqueFd const base = open_folder(has_below && S_ISDIR(below.st_mode) ? folder.base : -1, entry.name);
        if (upper)
            walk({ upper.get(), base.get(), path + "/", folder.depth + 1, folder.hides_base || is_opaque(upper.get()) }, reject);
        return;
    }
    auto const remembered = remembered_.find(path);
    bool const known = remembered != remembered_.end();
    if (known)
        seen_.insert(path);
    if (!layers_.copied && is_whiteout(entry.status)) {
        if (!known || !S_ISCHR(remembered->second.mode))
            add_base(folder.base, entry.name, path, folder.depth);
        if (known)
            add(path);
        return;
    }
    // A file of the view is always compared: a change within one tick of the clock leaves it the same stamp.
    if (!known || !same(remembered->second, entry.status) || view_.contains(path))
        add(path);
    if (!layers_.copied && has_below && S_ISDIR(below.st_mode))
        add_base(folder.base, entry.name, path, folder.depth);
}

void Changes::walk(Folder const& folder, Reject const& reject)
{
    std::vector<Entry> const entries = entries_of(folder.upper);
    for (Entry const& entry : entries)
        walk_entry(folder, entry, reject);
    if (!folder.hides_base || folder.base < 0 || layers_.copied)
        return;
    auto const by_name = [](Entry const& left, Entry const& right) { return left.name < right.name; };
    for (Entry const& below : entries_of(folder.base)) {
        if (!std::binary_search(entries.begin(), entries.end(), below, by_name))
            add_base(folder.base, below.name, folder.prefix + below.name, folder.depth);
    }
}

std::vector<std::string> Changes::candidates(Reject const& reject)
{
    walk({ layers_.upper.get(), layers_.base.get(), "", 0, false }, reject);
    for (auto const& [path, stamp] : remembered_) {
        if (!seen_.contains(path) && !S_ISCHR(stamp.mode))
            add(path);
    }
    return { candidates_.begin(), candidates_.end() };
}

bool Changes::is_masked(std::string const& path) const
{
    for (std::size_t slash = path.size(); slash != std::string::npos && slash > 0; slash = path.rfind('/', slash - 1)) {
        if (masked_.contains(path.substr(0, slash)))
            return true;
    }
    return false;
}

}
