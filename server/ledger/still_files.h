// A database that is read without SQLite's locks, because its folder cannot be written: whether somebody wrote it meanwhile shows in what
// the file system says of it and of its log. Any thread.
#pragma once

#include "support/result.h"

#include <array>
#include <filesystem>
#include <optional>
#include <sys/stat.h>
#include <utility>

namespace countersign::ledger {

class StillFiles {
public:
    /// Remembers the database and its log once neither has been written for a moment. Errors: io (it is written all the time).
    static Result<StillFiles> watch(std::filesystem::path const& database);

    /// Whether a log is there that waits to be taken in.
    bool has_log() const;
    /// Errors: io, if one of the files is not what it was.
    Result<> check() const;

private:
    explicit StillFiles(std::filesystem::path database);

    std::filesystem::path database_;
    std::array<std::optional<struct stat>, 2> seen_; ///< the database, its log
};

/// A private copy of a database and its log, removed with this.
class Aside {
public:
    /// Errors: io; also if they were written meanwhile.
    static Result<Aside> copy(std::filesystem::path const& database, StillFiles const& files);
    Aside(Aside&& other) noexcept : folder_(std::exchange(other.folder_, {})) { }
    Aside& operator=(Aside&& other) noexcept;
    ~Aside();

    std::filesystem::path database() const { return folder_ / "copy.db"; }

private:
    explicit Aside(std::filesystem::path folder) : folder_(std::move(folder)) { }

    std::filesystem::path folder_;
};

}
