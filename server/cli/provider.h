// Settings and environment -> the provider of a run. What all runs of a process share (connections, keys, rates) is in here.
#pragma once

#include "session/run_action.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace countersign::cli {

/// What makes providers. Connections are opened, and a key is asked for, when a run first needs them. Any thread.
session::MakeProvider provider_maker(
    std::map<std::string, std::string> environment, std::filesystem::path state_directory, support::Clock const& clock);

/// The TCP ports that providers may be reached at: those of the configured addresses, fallbacks and proxies included, and those
/// that an editor's settings may yet name (HTTPS and what local servers usually listen on). Ascending. Names are resolved over UDP.
std::vector<std::uint16_t> provider_ports(session::Settings const& settings, std::map<std::string, std::string> const& environment);

/// `environment`, with what api_key_command prints as COUNTERSIGN_API_KEY if a configured provider needs it. For a process that is about to
/// lock itself in: a command that it starts later could not reach an agent's socket. Blocks; a failure is logged, and the run that needs
/// the key says more.
std::map<std::string, std::string> with_commanded_key(std::map<std::string, std::string> environment, session::Settings const& settings);

}
