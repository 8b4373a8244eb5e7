#include "ledger/still_files.h"

#include <chrono>
#include <ctime>
#include <fmt/core.h>
#include <string>
#include <thread>

namespace countersign::ledger {

namespace {

/// The file system's clock ticks: two writes within a tick leave the same times.
constexpr std::chrono::milliseconds tick { 50 };
constexpr int patience = 40; // ticks

std::filesystem::path log_of(std::filesystem::path const& database) { return database.string() + "-wal"; }

std::optional<struct stat> look_at(std::filesystem::path const& path)
{
    struct stat status { };
    return ::lstat(path.c_str(), &status) == 0 ? std::optional(status) : std::nullopt;
}

bool is_same(std::optional<struct stat> const& left, std::optional<struct stat> const& right)
{
    auto const same_time = [](timespec const& a, timespec const& b) { return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec; };
    if (!left || !right)
        return !left && !right;
    return left->st_dev == right->st_dev && left->st_ino == right->st_ino && left->st_size == right->st_size
        && same_time(left->st_mtim, right->st_mtim) && same_time(left->st_ctim, right->st_ctim);
}

bool was_just_written(std::optional<struct stat> const& file)
{
    if (!file)
        return false;
    timespec now {};
    ::clock_gettime(CLOCK_REALTIME, &now);
    auto const age =
        std::chrono::seconds(now.tv_sec - file->st_ctim.tv_sec) + std::chrono::nanoseconds(now.tv_nsec - file->st_ctim.tv_nsec);
    return std::chrono::abs(age) < tick;
}

Error in_motion(std::filesystem::path const& database)
{
    return { ErrorCode::io,
        fmt::format(
            "the ledger {} was written while it was read, and in a folder that cannot be written nothing can hold it still: what was "
            "read may be wrong; try again, or look at a copy",
            database.string()) };
}

}

StillFiles::StillFiles(std::filesystem::path database)
    : database_(std::move(database))
    , seen_ { look_at(database_), look_at(log_of(database_)) }
{
}

Result<StillFiles> StillFiles::watch(std::filesystem::path const& database)
{
    for (int tries = 0; tries < patience; ++tries) {
        StillFiles files(database);
        if (!was_just_written(files.seen_[0]) && !was_just_written(files.seen_[1]))
            return files;
        std::this_thread::sleep_for(tick);
    }
    return tl::unexpected(in_motion(database));
}

bool StillFiles::has_log() const { return seen_[1] && seen_[1]->st_size > 0; }

Result<> StillFiles::check() const
{
    bool const same = is_same(seen_[0], look_at(database_)) && is_same(seen_[1], look_at(log_of(database_)));
    return same ? Result<>() : Result<>(tl::unexpected(in_motion(database_)));
}

Result<Aside> Aside::copy(std::filesystem::path const& database, StillFiles const& files)
{
    std::error_code error;
    std::string name = (std::filesystem::temp_directory_path(error) / "countersign-ledger-XXXXXX").string();
    if (error || ::mkdtemp(name.data()) == nullptr)
        return fail(ErrorCode::io, fmt::format("cannot make a folder for a copy of {}: {}", database.string(), support::errno_message()));
    Aside aside(name);
    for (auto const& [from, to] : { std::pair(database, aside.database()), std::pair(log_of(database), log_of(aside.database())) }) {
        if (!std::filesystem::copy_file(from, to, error))
            return fail(ErrorCode::io, fmt::format("cannot copy {} to {}: {}", from.string(), to.string(), error.message()));
        // It is ours to take the log in, whatever the original's mode.
        std::filesystem::permissions(to, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write, error);
    }
    TRY(files.check());
    return aside;
}

Aside& Aside::operator=(Aside&& other) noexcept
{
    std::swap(folder_, other.folder_);
    return *this;
}

Aside::~Aside()
{
    std::error_code ignored;
    if (!folder_.empty())
        std::filesystem::remove_all(folder_, ignored);
}

}
