#include "workspace/overlay.h"

#include "support/hash.h"
#include "workspace/paths.h"
#include "workspace/redactor.h"
#include "workspace/write_guard.h"

#include <algorithm>
#include <fmt/core.h>
#include <set>

namespace countersign::workspace {

namespace {

Result<> check_text(std::string const& path, std::string const& text)
{
    if (text.size() > file_size_limit) {
        return fail(ErrorCode::too_large,
            fmt::format("{} would be larger than {} MB, which is the most that is read or edited", display_path(path),
                file_size_limit / (1024 * 1024)));
    }
    if (std::size_t const offset = text.find('\0'); offset != std::string::npos)
        return fail(
            ErrorCode::invalid_params, fmt::format("the new text of {} has a NUL character at byte {}", display_path(path), offset));
    if (std::size_t const offset = support::find_invalid_utf8(text); offset != std::string::npos)
        return fail(ErrorCode::invalid_params, fmt::format("the new text of {} is not UTF-8 at byte {}", display_path(path), offset));
    return {};
}

Result<> check_editable(FileSource const& files, std::string const& path)
{
    TRY(check_proposable(path));
    return files.check_target(path);
}

/// A model that was shown a placeholder must not put it where the secret is.
Result<> check_placeholders(std::string const& path, std::string_view before, std::string_view after)
{
    if (count_placeholders(after) <= count_placeholders(before))
        return {};
    return fail(ErrorCode::denied,
        fmt::format("the new text of {} has a placeholder like [REDACTED:type:1a2b3c4d] in it, which would replace the secret that it "
                    "stands for; leave the lines with placeholders out of the edit",
            display_path(path)));
}

tl::unexpected<Error> gone(std::string const& path)
{
    return fail(ErrorCode::not_found, fmt::format("{} was removed or moved away in this run", display_path(path)));
}

}

Overlay::Overlay(std::shared_ptr<Snapshot const> snapshot) : snapshot_(std::move(snapshot)) { }

/// The caller holds the mutex.
Result<Overlay::Live> Overlay::find(std::string const& path) const
{
    if (auto const touched = touched_.find(path); touched != touched_.end()) {
        if (!touched->second)
            return gone(path);
        return *touched->second;
    }
    SnapshotFile base = TRY(snapshot_->read(path));
    return Live { base.file.text, base.file.hash, path, base.file.format };
}

Result<std::shared_ptr<std::string const>> Overlay::read(std::string const& path) const
{
    {
        std::lock_guard const lock(mutex_);
        if (touched_.contains(path))
            return TRY(find(path)).text;
    }
    return TRY(snapshot_->read(path)).file.text;
}

Result<TextFormat> Overlay::format(std::string const& path) const
{
    std::lock_guard const lock(mutex_);
    return TRY(find(path)).format;
}

/// The caller holds the mutex.
bool Overlay::exists_here(std::string const& path) const
{
    if (auto const touched = touched_.find(path); touched != touched_.end() && touched->second)
        return true;
    std::string const folder = path + "/";
    for (auto below = touched_.lower_bound(folder); below != touched_.end() && below->first.starts_with(folder); ++below) {
        if (below->second)
            return true;
    }
    return !touched_.contains(path) && snapshot_->exists(path);
}

bool Overlay::exists(std::string const& path) const
{
    std::lock_guard const lock(mutex_);
    return exists_here(path);
}

Result<FileSource::Listing> Overlay::list() const
{
    FileSource::Listing listing = TRY(snapshot_->list());
    std::lock_guard const lock(mutex_);
    if (touched_.empty())
        return listing;
    auto const is_gone = [this](std::string const& path) {
        auto const touched = touched_.find(path);
        return touched != touched_.end() && !touched->second;
    };
    auto& paths = listing.paths;
    paths.erase(std::remove_if(paths.begin(), paths.end(), is_gone), paths.end());
    for (auto const& [path, live] : touched_) {
        if (live)
            paths.push_back(path);
    }
    std::sort(paths.begin(), paths.end());
    paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
    return listing;
}

/// The caller holds the mutex.
Result<> Overlay::check_new_path(std::string const& path) const
{
    if (path.empty())
        return fail(ErrorCode::denied, "the workspace folder itself is not a file");
    TRY(check_editable(snapshot_->files(), path));
    if (exists_here(path))
        return fail(ErrorCode::denied, fmt::format("{} exists already; edit it, or choose another name", display_path(path)));
    for (std::string_view folder = parent_of(path); !folder.empty(); folder = parent_of(folder)) {
        auto const touched = touched_.find(std::string(folder));
        if (touched != touched_.end() && touched->second)
            return fail(ErrorCode::denied, fmt::format("{} is a file, so nothing can be in it", display_path(folder)));
    }
    return {};
}

Result<> Overlay::write(std::string const& path, std::string const& expected_hash, std::string text)
{
    TRY(check_text(path, text));
    std::lock_guard const lock(mutex_);
    TRY(check_editable(snapshot_->files(), path));
    Live live = TRY(find(path));
    if (live.hash != expected_hash)
        return fail(ErrorCode::stale, fmt::format("{} changed since it was read; read it again and repeat the edit", display_path(path)));
    TRY(check_placeholders(path, *live.text, text));
    Encoding const encoding = live.format.encoding;
    live.format = detect_format(text);
    live.format.encoding = encoding;
    live.hash = support::content_hash(text);
    live.text = std::make_shared<std::string const>(std::move(text));
    touched_[path] = std::move(live);
    return {};
}

Result<> Overlay::create(std::string const& path, std::string text)
{
    TRY(check_text(path, text));
    std::lock_guard const lock(mutex_);
    TRY(check_new_path(path));
    TRY(check_placeholders(path, {}, text));
    Live live;
    live.format = detect_format(text);
    live.hash = support::content_hash(text);
    live.text = std::make_shared<std::string const>(std::move(text));
    touched_[path] = std::move(live);
    return {};
}

Result<> Overlay::remove(std::string const& path)
{
    std::lock_guard const lock(mutex_);
    TRY(check_editable(snapshot_->files(), path));
    TRY(find(path));
    touched_[path] = std::nullopt;
    return {};
}

Result<> Overlay::move(std::string const& from, std::string const& to)
{
    std::lock_guard const lock(mutex_);
    TRY(check_editable(snapshot_->files(), from));
    Live live = TRY(find(from));
    TRY(check_new_path(to));
    touched_[from] = std::nullopt;
    touched_[to] = std::move(live);
    return {};
}

FileChange Overlay::change_from(std::string const& base_path, ChangeKind kind) const
{
    FileChange change;
    change.kind = kind;
    change.path = base_path;
    // Whatever was touched was read before, so the snapshot has it.
    if (auto const base = snapshot_->read(base_path)) {
        change.base_text = *base->file.text;
        change.base_hash = base->file.hash;
        change.base_version = base->version;
        change.format = base->file.format;
    }
    return change;
}

Overlay::State Overlay::state() const
{
    std::lock_guard const lock(mutex_);
    State state;
    state.touched_ = touched_;
    return state;
}

void Overlay::restore(State state)
{
    std::lock_guard const lock(mutex_);
    touched_ = std::move(state.touched_);
}

std::vector<FileChange> Overlay::changes() const
{
    std::lock_guard const lock(mutex_);
    auto const has_base = [this](std::string const& path) { return !path.empty() && snapshot_->read(path).has_value(); };
    auto const is_gone = [this](std::string const& path) {
        auto const touched = touched_.find(path);
        return touched != touched_.end() && !touched->second;
    };
    // A move is what left one path for good and came to another that nothing had; each path can be left once.
    std::map<std::string, std::string> moved_to_from;
    std::set<std::string> left;
    for (auto const& [path, live] : touched_) {
        if (live && !has_base(path) && is_gone(live->origin) && has_base(live->origin) && left.insert(live->origin).second)
            moved_to_from[path] = live->origin;
    }
    std::vector<FileChange> changes;
    for (auto const& [path, live] : touched_) {
        FileChange change;
        if (!live) {
            if (!has_base(path) || left.contains(path))
                continue;
            change = change_from(path, ChangeKind::remove);
        } else if (auto const move = moved_to_from.find(path); move != moved_to_from.end()) {
            change = change_from(move->second, ChangeKind::move);
            change.path = path;
            change.from = move->second;
        } else if (has_base(path)) {
            change = change_from(path, ChangeKind::modify);
            if (change.base_hash == live->hash)
                continue;
        } else {
            change.kind = ChangeKind::create;
            change.path = path;
        }
        if (live) {
            Encoding const encoding = change.kind == ChangeKind::modify ? change.format.encoding : live->format.encoding;
            change.new_text = *live->text;
            change.format = live->format;
            change.format.encoding = encoding;
        }
        changes.push_back(std::move(change));
    }
    return changes;
}

}
