// The turn loop: provider, tool calls, overlay, until the provider has nothing more to call. One run, one thread of its own.
#pragma once

#include "agent/task.h"
#include "agent/transcript.h"
#include "model/provider.h"
#include "support/clock.h"
#include "tools/commands.h"
#include "workspace/overlay.h"

#include <chrono>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace countersign::agent {

struct Limits {
    std::size_t steps = 50;              ///< provider turns
    std::size_t tool_calls = 400;        ///< in the whole run
    std::size_t parallel_calls = 8;      ///< at a time
    std::size_t tool_output = 64 * 1024; ///< bytes of one result
    /// This many times the same call with the same arguments and result, and nothing proposed in between: a loop, stop.
    std::size_t repeated_calls = 3;
    std::chrono::milliseconds duration = std::chrono::minutes(10);
};

struct Progress {
    enum class Kind { turn_started, text, turn_finished, tool_started, tool_finished, notice };
    Kind kind;
    std::string text;      ///< the delta, a notice to the person ("trying again in 0.5 s"), or "read_file src/a.cpp"
    bool restarts = false; ///< of a notice: the turn begins again, its text so far is void
    model::Usage usage {}; ///< of turn_finished: of the run so far
};

enum class Ended { done, stopped, limit, failed };
std::string_view to_string(Ended ended);

struct Outcome {
    Ended ended = Ended::done;
    std::string text;                           ///< the provider's last words: an explanation, or the proposal's summary
    std::string error;                          ///< for the person, if it did not end as done
    ErrorCode error_code = ErrorCode::internal; ///< meaningful if `error` is not empty
    std::vector<workspace::FileChange> changes;
    std::vector<tools::Evidence> evidence; ///< of commands that ran on `changes` as they are, or did not run at all
    model::Usage usage;
    std::size_t steps = 0;
    std::size_t tool_calls = 0;
};

/// Runs `task` to its end. Reads run side by side, proposing calls one after another in the order of the reply. A stop, a limit or a
/// provider's failure ends it with what was proposed so far in `changes`, which the caller shows only if `ended` is done. `on_progress` may
/// be empty; it is called from several threads, but never twice at a time. Never throws. `tools` must outlive the call.
/// Commands run one after another, also between edits; without `commands` no tool that runs one is offered.
Outcome run(Task const& task, model::Provider& provider, std::shared_ptr<workspace::Snapshot const> snapshot, Limits const& limits,
    support::Clock const& clock, Transcript& transcript, std::function<void(Progress const&)> const& on_progress, std::stop_token stop,
    std::span<tools::Tool const> tools = tools::registry(), tools::Commands* commands = nullptr);

}
