// The key of a provider: from the environment, or from a command that the person's own configuration names.
//
// It is kept in memory only, handed to ApiClient and printed nowhere. The command runs once; its error output is dropped.
#pragma once

#include "model/api.h"
#include "support/fd.h"

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <sys/types.h>

namespace countersign::model {

/// Names of the variables that may hold a key. What a run starts gets none of them.
std::span<std::string_view const> key_variables();

/// A command that prints a key, started at once and waited for only when the key is needed: a process that locks itself in starts it
/// before, since what it starts afterwards could reach no agent that holds the key. Kills the command if it goes unused. Any thread.
class KeyCommand {
public:
    /// Errors: provider, io.
    static Result<std::shared_ptr<KeyCommand>> start(std::string const& command);
    ~KeyCommand();

    /// The first line that it prints; asked again, the same. Errors: provider (it failed or printed nothing usable), timeout, cancelled.
    Result<std::string> answer(std::chrono::milliseconds limit, std::stop_token stop);

private:
    KeyCommand(support::UniqueFd output, pid_t process) : output_(std::move(output)), process_(process) { }
    Result<std::string> read(std::chrono::milliseconds limit, std::stop_token const& stop);

    std::mutex mutex_;
    support::UniqueFd output_;
    pid_t process_;
    std::string printed_;
    std::optional<Result<std::string>> answer_;
};

struct KeySource {
    std::map<std::string, std::string> const& environment;
    std::string command; ///< for /bin/sh; empty: none
    /// Whether this is the provider that the person configured: only that one gets COUNTERSIGN_API_KEY and the command's answer.
    bool is_primary = true;
    KeyCommand* started = nullptr; ///< `command`, if it runs already
};

/// The key, or an empty text if there is none and `needs_key` is not set. In order: COUNTERSIGN_API_KEY, the provider's own variable,
/// the command. Errors: provider, saying where it can be put; timeout; cancelled.
Result<std::string> find_key(Api const& api, KeySource const& source, bool needs_key, std::stop_token stop);

}
