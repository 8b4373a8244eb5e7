// The runs that are at work: each on a thread of its own, with its progress shown and a way to stop it. Main thread, but for
// what says otherwise.
#pragma once

#include "session/client.h"
#include "session/folders.h"
#include "session/open_files.h"
#include "session/questions.h"
#include "session/run_progress.h"
#include "session/services.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>

namespace countersign::session {

/// What a person asked for, as it came from the editor.
struct RunOrder {
    actions::Action const* action = nullptr;
    std::shared_ptr<Folder> folder;
    std::string path; ///< relative to the folder
    protocol::Range range;
    actions::Choice choice; ///< path and selection are filled in on the run's thread
    std::string revises;    ///< the proposal that it goes on from, or empty
};

class Runs {
public:
    /// Called on the main thread when a run has ended; the proposal is numbered and stored by then.
    using Finished = std::function<void(std::string const& run, Result<RunResult> result)>;

    Runs(Client& client, Services const& services, State& state, OpenFiles& open_files, Questions& questions);
    /// Stops what is at work and waits for it.
    ~Runs();

    void on_finished(Finished finished) { finished_ = std::move(finished); }
    /// Returns the run's id at once.
    std::string start(RunOrder order, Settings const& settings);
    /// Runs the tests of a proposal, which the person picked. `verified` is called on the main thread. Returns an id to stop it by.
    using Verified = std::function<void(Result<std::vector<review::Evidence>>)>;
    std::string verify(
        review::Proposal proposal, std::string command, std::shared_ptr<Folder> folder, Settings settings, Verified verified);
    /// An empty id means all. Returns how many were told to stop.
    std::size_t stop(std::string const& run);
    void stop_by_token(protocol::ProgressToken const& token);

    struct Working {
        std::string id;
        std::string title;
        std::string doing; ///< "read_file src/a.cpp"
    };
    std::vector<Working> working() const;
    /// What model calls have taken, as of the last run; empty if nobody counts.
    std::string const& spent() const { return spent_; }

private:
    struct Run {
        std::string title;
        std::string doing;
        std::vector<std::string> notices; ///< that came before the editor was ready to show them
        bool shows_progress = false;
        bool report_waits = false; ///< the newest `doing` is sent in a moment
        std::chrono::steady_clock::time_point reported_at {};
        std::stop_source stop;
        std::jthread thread; ///< started once the command is answered
    };

    Result<RunResult> carry_out(RunOrder order, std::string const& id, Settings const& settings,
        std::vector<std::shared_ptr<workspace::Document const>> documents, std::vector<tools::Diagnostic> diagnostics,
        std::stop_token stop);
    std::string begin(std::string title);
    void launch(std::string const& id, std::function<void()> work);
    void forget(std::string const& id, std::string const& ended);
    agent::GateParts gate_parts();
    void begin_progress(std::string const& id);
    void report(std::string const& id, std::string doing, bool is_notice = false);
    void send_report(std::string const& id, std::string const& message);
    std::unique_ptr<GrowingText> growing_text(std::string const& id, RunOrder const& order, std::string const& root);
    void end(std::string const& id, Result<RunResult> result);

    Client& client_;
    Services const& services_;
    State& state_;
    OpenFiles& open_files_;
    Questions& questions_;
    Finished finished_;
    std::map<std::string, Run> runs_;
    std::string spent_;
};

}
