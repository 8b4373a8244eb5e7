#include "workspace/snapshot.h"

#include "support/hash.h"
#include "workspace/paths.h"

#include <algorithm>
#include <fmt/core.h>

namespace countersign::workspace {

Snapshot::Snapshot(std::shared_ptr<FileSource const> files, std::vector<std::shared_ptr<Document const>> open_documents)
    : files_(std::move(files))
{
    for (auto& document : open_documents) {
        // A buffer outside the folder, or on a credential, is not part of the run's world.
        if (auto path = files_->resolve(document->path))
            buffers_[*path] = std::move(document);
    }
}

Result<SnapshotFile> Snapshot::load(std::string const& path) const
{
    auto const buffer = buffers_.find(path);
    if (buffer == buffers_.end())
        return SnapshotFile { TRY(files_->read(path)), std::nullopt };
    TRY(files_->check_readable(path));
    Document const& document = *buffer->second;
    TRY(check_in_step(document));
    if (document.text->size() > file_size_limit) {
        return fail(ErrorCode::too_large,
            fmt::format(
                "{} is larger than {} MB, which is the most that is read or edited", display_path(path), file_size_limit / (1024 * 1024)));
    }
    if (document.text->find('\0') != std::string::npos)
        return fail(ErrorCode::invalid_params, fmt::format("{} is binary, not text: its buffer has a NUL character", display_path(path)));
    FileText file { document.text, support::content_hash(*document.text), detect_format(*document.text) };
    return SnapshotFile { std::move(file), document.version };
}

Result<SnapshotFile> Snapshot::read(std::string const& path) const
{
    {
        std::lock_guard const lock(mutex_);
        if (auto const known = captured_.find(path); known != captured_.end())
            return known->second;
    }
    // Two threads may load the same file; the first one to come back here decides what the run sees.
    Result<SnapshotFile> loaded = load(path);
    if (!loaded && loaded.error().code == ErrorCode::io)
        return loaded;
    std::lock_guard const one_observer(observer_mutex_);
    {
        std::lock_guard const lock(mutex_);
        std::size_t const size = loaded ? loaded->file.text->size() : 0;
        if (auto const known = captured_.find(path); known != captured_.end())
            return known->second;
        if (captured_bytes_ + size > capture_limit) {
            return fail(ErrorCode::too_large,
                fmt::format("{} was not read: this run already holds {} MB of files; narrow what it looks at", display_path(path),
                    captured_bytes_ / (1024 * 1024)));
        }
        captured_bytes_ += size;
        captured_.emplace(path, loaded);
    }
    if (observer_)
        observer_(path, loaded);
    return loaded;
}

Result<FileSource::Listing> Snapshot::list() const
{
    std::lock_guard const lock(mutex_);
    if (listing_)
        return *listing_;
    auto listing = files_->list();
    if (listing) {
        auto& paths = listing->paths;
        for (auto const& [path, document] : buffers_)
            paths.push_back(path);
        std::sort(paths.begin(), paths.end());
        paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
    }
    listing_ = listing;
    return listing;
}

bool Snapshot::exists(std::string const& path) const { return buffers_.contains(path) || files_->exists(path); }

void Snapshot::on_capture(std::function<void(std::string const& path, Result<SnapshotFile> const&)> observer)
{
    std::lock_guard const one_observer(observer_mutex_);
    observer_ = std::move(observer);
}

std::vector<std::string> Snapshot::buffer_paths() const
{
    std::vector<std::string> paths;
    for (auto const& [path, buffer] : buffers_)
        paths.push_back(path);
    std::sort(paths.begin(), paths.end());
    return paths;
}

}
