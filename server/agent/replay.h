// Runs a recorded run again, without its provider and without its workspace, and says whether it ends the same way. What
// `countersign replay RUN` does: a proposal can be explained and a defect reproduced from the transcript alone.
#pragma once

#include "agent/run.h"

#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>

namespace countersign::agent {

struct Replayed {
    bool same = false;
    std::string text; ///< for the person: what it came to, or a diff of the recorded outcome and this one
    Outcome outcome;
};

/// Writes nothing. Errors: as load_recording; cancelled.
Result<Replayed> replay(std::filesystem::path const& state_directory, std::string const& run_id, support::Clock const& clock,
    std::stop_token stop, std::function<void(Progress const&)> const& on_progress = {});

}
