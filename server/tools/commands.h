// What stands between a tool that runs a command and the sandbox: the policy, the person who may be asked, the record of how it
// ended. agent/ implements it for a live run and for a replay; a context without one runs no commands.
#pragma once

#include "sandbox/sandbox.h"

#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace countersign::tools {

/// What was run, and how it ended: what a proposal shows of itself.
struct Evidence {
    enum class Result { passed, failed, not_run };
    std::string command; ///< for people, from sandbox::shown
    Result result = Result::not_run;
    std::string detail; ///< "7 of 7 tests pass"; for not_run, why
    std::string view;   ///< hash of the unsaved and proposed files that it ran on; empty if it did not run
};

struct CommandCall {
    sandbox::Request request; ///< everything but the workspace and what is hidden from commands
    std::string view;         ///< hash of request.view
    std::string tool;         ///< that asks for it
    bool may_ask = true;      ///< false: refused where a person would have to be asked
};

class Commands {
public:
    virtual ~Commands() = default;

    /// Runs it if the policy says so, after asking if it says that. One at a time. Errors: denied (by the policy, the person, no answer, or
    /// because nothing here can confine it), budget (too many in a minute), and as Sandbox::run.
    virtual Result<sandbox::Outcome> run(CommandCall const& call, std::stop_token stop) = 0;
    virtual void add(Evidence evidence) = 0;
    /// What was added, in its order.
    virtual std::vector<Evidence> take_evidence() = 0;
};

}
