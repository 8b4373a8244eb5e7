// The key of a provider: from the environment, or from a command that the person's own configuration names.
//
// It is kept in memory only, handed to ApiClient and printed nowhere. The command runs once; its error output is dropped.
#pragma once

#include "model/api.h"

#include <chrono>
#include <map>
#include <stop_token>
#include <string>
#include <string_view>

namespace countersign::model {

/// Names of the variables that may hold a key. What a run starts gets none of them.
std::span<std::string_view const> key_variables();

struct KeySource {
    std::map<std::string, std::string> const& environment;
    std::string command; ///< for /bin/sh; empty: none
    /// Whether this is the provider that the person configured: only that one gets COUNTERSIGN_API_KEY and the command's answer.
    bool is_primary = true;
};

/// The key, or an empty text if there is none and `needs_key` is not set. In order: COUNTERSIGN_API_KEY, the provider's own variable,
/// the command. Errors: provider, saying where it can be put; timeout; cancelled.
Result<std::string> find_key(Api const& api, KeySource const& source, bool needs_key, std::stop_token stop);

/// The first line that /bin/sh prints for `command`. Errors: provider (it failed or printed nothing usable), timeout, cancelled.
Result<std::string> key_from_command(std::string const& command, std::chrono::milliseconds limit, std::stop_token stop);

}
