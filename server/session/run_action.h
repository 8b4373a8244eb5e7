// One action carried out from choice to proposal: what the language server and `countersign run` have in common.
#pragma once

#include "actions/action.h"
#include "actions/wording.h"
#include "agent/command_gate.h"
#include "agent/run.h"
#include "ledger/ledger.h"
#include "review/proposal.h"
#include "session/settings.h"
#include "workspace/redactor.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>

namespace countersign::session {

/// What the provider of a run depends on.
struct ProviderOrder {
    Settings const& settings;
    std::string run;         ///< the run's id
    std::string workspace;   ///< absolute path of the folder
    std::string action;      ///< "refactor"
    std::stop_token stop;    ///< of the run
    bool mechanical = false; ///< the built-in engine whatever is configured: a single mechanical refactoring needs no model
};

/// Makes the provider of a run. Errors: provider, invalid_params.
using MakeProvider = std::function<Result<std::unique_ptr<model::Provider>>(ProviderOrder const& order)>;

struct RunRequest {
    std::string id;
    actions::Action const* action = nullptr;
    actions::Choice choice;
    std::shared_ptr<workspace::Snapshot const> snapshot;
    std::vector<tools::Diagnostic> diagnostics; ///< of every open file, for the diagnostics tool; paths relative
    Settings settings;
    ledger::Ledger* ledger = nullptr;                    ///< gets what the run does, if it is there
    std::string client;                                  ///< who asked, for the ledger
    agent::GateParts commands;                           ///< without a ledger, no tool that runs a command is offered
    std::shared_ptr<workspace::Redactor const> redactor; ///< what is secret in every folder; may be null
    std::shared_ptr<actions::Wording const> wording;     ///< the person's own prompts; null: the compiled-in ones
    std::filesystem::path config_directory;              ///< instruction files beneath it count in every workspace
};

struct RunResult {
    std::string title;
    std::string provider;
    std::string root; ///< absolute path of the folder
    bool is_model = false;
    bool is_document_shown = false; ///< the explanation grew in a document that is open
    std::string spent;              ///< what model calls have taken, this run included; empty if nobody counts
    std::string revises;            ///< the proposal that the one below takes the place of, or empty
    agent::Outcome outcome;
    /// Not numbered or stored yet; nothing if the run proposed nothing or did not end as done.
    std::optional<review::Proposal> proposal;
};

/// Blocks until the run has ended. Errors: those of making the task, the provider and the transcript; how the run itself
/// went wrong is in the outcome.
Result<RunResult> run_action(RunRequest const& request, MakeProvider const& make_provider, std::filesystem::path const& state_directory,
    support::Clock const& clock, std::function<void(agent::Progress const&)> const& on_progress, std::stop_token stop);

/// Knows what `common` knows, if there is one, and what the credential files of the folder hold.
workspace::Redactor redactor_for(std::string const& root, std::shared_ptr<workspace::Redactor const> const& common);

/// `settings`, made narrower by the workspace's .countersign.toml if it has one. Errors: denied (it would widen; or the person's own
/// settings lie in the workspace), invalid_params.
Result<Settings> narrowed_by_repository(Settings settings, workspace::FileSource const& files);

/// Where the explanation of a run is kept.
std::filesystem::path explanation_path(std::filesystem::path const& state_directory, std::string const& run);

/// The explanation as an editor may render it: nothing in it loads or runs anything, and its relative links (`src/a.cpp#L12`) open from
/// outside the workspace.
std::string shown_markdown(std::string_view explanation, std::string const& root);

}
