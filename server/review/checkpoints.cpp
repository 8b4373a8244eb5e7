#include "review/checkpoints.h"

#include "support/clock.h"
#include "support/fd.h"
#include "support/files.h"
#include "support/hash.h"
#include "support/log.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <fmt/core.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <unordered_set>

namespace countersign::review {

namespace fs = std::filesystem;
using workspace::ChangeKind;

namespace {

constexpr std::size_t record_limit = 64 * 1024 * 1024;
constexpr std::chrono::minutes grace { 60 };

/// 7 for "7.json", 0 for other names.
std::uint64_t number_of(std::string const& name)
{
    constexpr std::string_view ending = ".json";
    std::string const digits = name.size() > ending.size() && name.ends_with(ending) ? name.substr(0, name.size() - ending.size()) : "";
    bool const plain = !digits.empty() && digits.size() <= 15 && digits.front() != '0'
        && std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
    return plain ? std::stoull(digits) : 0;
}

bool is_hash(std::string_view text)
{
    return text.size() == 64
        && std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

void remove_leftovers(fs::path const& directory)
{
    std::error_code error;
    for (fs::directory_iterator each(directory, error), end; !error && each != end; each.increment(error)) {
        if (each->path().extension() == ".tmp" && support::is_older(each->path(), grace)) {
            std::error_code ignored;
            fs::remove(each->path(), ignored);
        }
    }
}

}

Result<Checkpoints> Checkpoints::open(fs::path const& state_directory)
{
    fs::path const directory = state_directory / "checkpoints";
    TRY(support::make_private_directory(directory / "texts"));
    remove_leftovers(directory);
    remove_leftovers(directory / "texts");
    return Checkpoints(directory);
}

Result<std::vector<std::uint64_t>> Checkpoints::numbers() const
{
    std::error_code error;
    std::vector<std::uint64_t> found;
    for (fs::directory_iterator each(directory_, error), end; !error && each != end; each.increment(error)) {
        if (std::uint64_t const number = number_of(each->path().filename().string()); number != 0)
            found.push_back(number);
    }
    if (error)
        return fail(ErrorCode::io, fmt::format("cannot list {}: {}", directory_.string(), error.message()));
    std::sort(found.rbegin(), found.rend());
    return found;
}

Result<> Checkpoints::keep_text(std::string const& hash, std::string_view text) const
{
    fs::path const path = directory_ / "texts" / hash;
    // One that is there and is what its name says need not be written again; a damaged one is replaced.
    // So is one that somebody might prune before its record is there.
    if (auto const there = support::read_file(path, text.size()); there && *there == text && !support::is_older(path, grace / 2))
        return {};
    return support::write_file_atomically(path, text);
}

Result<> Checkpoints::save(Checkpoint const& checkpoint) const
{
    return support::write_file_atomically(directory_ / (checkpoint.id + ".json"), support::dump_json(to_json(checkpoint)));
}

Result<Checkpoint> Checkpoints::begin(Checkpoint checkpoint, std::vector<PlannedFile> const& plan) const
{
    checkpoint.state = Checkpoint::State::begun;
    checkpoint.files.clear();
    if (checkpoint.time.empty())
        checkpoint.time = support::format_time(support::SystemClock().wall());
    for (PlannedFile const& file : plan) {
        if (file.already_there)
            continue;
        for (std::string const* path : { &file.path, &file.from }) {
            if (support::find_invalid_utf8(*path) != std::string::npos)
                return fail(ErrorCode::invalid_params,
                    fmt::format("{} is not valid UTF-8, so it could not be undone", support::escape_for_display(*path)));
        }
        CheckpointFile kept { file.kind, file.path, file.from, {}, {}, file.format };
        if (file.kind != ChangeKind::create)
            TRY(keep_text(kept.before = support::content_hash(file.before), file.before));
        if (file.kind != ChangeKind::remove)
            TRY(keep_text(kept.after = support::content_hash(file.after), file.after));
        checkpoint.files.push_back(std::move(kept));
    }
    auto const taken = TRY(numbers());
    for (std::uint64_t number = taken.empty() ? 1 : taken.front() + 1;; ++number) {
        checkpoint.id = std::to_string(number);
        checkpoint.hold = std::make_shared<support::UniqueFd const>(TRY(support::try_lock_file(lock_path(checkpoint.id))));
        if (!*checkpoint.hold)
            continue; // somebody takes this very number
        // The record appears whole, under a name that nobody else has: written beside, then linked.
        fs::path const path = directory_ / (checkpoint.id + ".json");
        fs::path const beside = directory_ / fmt::format("{}.{}.tmp", checkpoint.id, support::random_hex(6));
        TRY(support::write_file_atomically(beside, support::dump_json(to_json(checkpoint))));
        int const linked = ::link(beside.c_str(), path.c_str());
        int const reason = errno;
        ::unlink(beside.c_str());
        if (linked == 0) {
            support::UniqueFd const directory(::open(directory_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
            if (directory)
                ::fsync(directory.get());
            return checkpoint;
        }
        errno = reason;
        if (reason != EEXIST)
            return fail(ErrorCode::io, fmt::format("cannot create {}: {}", path.string(), support::errno_message()));
    }
}

Result<> Checkpoints::finish(Checkpoint checkpoint, std::vector<std::string> const& changed_paths) const
{
    std::erase_if(checkpoint.files, [&](CheckpointFile const& file) {
        return std::find(changed_paths.begin(), changed_paths.end(), file.path) == changed_paths.end();
    });
    checkpoint.state = Checkpoint::State::done;
    fs::path const path = directory_ / (checkpoint.id + ".json");
    if (!checkpoint.files.empty())
        TRY(save(checkpoint));
    else if (::unlink(path.c_str()) != 0 && errno != ENOENT)
        return fail(ErrorCode::io, fmt::format("cannot remove {}: {}", path.string(), support::errno_message()));
    ::unlink(lock_path(checkpoint.id).c_str());
    return {};
}

Result<Checkpoint> Checkpoints::load(std::uint64_t number) const
{
    fs::path const path = directory_ / fmt::format("{}.json", number);
    std::string const text = TRY(support::read_file(path, record_limit));
    Json const json = TRY(support::parse_json(text));
    Checkpoint checkpoint = TRY(checkpoint_from_json(json));
    if (checkpoint.id != std::to_string(number))
        return fail(ErrorCode::invalid_params, fmt::format("id: expected \"{}\"", number));
    return checkpoint;
}

Result<std::vector<Checkpoint>> Checkpoints::of_workspace(std::string const& workspace) const
{
    std::vector<Checkpoint> found;
    for (std::uint64_t const number : TRY(numbers())) {
        auto checkpoint = load(number);
        if (!checkpoint)
            log::warn("checkpoint {} is left out: {}", number, checkpoint.error().message);
        else if (checkpoint->workspace == workspace)
            found.push_back(std::move(*checkpoint));
    }
    return found;
}

Result<std::vector<Checkpoint>> Checkpoints::abandoned(std::string const& workspace) const
{
    std::vector<Checkpoint> found;
    for (Checkpoint& checkpoint : TRY(of_workspace(workspace))) {
        if (checkpoint.state != Checkpoint::State::begun)
            continue;
        auto hold = TRY(support::try_lock_file(lock_path(checkpoint.id)));
        // Read again under the lock: whoever held it may just have finished.
        auto now = hold ? load(std::stoull(checkpoint.id)) : Result<Checkpoint>(fail(ErrorCode::not_found, ""));
        if (!now || now->state != Checkpoint::State::begun)
            continue;
        now->hold = std::make_shared<support::UniqueFd const>(std::move(hold));
        found.push_back(std::move(*now));
    }
    return found;
}

fs::path Checkpoints::lock_path(std::string const& id) const { return directory_ / (id + ".lock"); }

Result<std::string> Checkpoints::text(std::string const& hash) const
{
    if (!is_hash(hash))
        return fail(ErrorCode::not_found, "there is no text of that name");
    auto text = support::read_file(directory_ / "texts" / hash);
    if (!text)
        return text;
    if (support::content_hash(*text) != hash)
        return fail(
            ErrorCode::io, fmt::format("{} is damaged: its content is not what its name says", (directory_ / "texts" / hash).string()));
    return text;
}

Result<> Checkpoints::prune(std::size_t keep, std::optional<std::chrono::hours> age) const
{
    auto const all = TRY(numbers());
    std::unordered_set<std::string> named;
    for (std::size_t i = 0; i < all.size(); ++i) {
        fs::path const path = directory_ / fmt::format("{}.json", all[i]);
        std::error_code error;
        if (i >= keep || (age && support::is_older(path, *age))) {
            fs::remove(path, error);
            continue;
        }
        auto const checkpoint = load(all[i]);
        if (!checkpoint)
            return {}; // what it names cannot be known, so nothing may go
        for (CheckpointFile const& file : checkpoint->files)
            named.insert({ file.before, file.after });
    }
    std::error_code error;
    for (fs::directory_iterator each(directory_ / "texts", error), end; !error && each != end; each.increment(error)) {
        std::error_code ignored;
        if (is_hash(each->path().filename().string()) && named.count(each->path().filename().string()) == 0
            && support::is_older(each->path(), grace))
            fs::remove(each->path(), ignored);
    }
    return {};
}

}
