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

/// The TCP ports that the configured providers need to connect to, fallbacks and proxies included, in ascending order; none for the
/// built-in engine. Names are resolved over UDP port 53 and, rarely, TCP port 53, which is not in the list.
/// Errors: invalid_params (an address that is none, or not encrypted and not on this machine).
Result<std::vector<std::uint16_t>> provider_ports(session::Settings const& settings, std::map<std::string, std::string> const& environment);

}
