// An immutable view of the workspace for one run: open buffers over files on disk, with versions and hashes.
//
// Buffers are captured when the snapshot is made. A file on disk is captured when it is first read and never read
// again, so a run sees one text however long it takes. Any thread.
#pragma once

#include "workspace/documents.h"
#include "workspace/file_source.h"

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>

namespace countersign::workspace {

struct SnapshotFile {
    FileText file;
    std::optional<std::int64_t> version; ///< the buffer's, if the editor has it open
};

class Snapshot {
public:
    /// Bytes of text that one run may hold.
    static constexpr std::size_t capture_limit = 512 * 1024 * 1024;

    Snapshot(std::shared_ptr<FileSource const> files, std::vector<std::shared_ptr<Document const>> open_documents);

    FileSource const& files() const { return *files_; }
    /// Errors: as FileSource::read; stale (a buffer that was out of step); too_large also once the run has captured `capture_limit` bytes.
    /// `path` is resolved.
    Result<SnapshotFile> read(std::string const& path) const;
    /// Files on disk and open buffers beneath the root, sorted. Listed once.
    Result<FileSource::Listing> list() const;
    bool exists(std::string const& path) const;
    /// Files that the editor has open, sorted.
    std::vector<std::string> buffer_paths() const;
    /// Called once for each path that is captured from now on, with its text or with the reason that it has none (not_found is captured
    /// too); a run's transcript keeps them for its replay. On the reading thread, one call at a time, before that read() returns; the
    /// observer must not read the snapshot. An error of our own disk (io) is not captured: the next read() tries again.
    void on_capture(std::function<void(std::string const& path, Result<SnapshotFile> const&)> observer);

private:
    Result<SnapshotFile> load(std::string const& path) const;

    std::shared_ptr<FileSource const> files_;
    std::unordered_map<std::string, std::shared_ptr<Document const>> buffers_; ///< by resolved path
    mutable std::mutex mutex_;
    mutable std::unordered_map<std::string, Result<SnapshotFile>> captured_;
    mutable std::size_t captured_bytes_ = 0;
    mutable std::optional<Result<FileSource::Listing>> listing_;
    mutable std::mutex observer_mutex_;
    std::function<void(std::string const& path, Result<SnapshotFile> const&)> observer_;
};

}
