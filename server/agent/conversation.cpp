#include "agent/conversation.h"

#include "support/text.h"

#include <algorithm>
#include <fmt/core.h>
#include <numeric>

namespace countersign::agent {

namespace {

/// The first message, and two turns of a reply with its results.
constexpr std::size_t kept_messages = 5;
/// A result that is not much longer than what would stand in its place stays.
constexpr std::size_t short_result = 200;
constexpr std::size_t most_forgotten = 60;

}

std::size_t size_of(model::Message const& message)
{
    std::size_t const calls = std::accumulate(message.calls.begin(), message.calls.end(), message.text.size(),
        [](std::size_t sum, model::ToolCall const& call) { return sum + call.name.size() + support::dump_json(call.arguments).size(); });
    return std::accumulate(message.results.begin(), message.results.end(), calls,
        [](std::size_t sum, model::ToolResult const& result) { return sum + result.text.size(); });
}

Conversation::Conversation(std::string instruction) : instruction_size_(instruction.size()) { add_text(std::move(instruction)); }

void Conversation::add(model::Message message)
{
    bytes_ += size_of(message);
    messages_.push_back(std::move(message));
}

void Conversation::shorten(std::size_t target)
{
    for (std::size_t i = 2; i + kept_messages <= messages_.size() && bytes_ > target; i += 2)
        empty_results(messages_[i]);
    while (messages_.size() > kept_messages && bytes_ > target)
        forget_oldest_turn();
}

void Conversation::empty_results(model::Message& message)
{
    for (model::ToolResult& result : message.results) {
        if (result.text.size() <= short_result)
            continue;
        bytes_ -= result.text.size();
        result.text = fmt::format("[{} bytes, left out to save room; call the tool again if you need them]", result.text.size());
        bytes_ += result.text.size();
    }
}

void Conversation::forget_oldest_turn()
{
    for (model::ToolCall const& call : messages_[1].calls)
        forgotten_.push_back(describe(call));
    if (forgotten_.size() > most_forgotten)
        forgotten_.erase(forgotten_.begin(), forgotten_.end() - most_forgotten);
    bytes_ -= size_of(messages_[0]) + size_of(messages_[1]) + size_of(messages_[2]);
    messages_.erase(messages_.begin() + 1, messages_.begin() + 3);
    std::string& text = messages_[0].text;
    text.resize(instruction_size_);
    text +=
        fmt::format("\n\n[To save room the beginning of this conversation is left out. In it you called: {}. Edits among these are made.]",
            support::join(forgotten_, "; "));
    bytes_ += size_of(messages_[0]);
}

void Conversation::make_ids_unique(model::Message& message)
{
    for (model::ToolCall& call : message.calls) {
        if (call.id.empty())
            call.id = fmt::format("call_{}", ids_.size() + 1);
        std::string const wanted = call.id;
        for (std::size_t i = 2; !ids_.insert(call.id).second; ++i)
            call.id = fmt::format("{}_{}", wanted, i);
    }
}

void Conversation::add_reply(model::Message message)
{
    message.role = model::Role::assistant;
    message.results.clear();
    if (message.text.empty() && message.calls.empty())
        message.text = "(nothing)";
    add(std::move(message));
}

void Conversation::add_results(std::span<CalledTool const> results)
{
    model::Message message;
    for (CalledTool const& called : results)
        message.results.push_back(called.result);
    add(std::move(message));
}

void Conversation::add_text(std::string text)
{
    model::Message message;
    message.text = std::move(text);
    add(std::move(message));
}

}
