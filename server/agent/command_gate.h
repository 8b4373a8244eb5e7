// The gate in front of the sandbox in a live run: the policy's decision, the person's answer, limits of how many and how often, and an
// event in the ledger for each. One gate serves all runs of a process, so that questions are counted together.
//
// Called on the threads of runs. Asking blocks the run, never anybody else. Nothing is decided here that cannot be undone: what runs,
// runs in the sandbox.
#pragma once

#include "ledger/ledger.h"
#include "sandbox/masked_files.h"
#include "sandbox/policy.h"
#include "sandbox/sandbox.h"
#include "support/clock.h"
#include "tools/commands.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

namespace countersign::agent {

/// What a person is asked. Every text is ours or escaped; nothing in it was phrased by a model.
struct Question {
    std::string run;
    std::string command;   ///< sandbox::shown, whole
    std::string directory; ///< escaped; "." for the root
    std::string workspace;
    sandbox::Level level = sandbox::Level::propose;
    std::string reason;             ///< "it is a text for a shell"; may be empty
    std::string digest;             ///< of the command, where it runs, its environment and the files that it would see
    bool can_remember = false;      ///< "always this exact command" may be offered
    std::vector<std::string> hosts; ///< that it may reach
    bool is_unconfined = false;     ///< nothing will hold it
};

enum class Answer { once, always, no };

struct Answered {
    Answer answer = Answer::no;
    std::string how; ///< why it is a no: "you said no", "nobody answered"
};

/// Blocks until there is an answer. What is no yes is a no: no answer, an unknown one, a stop.
using Ask = std::function<Answered(Question const& question, std::stop_token stop)>;

struct CommandLimits {
    std::size_t questions_a_minute = 10; ///< past it the run waits
    std::size_t commands_a_minute = 20;  ///< past it they are refused
};

/// What all runs of a process share. Any thread.
class CommandCounter {
public:
    CommandCounter(support::Clock const& clock, CommandLimits limits) : clock_(clock), limits_(limits) { }

    /// Errors: budget.
    Result<> count_command();
    /// Waits until one more question may be asked. `waiting` is called once if it has to wait. Errors: cancelled.
    Result<> wait_for_question(std::stop_token stop, std::function<void()> const& waiting);

private:
    /// Drops what is older than a minute; how long until the oldest is.
    std::chrono::milliseconds until_free(std::deque<std::chrono::steady_clock::time_point>& times, std::size_t most) const;

    support::Clock const& clock_;
    CommandLimits limits_;
    std::mutex mutex_;
    std::condition_variable_any freed_;
    std::deque<std::chrono::steady_clock::time_point> questions_;
    std::deque<std::chrono::steady_clock::time_point> commands_;
};

struct GateParts {
    sandbox::Sandbox* sandbox = nullptr; ///< null: nothing here can confine a command
    bool unconfined = false;             ///< `sandbox` does not confine: every command is asked about, each time
    std::string why_no_sandbox;
    std::function<Result<ledger::Ledger*>()> ledger;
    CommandCounter* counter = nullptr;
    Ask ask;
    std::function<void(std::string const&)> tell; ///< the person, that the run waits; may be empty
    /// Takes out of what is recorded what this workspace's credential files hold; may be empty.
    std::function<std::string(std::string_view)> redact;
};

class CommandGate final : public tools::Commands {
public:
    /// `root` is the workspace's absolute path.
    CommandGate(GateParts parts, sandbox::Policy policy, std::string run, std::string const& root);

    Result<sandbox::Outcome> run(tools::CommandCall const& call, std::stop_token stop) override;
    void add(tools::Evidence evidence) override { evidence_.push_back(std::move(evidence)); }
    std::vector<tools::Evidence> take_evidence() override { return std::move(evidence_); }

private:
    /// What the ledger is told of one call.
    struct Entry {
        std::string decision; ///< "allowed by the level", "asked: once", ...
        std::string digest;
    };

    Result<sandbox::Outcome> start(sandbox::Request request, std::stop_token stop);
    Result<> allow(tools::CommandCall const& call, Entry& entry, std::stop_token stop);
    Result<> ask(tools::CommandCall const& call, sandbox::Verdict const& verdict, Entry& entry, std::stop_token stop);
    Result<bool> is_remembered(std::string const& exact) const;
    std::string recorded(std::string const& text) const;
    Result<> record(tools::CommandCall const& call, Entry const& entry, Result<sandbox::Outcome> const* outcome) const;

    GateParts parts_;
    sandbox::Policy policy_;
    std::string run_;
    std::string root_; ///< without a symbolic link
    sandbox::MaskedFiles masked_;
    std::vector<tools::Evidence> evidence_;
};

}
