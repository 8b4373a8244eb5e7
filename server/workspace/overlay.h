// A run's edits, in memory, on top of its snapshot. Tools write here and nowhere else. Any thread.
#pragma once

#include "workspace/snapshot.h"

#include <map>

namespace countersign::workspace {

enum class ChangeKind { modify, create, remove, move };

/// What a run did to one file: overlay minus snapshot.
struct FileChange {
    ChangeKind kind = ChangeKind::modify;
    std::string path;      ///< where the file is after the change (before it, for remove)
    std::string from;      ///< the old path of a move, else empty
    std::string base_text; ///< empty for create
    std::string base_hash; ///< empty for create
    std::optional<std::int64_t> base_version;
    std::string new_text;  ///< empty for remove
    TextFormat format;
};

class Overlay {
public:
    explicit Overlay(std::shared_ptr<Snapshot const> snapshot);

    Snapshot const& snapshot() const { return *snapshot_; }

    /// The text as the run sees it. Errors: as FileSource::read; not_found once removed.
    Result<std::shared_ptr<std::string const>> read(std::string const& path) const;
    Result<TextFormat> format(std::string const& path) const;
    bool exists(std::string const& path) const;
    /// Paths as the run sees them, sorted.
    Result<FileSource::Listing> list() const;

    /// Replaces the text of an existing file if it still is `expected_hash` (two parallel edits must not lose one).
    /// Errors: as read; stale.
    Result<> write(std::string const& path, std::string const& expected_hash, std::string text);
    /// Errors: denied (exists already, in the run's view or on disk).
    Result<> create(std::string const& path, std::string text);
    Result<> remove(std::string const& path);
    Result<> move(std::string const& from, std::string const& to);

    /// In path order. A file that ended as it began is not in it.
    std::vector<FileChange> changes() const;
};

}
