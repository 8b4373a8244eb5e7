// A run's edits, in memory, on top of its snapshot. Tools write here and nowhere else. Any thread.
#pragma once

#include "workspace/snapshot.h"

#include <map>
#include <mutex>
#include <optional>

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
    std::string new_text; ///< empty for remove
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
    /// Errors: as read; stale; denied (FileSource::check_target, our own configuration); invalid_params (not UTF-8, a NUL character);
    /// too_large.
    Result<> write(std::string const& path, std::string const& expected_hash, std::string text);
    /// Errors: denied (exists already, in the run's view or on disk; no place for a file), and as write. A path that the run itself
    /// removed may be created again: its change is then a modification.
    Result<> create(std::string const& path, std::string text);
    /// Errors: as read (what cannot be shown in a diff cannot be removed); denied as write.
    Result<> remove(std::string const& path);
    /// Errors: as read for `from`, as create for `to`. A file that is moved twice moved once, from where it was at first.
    Result<> move(std::string const& from, std::string const& to);

    /// What the run has done so far, to go back to it. Copies no text.
    class State;
    State state() const;
    void restore(State state);

    /// In path order. A file that ended as it began is not in it.
    std::vector<FileChange> changes() const;

private:
    /// A path that the run touched and that still is a file in its view.
    struct Live {
        std::shared_ptr<std::string const> text;
        std::string hash;
        std::string origin; ///< the snapshot's path that the text came from; empty for a created file
        TextFormat format;
    };

    Result<Live> find(std::string const& path) const;
    bool exists_here(std::string const& path) const;
    Result<> check_new_path(std::string const& path) const;
    FileChange change_from(std::string const& base_path, ChangeKind kind) const;

    std::shared_ptr<Snapshot const> snapshot_;
    mutable std::mutex mutex_;
    std::map<std::string, std::optional<Live>> touched_; ///< nothing: the run took it away
};

class Overlay::State {
    friend class Overlay;
    std::map<std::string, std::optional<Live>> touched_;
};

}
