#include "ledger/anchors.h"

#include "support/fd.h"
#include "support/files.h"
#include "support/hash.h"
#include "support/text.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <fmt/core.h>
#include <optional>
#include <sys/file.h>
#include <unistd.h>

namespace countersign::ledger {

namespace {

constexpr std::size_t largest_file = std::size_t(256) << 20;

std::optional<Anchor> parse(std::string_view line, Key const& key)
{
    std::array<std::string_view, 6> words;
    for (std::string_view& word : words) {
        std::size_t const blank = std::min(line.find(' '), line.size());
        word = line.substr(0, blank);
        line.remove_prefix(std::min(blank + 1, line.size()));
    }
    Anchor anchor { from_hex(words[1]), 0, std::string(words[3]), from_hex(words[4]), 0 };
    auto const [end, error] = std::from_chars(words[2].data(), words[2].data() + words[2].size(), anchor.sequence);
    bool const is_number = error == std::errc() && end == words[2].data() + words[2].size();
    if (words[0] != "1" || !is_number || !line.empty()
        || from_hex(words[5]) != key.anchor_mac(anchor.ledger, anchor.sequence, anchor.time, anchor.hash))
        return std::nullopt;
    return anchor;
}

/// What a power loss left at the end without a line feed goes, so that the next line is whole.
Result<> cut_half_line(int file, std::filesystem::path const& path)
{
    off_t const size = ::lseek(file, 0, SEEK_END);
    off_t end = size;
    for (char last = 0; end > 0 && ::pread(file, &last, 1, end - 1) == 1 && last != '\n';)
        --end;
    if (end != size && ::ftruncate(file, end) != 0)
        return fail(ErrorCode::io, fmt::format("cannot shorten {}: {}", path.string(), support::errno_message()));
    return {};
}

}

Result<> Anchors::append(Key const& key, Anchor const& anchor) const
{
    auto const failed = [&](char const* doing) {
        return fail(ErrorCode::io, fmt::format("cannot {} {}: {}", doing, path_.string(), support::errno_message()));
    };
    support::UniqueFd const file(::open(path_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600));
    if (!file)
        return failed("open");
    std::string const line = fmt::format("1 {} {} {} {} {}\n", to_hex(anchor.ledger), anchor.sequence, anchor.time, to_hex(anchor.hash),
        to_hex(key.anchor_mac(anchor.ledger, anchor.sequence, anchor.time, anchor.hash)));
    // Lines of several processes must not mix. The lock ends with the descriptor.
    if (::flock(file.get(), LOCK_EX) != 0)
        return failed("lock");
    TRY(cut_half_line(file.get(), path_));
    off_t const size = ::lseek(file.get(), 0, SEEK_END);
    auto written = support::write_all(file.get(), line);
    if (!written) {
        // A full disk may have taken a part of it.
        auto const ignored = ::ftruncate(file.get(), size);
        static_cast<void>(ignored);
        return fail(ErrorCode::io, fmt::format("{}: {}", path_.string(), written.error().message));
    }
    if (size > 0)
        return {};
    // A new file's name is on the disk only once its folder is; flush() sees to the content alone.
    support::UniqueFd const folder(::open(path_.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    return folder && ::fsync(folder.get()) == 0 ? Result<>() : failed("flush the folder of");
}

Result<> Anchors::flush() const
{
    support::UniqueFd const file(::open(path_.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
    if (!file || ::fsync(file.get()) != 0)
        return fail(ErrorCode::io, fmt::format("cannot flush {}: {}", path_.string(), support::errno_message()));
    return {};
}

Result<> Anchors::set_aside() const
{
    std::filesystem::path const aside = path_.string() + ".earlier-" + support::random_hex(4);
    if (::rename(path_.c_str(), aside.c_str()) != 0 && errno != ENOENT)
        return fail(ErrorCode::io, fmt::format("cannot rename {}: {}", path_.string(), support::errno_message()));
    return {};
}

std::optional<Anchor> Anchors::newest(Key const& key) const
{
    constexpr off_t tail_size = 4096;
    support::UniqueFd const file(::open(path_.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
    off_t const size = file ? ::lseek(file.get(), 0, SEEK_END) : 0;
    if (size <= 0 || ::lseek(file.get(), std::max<off_t>(size - tail_size, 0), SEEK_SET) < 0)
        return std::nullopt;
    auto const tail = support::read_all(file.get(), 2 * tail_size);
    if (!tail)
        return std::nullopt;
    std::optional<Anchor> newest;
    for (std::string_view const line : support::split_lines(*tail)) {
        auto anchor = parse(line, key);
        if (anchor && (!newest || anchor->sequence > newest->sequence))
            newest = std::move(anchor);
    }
    return newest;
}

std::vector<std::filesystem::path> Anchors::earlier() const
{
    std::vector<std::filesystem::path> found;
    std::error_code error;
    std::string const start = path_.filename().string() + ".earlier-";
    for (std::filesystem::directory_iterator each(path_.parent_path(), error), end; !error && each != end; each.increment(error)) {
        if (each->path().filename().string().starts_with(start))
            found.push_back(each->path());
    }
    std::sort(found.begin(), found.end());
    return found;
}

Result<AnchorFile> Anchors::read(std::filesystem::path const& path, Key const& key)
{
    AnchorFile file;
    auto const text = support::read_file(path, largest_file);
    if (!text && text.error().code == ErrorCode::not_found)
        return file;
    if (!text)
        return tl::unexpected(text.error());
    file.ends_in_half_a_line = !text->empty() && text->back() != '\n';
    std::string_view rest = *text;
    for (std::size_t number = 1; !rest.empty(); ++number) {
        std::size_t const newline = std::min(rest.find('\n'), rest.size());
        std::string_view const line = rest.substr(0, newline);
        rest.remove_prefix(std::min(newline + 1, rest.size()));
        if (auto anchor = parse(line, key)) {
            anchor->line = number;
            file.anchors.push_back(std::move(*anchor));
        } else if (!rest.empty() || !file.ends_in_half_a_line) {
            file.unreadable.push_back(number);
        }
    }
    return file;
}

}
