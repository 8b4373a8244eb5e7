// One candidate of changes.h, compared and read.
#include "sandbox/inner/beneath.h"
#include "sandbox/inner/changes.h"

#include <algorithm>
#include <array>
#include <fcntl.h>
#include <linux/openat2.h>
#include <unistd.h>

namespace countersign::sandbox::inner {

using support::UniqueFd;

/// What the path was in the view that the command was given.
struct Changes::Before {
    bool exists = false;
    bool executable = false;
    bool other_names = false;
    std::string link;                           ///< the target, if it was a symbolic link
    std::optional<std::string_view> view_bytes; ///< of a file that the request gave
    UniqueFd file;                              ///< of a file on disk; may be empty if nobody may read it
};

namespace {

struct At {
    UniqueFd parent;
    std::string name;
    struct stat status { };
    bool exists = false;
};

/// The entry itself: no link on the way is followed.
At look_up(int root, std::string const& path)
{
    At at;
    at.name = last_name(path);
    std::size_t const slash = path.rfind('/');
    at.parent = UniqueFd(::openat(root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    for (std::size_t begin = 0, end = 0; at.parent && slash != std::string::npos && begin <= slash; begin = end + 1) {
        end = path.find('/', begin);
        at.parent =
            UniqueFd(::openat(at.parent.get(), path.substr(begin, end - begin).c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    }
    at.exists = at.parent && ::fstatat(at.parent.get(), at.name.c_str(), &at.status, AT_SYMLINK_NOFOLLOW) == 0;
    return at;
}

UniqueFd open_file(At const& at)
{
    return UniqueFd(::openat(at.parent.get(), at.name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
}

ssize_t read_full(int fd, char* into, std::size_t size)
{
    std::size_t filled = 0;
    while (filled < size) {
        ssize_t const count = ::read(fd, into + filled, size - filled);
        if (count < 0)
            return -1;
        if (count == 0)
            break;
        filled += static_cast<std::size_t>(count);
    }
    return static_cast<ssize_t>(filled);
}

/// Both from their beginnings.
bool same_content(int left, int right)
{
    std::array<char, 64 * 1024> first;
    std::array<char, 64 * 1024> second;
    while (true) {
        ssize_t const count = read_full(left, first.data(), first.size());
        if (count < 0 || read_full(right, second.data(), second.size()) != count
            || !std::equal(first.data(), first.data() + count, second.data()))
            return false;
        if (count == 0)
            return true;
    }
}

bool same_content(int file, std::string_view bytes)
{
    std::array<char, 64 * 1024> buffer;
    while (true) {
        ssize_t const count = read_full(file, buffer.data(), buffer.size());
        if (count < 0 || static_cast<std::size_t>(count) > bytes.size())
            return false;
        if (count == 0)
            return bytes.empty();
        if (bytes.substr(0, static_cast<std::size_t>(count)) != std::string_view(buffer.data(), static_cast<std::size_t>(count)))
            return false;
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

/// Whether a link at `path` that says `target` stays beneath the root, by its words alone.
bool stays_inside(std::string const& path, std::string const& target)
{
    if (target.empty() || target.front() == '/')
        return false;
    long depth = std::count(path.begin(), path.end(), '/');
    for (std::size_t begin = 0; begin <= target.size();) {
        std::size_t const end = std::min(target.find('/', begin), target.size());
        std::string const part = target.substr(begin, end - begin);
        depth += part == ".." ? -1 : part.empty() || part == "." ? 0 : 1;
        if (depth < 0)
            return false;
        begin = end + 1;
    }
    return true;
}

char const* special_name(mode_t mode) { return S_ISFIFO(mode) ? "a named pipe" : S_ISSOCK(mode) ? "a socket" : "a device"; }

}

Changes::Before Changes::before(std::string const& path) const
{
    Before before;
    if (auto const given = view_.find(path); given != view_.end()) {
        before.exists = given->second->bytes.has_value();
        auto const written = remembered_.find(path);
        before.executable = written != remembered_.end() && (written->second.mode & S_IXUSR) != 0;
        if (before.exists)
            before.view_bytes = *given->second->bytes;
        return before;
    }
    if (!layers_.base) {
        auto const sent = remembered_.find(path);
        before.exists = sent != remembered_.end();
        before.executable = before.exists && (sent->second.mode & S_IXUSR) != 0;
        return before;
    }
    At const at = look_up(layers_.base.get(), path);
    if (!at.exists || is_masked(path) || !(S_ISREG(at.status.st_mode) || S_ISLNK(at.status.st_mode)))
        return before;
    before.exists = true;
    before.executable = (at.status.st_mode & S_IXUSR) != 0;
    if (S_ISLNK(at.status.st_mode)) {
        before.link = read_link(at.parent.get(), at.name);
    } else {
        before.other_names = at.status.st_nlink > 1;
        before.file = open_file(at);
    }
    return before;
}

void Changes::read_back(std::string const& path, std::function<void(Changed)> const& accept, Reject const& reject)
{
    Before const was = before(path);
    At const is = look_up(layers_.merged.get(), path);
    if (!is.exists || S_ISDIR(is.status.st_mode)) {
        if (!was.exists)
            return;
        if (files_left_ == 0)
            return reject({ path, "one of too many changes" });
        --files_left_;
        return accept({ .path = path, .kind = ChangeKind::deleted, .other_names = was.other_names });
    }
    Changed changed { .path = path, .kind = was.exists ? ChangeKind::modified : ChangeKind::created, .mode = is.status.st_mode & 0777 };
    changed.other_names = was.other_names;
    if (S_ISLNK(is.status.st_mode)) {
        std::string target = read_link(is.parent.get(), is.name);
        if (was.exists && target == was.link)
            return;
        if (!stays_inside(path, target))
            return reject({ path, "a symbolic link that leads out of the workspace" });
        changed.kind = ChangeKind::linked;
        changed.bytes = std::move(target);
    } else if (!S_ISREG(is.status.st_mode)) {
        return reject({ path, special_name(is.status.st_mode) });
    } else {
        UniqueFd const file = open_file(is);
        if (!file)
            return reject({ path, "it cannot be read" });
        bool const executable = (is.status.st_mode & S_IXUSR) != 0;
        changed.made_executable = executable && !was.executable;
        bool const same_bytes = was.view_bytes ? same_content(file.get(), *was.view_bytes)
            : was.file                         ? same_content(file.get(), was.file.get())
                                               : false;
        if (was.exists && was.link.empty() && same_bytes && executable == was.executable)
            return;
        if (static_cast<std::uint64_t>(is.status.st_size) > bytes_left_)
            return reject({ path, "too large to be offered" });
        ::lseek(file.get(), 0, SEEK_SET);
        auto bytes = support::read_all(file.get(), bytes_left_);
        if (!bytes)
            return reject({ path, "it cannot be read" });
        bytes_left_ -= bytes->size();
        changed.bytes = std::move(*bytes);
    }
    if (files_left_ == 0)
        return reject({ path, "one of too many changes" });
    --files_left_;
    accept(std::move(changed));
}

}
