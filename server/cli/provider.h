// Settings and environment -> the provider of a run. What all runs of a process share (connections, keys, rates) is in here.
#pragma once

#include "session/run_action.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace countersign::cli {

struct ProviderSources {
    std::map<std::string, std::string> environment;
    /// Started at once, before this process locks itself in and can reach no agent any more; empty: a run starts its own.
    std::string api_key_command;
};

/// What makes providers. Connections are opened, and a key is waited for, when a run first needs them. Any thread.
session::MakeProvider provider_maker(ProviderSources sources, std::filesystem::path state_directory, support::Clock const& clock);

/// The TCP ports that providers may be reached at: those of the configured addresses, fallbacks and proxies included, and those
/// that an editor's settings may yet name (HTTPS and what local servers usually listen on). Ascending. Names are resolved over UDP.
std::vector<std::uint16_t> provider_ports(session::Settings const& settings, std::map<std::string, std::string> const& environment);

}
