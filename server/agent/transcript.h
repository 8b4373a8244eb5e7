// The record of a run on disk, one JSON object a line: runs/<id>.jsonl in the state directory. Written as it happens; enough
// to run it again without the provider and without the workspace.
#pragma once

#include "agent/task.h"
#include "support/clock.h"
#include "support/json.h"
#include "support/result.h"
#include "workspace/snapshot.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace countersign::agent {

class Transcript {
public:
    /// Errors: io, invalid_params (an id that is no file name). The id is part of the file's name; one is never written twice.
    static Result<std::unique_ptr<Transcript>> create(
        std::filesystem::path const& state_directory, std::string const& run_id, support::Clock const& clock);
    /// Keeps nothing; for tests and `tool`.
    static std::unique_ptr<Transcript> discard();

    virtual ~Transcript() = default;
    /// Appends {"t": time, "kind": kind, ...fields}. Never throws; a failing disk is logged once.
    virtual void append(std::string_view kind, Json fields) = 0;
};

/// A short id that sorts by time: "20260301-093000-4f2a".
std::string new_run_id(support::Clock const& clock);

/// What a transcript needs to be run again.
struct Recording {
    Task task;
    std::vector<model::Reply> replies;
    std::shared_ptr<workspace::Snapshot const> snapshot;
    std::vector<Json> commands;          ///< what each ended with, in their order
    std::optional<Error> provider_error; ///< what the provider's last call ended with, if it failed
    Json limits;                         ///< as recorded
    Json outcome;       ///< as recorded: {"ended","text","error","changes":[{path,kind,hash}]}; null if the run never got there
    std::string damage; ///< "line 12 is cut off and was left out"; empty if all lines are whole
};
/// A last line that was cut off is left out, as a run that was killed leaves it. Errors: not_found, invalid_params naming the line.
Result<Recording> load_recording(std::filesystem::path const& state_directory, std::string const& run_id);

}
