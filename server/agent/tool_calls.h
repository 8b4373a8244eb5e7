// Carries out the tool calls of one reply: reads side by side on a few threads, proposing calls and commands one at a time, so that
// what comes after an edit sees it. Calls of one group are all made or none. Every call gets exactly one result, in the reply's order,
// whatever happens.
#pragma once

#include "agent/run.h"
#include "model/provider.h"
#include "tools/tool.h"

#include <chrono>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace countersign::agent {

/// One call and how it ended.
struct CalledTool {
    model::ToolResult result;
    std::chrono::milliseconds duration {};
    bool is_called = false;   ///< false: a stop or a limit came first
    bool is_proposal = false; ///< it went well and changed the overlay
};

class ToolCalls {
public:
    /// `context` is copied for each call. `notify` is called from several threads, one at a time.
    ToolCalls(tools::Context const& context, std::span<tools::Tool const> tools, std::size_t parallel_calls, support::Clock const& clock,
        std::function<void(Progress const&)> notify);

    /// Calls the first `allowed` of them; the others get a result that says that the run's limit was reached.
    std::vector<CalledTool> run(std::span<model::ToolCall const> calls, std::size_t allowed);

private:
    CalledTool call(model::ToolCall const& call);
    tools::Effect effect(model::ToolCall const& call) const;
    void run_together(std::span<model::ToolCall const> calls, std::span<CalledTool> results);
    void run_side_by_side(std::span<model::ToolCall const> calls, std::span<CalledTool> results);

    tools::Context context_;
    std::span<tools::Tool const> tools_;
    std::size_t parallel_calls_;
    support::Clock const& clock_;
    std::function<void(Progress const&)> notify_;
};

/// The result of a call that was not carried out. `why` is for the model.
CalledTool not_called(model::ToolCall const& call, Error const& why);

/// "read_file src/a.cpp": the call on one line, for people.
std::string describe(model::ToolCall const& call);

}
