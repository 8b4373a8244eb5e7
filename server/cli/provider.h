// Settings and environment -> the provider of a run. What all runs of a process share (connections, the key) is in here.
#pragma once

#include "model/base_url.h"
#include "session/run_action.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace countersign::cli {

/// What makes providers. Connections are opened, and the key is asked for, when a run first needs them.
session::MakeProvider provider_maker(
    std::map<std::string, std::string> environment, std::filesystem::path state_directory, support::Clock const& clock);

/// Where the configured provider is asked. Errors: invalid_params (no address, or one that is not encrypted and not on this machine).
Result<model::BaseUrl> provider_address(session::Settings const& settings, std::map<std::string, std::string> const& environment);

/// The TCP ports that the configured provider needs to connect to, proxies included, in ascending order; none for the built-in
/// engine. Names are resolved over UDP port 53 and, rarely, TCP port 53, which is not in the list.
std::vector<std::uint16_t> provider_ports(session::Settings const& settings, std::map<std::string, std::string> const& environment);

}
