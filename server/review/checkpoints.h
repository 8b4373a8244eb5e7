// What each approval changed, file by file, before and after: what undo works from. In <state>/checkpoints: one record an approval
// (<n>.json) and the texts that it names, by the hash of their content (texts/<hash>). Background thread, runs' threads, the command line.
//
// The record is the journal. It is on disk, and every text before it, when begin() returns, so before anything is sent or written;
// finish() replaces it by what was seen to happen. Whoever is killed in between leaves a record that says `begun`: undo compares texts, so
// it takes back what is there of it. Files appear by rename only: at any moment a record is there whole or not at all. Never git, never the
// workspace.
#pragma once

#include "review/proposal.h"
#include "support/fd.h"

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>

namespace countersign::review {

struct CheckpointFile {
    workspace::ChangeKind kind = workspace::ChangeKind::modify;
    std::string path;
    std::string from;
    std::string before; ///< hash of the text; empty if the file was not there
    std::string after;
    workspace::TextFormat format;
    bool operator==(CheckpointFile const&) const = default;
};

struct Checkpoint {
    enum class State { begun, done };

    std::string id;       ///< a number, given by begin()
    std::string proposal; ///< empty for what `countersign run --apply` wrote
    std::string run;
    std::string title;
    std::string workspace; ///< absolute path of the folder
    std::string time;      ///< RFC 3339
    std::int64_t approval = 0;
    State state = State::begun;
    std::vector<CheckpointFile> files;
    std::shared_ptr<support::UniqueFd const> hold; ///< from begin() on: as long as it lives, nobody takes the record for abandoned
};

class Checkpoints {
public:
    /// Creates the directories if need be, and removes what a killed process left half-written there. Errors: io.
    static Result<Checkpoints> open(std::filesystem::path const& state_directory);

    /// Keeps the texts of the plan, then the record, with the next free number. Errors: io (a full disk: nothing may be sent then),
    /// invalid_params (a path that is not UTF-8).
    Result<Checkpoint> begin(Checkpoint checkpoint, std::vector<PlannedFile> const& plan) const;
    /// Says that it is over, with the files of which something may have been changed; without any the record goes. Errors: io.
    Result<> finish(Checkpoint checkpoint, std::vector<std::string> const& changed_paths) const;

    /// Those that a killed process began and nobody finished, held for whoever asks; newest first. Errors: io.
    Result<std::vector<Checkpoint>> abandoned(std::string const& workspace) const;

    /// Newest first. Damaged records, and those of another version, are logged and left.
    Result<std::vector<Checkpoint>> of_workspace(std::string const& workspace) const;
    /// The text with this hash. Errors: not_found, io (it is not what its name says).
    Result<std::string> text(std::string const& hash) const;
    /// Drops all but the newest `keep` records, those that are older than `age`, and texts that no record names. Texts of the last hour
    /// stay, for begin() in another process.
    Result<> prune(std::size_t keep, std::optional<std::chrono::hours> age = {}) const;

private:
    explicit Checkpoints(std::filesystem::path directory) : directory_(std::move(directory)) { }

    Result<> keep_text(std::string const& hash, std::string_view text) const;
    Result<std::vector<std::uint64_t>> numbers() const;
    Result<Checkpoint> load(std::uint64_t number) const;
    Result<> save(Checkpoint const& checkpoint) const;
    std::filesystem::path lock_path(std::string const& id) const;

    std::filesystem::path directory_;
};

/// Changes that are written as they are.
std::vector<PlannedFile> planned(std::vector<workspace::FileChange> const& changes);

Json to_json(Checkpoint const& checkpoint);
/// Strict, like proposal_from_json. Errors: invalid_params naming the field.
Result<Checkpoint> checkpoint_from_json(Json const& value);

}
