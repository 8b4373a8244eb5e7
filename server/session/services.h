// What the process hands to a session: the world outside it, so that a test can hand it another.
#pragma once

#include "actions/wording.h"
#include "agent/command_gate.h"
#include "ledger/ledger.h"
#include "review/checkpoints.h"
#include "review/store.h"
#include "sandbox/sandbox.h"
#include "session/run_action.h"
#include "session/settings.h"
#include "support/clock.h"

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace countersign::session {

/// Said wherever commands run unconfined, for as long as they do.
inline constexpr char const* unconfined_banner =
    "commands run WITHOUT a sandbox, with your rights, since it was started with --no-sandbox; each is asked about";

struct Services {
    std::filesystem::path state_directory;
    support::Clock const* clock = nullptr;
    MakeProvider make_provider;
    SettingsLayer file; ///< the person's config.toml
    SettingsLayer environment;
    SettingsLayer flags;
    std::string version;
    ledger::LedgerOptions ledger;                        ///< redaction and retention
    std::shared_ptr<sandbox::Sandbox> sandbox;           ///< null: no commands
    bool unconfined = false;                             ///< what runs commands does not confine them
    std::string why_no_sandbox;                          ///< and what to do about it
    std::shared_ptr<workspace::Redactor const> redactor; ///< knows the secrets of the environment
    std::shared_ptr<actions::Wording const> wording;     ///< the person's own prompts; may be null
    std::filesystem::path config_directory;
    std::vector<std::string> local_models; ///< servers of models that were found on this machine and are not used, a line each
    std::vector<std::string> confinement;  ///< what the kernel refuses the server and what is missing, a line each; for the status
};

/// The state directory's contents. Opened when first needed, by the background thread or a run, never by the main loop.
class State {
public:
    explicit State(Services const& services) : services_(services), counter_(*services.clock, {}) { }

    /// Each is opened on the first call and kept. Errors: io.
    Result<ledger::Ledger*> ledger();
    Result<review::Store*> store();
    Result<review::Checkpoints*> checkpoints();

    /// What a gate in front of the sandbox needs, but for whom to ask. All gates of the process count together.
    agent::GateParts gate_parts();

private:
    /// How long what is decided stays; nothing: for ever.
    std::optional<std::chrono::hours> kept_for() const;

    Services const& services_;
    agent::CommandCounter counter_;
    std::mutex mutex_;
    std::unique_ptr<ledger::Ledger> ledger_;
    std::optional<review::Store> store_;
    std::optional<review::Checkpoints> checkpoints_;
};

}
