#include "sandbox/inner/entries.h"

#include "support/fd.h"

#include <algorithm>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <string_view>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace countersign::sandbox::inner {

std::vector<Entry> entries_of(int folder)
{
    std::vector<Entry> entries;
    // A second descriptor of its own, since reading moves a position and closing the stream closes it.
    int const own = ::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    std::unique_ptr<DIR, int (*)(DIR*)> const stream(own >= 0 ? ::fdopendir(own) : nullptr, ::closedir);
    if (!stream)
        return entries;
    while (dirent const* found = ::readdir(stream.get())) {
        std::string_view const name = found->d_name;
        if (name == "." || name == "..")
            continue;
        Entry entry { std::string(name), {} };
        if (::fstatat(folder, found->d_name, &entry.status, AT_SYMLINK_NOFOLLOW) == 0)
            entries.push_back(std::move(entry));
    }
    std::sort(entries.begin(), entries.end(), [](Entry const& left, Entry const& right) { return left.name < right.name; });
    return entries;
}

std::string read_link(int folder, std::string const& name)
{
    std::string target(4096, '\0');
    ssize_t const size = ::readlinkat(folder, name.c_str(), target.data(), target.size());
    target.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return target;
}

bool is_whiteout(struct stat const& status) { return S_ISCHR(status.st_mode) && status.st_rdev == makedev(0, 0); }

bool is_opaque(int folder)
{
    char value = 0;
    return ::fgetxattr(folder, "user.overlay.opaque", &value, 1) == 1 && value == 'y';
}

}
