#include "agent/repetition.h"

#include "support/hash.h"

#include <fmt/core.h>

namespace countersign::agent {

std::optional<std::string> Repetition::note(std::span<model::ToolCall const> calls, std::span<CalledTool const> results)
{
    std::optional<std::string> loop;
    std::set<std::string> in_this_reply;
    for (std::size_t i = 0; i < calls.size(); ++i) {
        bool const is_unreadable = !calls[i].problem.empty();
        if (!results[i].is_called && !is_unreadable)
            continue;
        if (results[i].is_proposal) {
            seen_.clear();
            loop.reset();
            continue;
        }
        // The same call twice in one reply is wasteful, but no loop: its sender has not seen the result yet.
        std::string const key =
            support::content_hash(calls[i].name + " " + support::dump_json(calls[i].arguments) + " " + calls[i].problem);
        if (!in_this_reply.insert(key).second)
            continue;
        Seen& seen = seen_[key];
        std::string hash = support::content_hash(results[i].result.text);
        seen.times = seen.result_hash == hash ? seen.times + 1 : 1;
        seen.result_hash = std::move(hash);
        if (limit_ > 0 && seen.times >= limit_)
            loop =
                fmt::format("it called {} {} times with the same result and proposed nothing in between", describe(calls[i]), seen.times);
    }
    return loop;
}

}
