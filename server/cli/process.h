// The process as the subcommands see it: environment, directories, settings and the terminal, read once at start.
#pragma once

#include "session/services.h"
#include "session/settings.h"
#include "support/result.h"

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace countersign::cli {

struct Process {
    std::map<std::string, std::string> environment;
    std::string workspace; ///< absolute, from --workspace or the current directory
    session::Services services;
    session::Settings settings;
    bool without_sandbox = false; ///< the person's own word on this command line
    bool is_terminal = false;     ///< stdout is one
    bool colour = false;          ///< it is, and NO_COLOR is not set
};

std::map<std::string, std::string> current_environment();
/// $XDG_STATE_HOME/countersign and $XDG_CONFIG_HOME/countersign/config.toml, or their defaults beneath HOME. Errors: io (no HOME).
Result<std::filesystem::path> state_directory(std::map<std::string, std::string> const& environment);
Result<std::filesystem::path> config_file(std::map<std::string, std::string> const& environment);

/// Errors: invalid_params (configuration), io.
Result<Process> start_process(std::string workspace, session::SettingsLayer flags);

/// The exit status that an error means.
int exit_status(Error const& error);
/// "countersign: code: message" on stderr; returns the exit status.
int report(Error const& error);
/// Writes to stdout. False if nobody reads it any more.
bool print(std::string_view text);
/// A unified diff as stdout takes it: for a terminal with what would steer it written out, and its lines coloured unless NO_COLOR is set;
/// else as it is.
std::string shown_diff(std::string_view diff, Process const& process);

}
