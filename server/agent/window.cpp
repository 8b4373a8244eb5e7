#include "agent/window.h"

#include "support/json.h"
#include "support/log.h"
#include "support/text.h"

#include <algorithm>
#include <fmt/core.h>
#include <numeric>

namespace countersign::agent {

namespace {

/// Of the window's tokens, what is kept for the reply.
constexpr std::uint64_t reply_share = 4;
constexpr std::uint64_t reply_tokens = 8192;
/// Shortened from here on, in percent of the room, down to there.
constexpr std::uint64_t full_percent = 90;
constexpr std::uint64_t counted_percent = 70;
constexpr std::size_t target_percent = 45;
constexpr std::size_t least_result = 400;

}

std::size_t bytes_of(model::Request const& request)
{
    std::size_t bytes = request.system.size();
    for (model::Material const& material : request.material)
        bytes += material.text.size();
    for (model::ToolSpec const& tool : request.tools)
        bytes += tool.description.size() + support::dump_json(tool.input_schema).size();
    return std::accumulate(request.messages.begin(), request.messages.end(), bytes,
        [](std::size_t sum, model::Message const& message) { return sum + size_of(message); });
}

/// Tokens that a request may have; 0 if nobody knows.
std::uint64_t Window::room() const
{
    std::uint64_t const all = provider_.context_tokens();
    return all - std::min(all / reply_share, reply_tokens);
}

std::size_t Window::result_limit(std::size_t limit, std::size_t calls) const
{
    std::uint64_t const tokens = room();
    if (tokens == 0)
        return limit;
    std::size_t const all = estimate_.bytes_of(tokens);
    return std::min({ limit, all / 4, std::max(least_result, all / 2 / std::max<std::size_t>(calls, 1)) });
}

void Window::learn(model::Request const& request, model::Usage const& usage) { estimate_.learn(bytes_of(request), usage.input_tokens); }

std::string Window::make_room(Conversation& conversation, model::Request const& request, std::stop_token stop)
{
    std::uint64_t const tokens = room();
    std::size_t const bytes = bytes_of(request);
    if (tokens == 0 || estimate_.of(bytes) * 100 < tokens * counted_percent)
        return {};
    if (!estimate_.is_close(bytes)) {
        if (auto const counted = provider_.count_tokens(request, std::move(stop)))
            estimate_.learn(bytes, *counted);
        else if (counted.error().code != ErrorCode::not_found)
            log::info("the tokens are guessed: {}", counted.error().message);
    }
    if (estimate_.of(bytes) * 100 < tokens * full_percent)
        return {};
    std::size_t const fixed = bytes - std::min(bytes, conversation.bytes());
    std::size_t const target = estimate_.bytes_of(tokens) / 100 * target_percent;
    return shorten(conversation, target - std::min(target, fixed));
}

std::string Window::make_more_room(Conversation& conversation) { return shorten(conversation, conversation.bytes() / 2); }

std::string Window::shorten(Conversation& conversation, std::size_t target_bytes)
{
    std::size_t const before = conversation.bytes();
    conversation.shorten(target_bytes);
    if (conversation.bytes() == before)
        return {};
    return fmt::format("the conversation was shortened from {} to {} bytes so that the model can take it in", before, conversation.bytes());
}

}
