// Notices a provider that goes round in circles: the same call with the same result, again and again, while nothing is proposed. A call
// that could not be read counts too: its problem is its result.
#pragma once

#include "agent/tool_calls.h"

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>

namespace countersign::agent {

class Repetition {
public:
    explicit Repetition(std::size_t limit) : limit_(limit) { }

    /// Notes one reply's calls with their results. What to tell the person once it is a loop, else nothing.
    std::optional<std::string> note(std::span<model::ToolCall const> calls, std::span<CalledTool const> results);

private:
    struct Seen {
        std::string result_hash;
        std::size_t times = 0;
    };

    std::size_t limit_;                ///< 0: no limit
    std::map<std::string, Seen> seen_; ///< by the hash of name, arguments and problem
};

}
