// One language server session, from initialize to exit: binds the protocol's messages to the parts that do the work.
//
// Everything here runs on the connection's main loop and never blocks it: runs have threads of their own, the disk and the ledger
// belong to the background thread.
#pragma once

#include "rpc/connection.h"
#include "session/code_actions.h"
#include "session/parent_watch.h"
#include "session/pending_view.h"
#include "session/proposal_texts.h"
#include "session/run_progress.h"
#include "session/services.h"

#include <functional>
#include <memory>
#include <string>

namespace countersign::session {

class Session {
public:
    /// Binds its handlers; the connection's run() does the rest. Both outlive it.
    Session(rpc::Connection& connection, Services services);
    ~Session();

    /// 0 once shutdown was asked for, else 1: what the process exits with.
    int exit_code() const { return shut_down_ ? 0 : 1; }

private:
    void bind_lifecycle();
    void bind_documents();
    void bind_features();
    /// Makes a change to an open document, and tells the person if what its editor shows is not known any more.
    void change_document(std::string const& path, std::function<void()> const& change);

    protocol::InitializeResult initialize(protocol::InitializeParams const& params);
    void initialized();
    void ask_for_settings();
    void use_editor_settings(Json const& value);
    void watch_parent(std::int64_t process_id);

    Result<Json> execute(protocol::ExecuteCommandParams const& params);
    Result<Json> start_run(actions::Action const& action, Json const& argument);
    Result<std::string> uri_to_revise(std::string const& id) const;
    Result<Json> verify(Json const& argument);
    Result<Json> decide(std::string_view command, Json const& argument);
    Result<Json> start_undo(Json const& argument);
    Json show_status(Json const& argument);
    void run_finished(std::string const& run, Result<RunResult> result);
    void show_explanation(std::string const& run, RunResult const& result);
    MenuSources menu_sources();

    rpc::Connection& connection_;
    Services const services_;
    Settings settings_;
    SettingsLayer editor_settings_;
    std::string settings_problem_; ///< of what the editor sent; shown by status
    enum class Phase { waiting, running, shut_down } phase_ = Phase::waiting;
    bool shut_down_ = false;

    Client client_;
    State state_;
    Folders folders_;
    OpenFiles open_files_;
    OtherServers others_;
    Proposals proposals_;
    ServedTexts texts_;
    CostSoFar cost_;
    PendingView pending_view_;
    Background background_; ///< after what its jobs use, so that it ends first
    Questions questions_;   ///< outlives the runs that ask
    Runs runs_;
    std::unique_ptr<ParentWatch> parent_;
};

}
