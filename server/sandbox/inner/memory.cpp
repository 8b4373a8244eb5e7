#include "sandbox/inner/memory.h"

#include "support/fd.h"

#include <charconv>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <string>
#include <unistd.h>

namespace countersign::sandbox::inner {

namespace {

std::string read_small(int folder, std::string const& path)
{
    support::UniqueFd const file(::openat(folder, path.c_str(), O_RDONLY | O_CLOEXEC));
    std::string text(4096, '\0');
    ssize_t const size = file ? ::read(file.get(), text.data(), text.size()) : 0;
    text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return text;
}

std::uint64_t number_at(std::string const& text, std::size_t at)
{
    at = text.find_first_of("0123456789", at);
    std::uint64_t value = 0;
    if (at != std::string::npos)
        std::from_chars(text.data() + at, text.data() + text.size(), value);
    return value;
}

/// proc(5): statm is "size resident shared ...", in pages.
std::uint64_t own_bytes(std::string const& statm)
{
    std::size_t const first = statm.find(' ');
    std::size_t const second = first == std::string::npos ? first : statm.find(' ', first + 1);
    if (second == std::string::npos)
        return 0;
    std::uint64_t const resident = number_at(statm, first);
    std::uint64_t const shared = number_at(statm, second);
    return (resident > shared ? resident - shared : 0) * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

template<typename Measure>
std::uint64_t total(Measure measure)
{
    std::unique_ptr<DIR, int (*)(DIR*)> const processes(::opendir("/proc"), ::closedir);
    std::uint64_t sum = 0;
    while (dirent const* entry = processes ? ::readdir(processes.get()) : nullptr) {
        std::string const name = entry->d_name;
        if (name[0] >= '1' && name[0] <= '9' && name != "1")
            sum += measure(::dirfd(processes.get()), name);
    }
    return sum;
}

}

bool memory_exceeds(std::uint64_t limit)
{
    auto const quickly = [](int processes, std::string const& name) { return own_bytes(read_small(processes, name + "/statm")); };
    if (total(quickly) <= limit)
        return false;
    // Forked processes share what they have not written: now it is worth counting properly.
    auto const properly = [&](int processes, std::string const& name) {
        std::string const rollup = read_small(processes, name + "/smaps_rollup");
        std::size_t const share = rollup.find("\nPss:");
        return share == std::string::npos ? quickly(processes, name) : number_at(rollup, share) * 1024;
    };
    return total(properly) > limit;
}

}
