// An immutable view of the workspace for one run: open buffers over files on disk, with versions and hashes.
//
// Buffers are captured when the snapshot is made. A file on disk is captured when it is first read and never read
// again, so a run sees one text however long it takes. Any thread.
#pragma once

#include "workspace/documents.h"
#include "workspace/file_source.h"

#include <functional>
#include <mutex>
#include <unordered_map>

namespace countersign::workspace {

struct SnapshotFile {
    FileText file;
    std::optional<std::int64_t> version; ///< the buffer's, if the editor has it open
};

class Snapshot {
public:
    Snapshot(std::shared_ptr<FileSource const> files, std::vector<std::shared_ptr<Document const>> open_documents);

    FileSource const& files() const { return *files_; }
    /// Errors: as FileSource::read. `path` is resolved.
    Result<SnapshotFile> read(std::string const& path) const;
    /// Files on disk and open buffers beneath the root, sorted. Listed once.
    Result<FileSource::Listing> list() const;
    bool exists(std::string const& path) const;
    /// Called with every file that is captured from now on; a run's transcript keeps them for its replay.
    void on_capture(std::function<void(std::string const& path, Result<SnapshotFile> const&)> observer);
};

}
