#include "agent/conversation.h"

#include <fmt/core.h>

namespace countersign::agent {

Conversation::Conversation(std::string instruction) { add_text(std::move(instruction)); }

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
    messages_.push_back(std::move(message));
}

void Conversation::add_results(std::span<CalledTool const> results)
{
    model::Message message;
    for (CalledTool const& called : results)
        message.results.push_back(called.result);
    messages_.push_back(std::move(message));
}

void Conversation::add_text(std::string text)
{
    model::Message message;
    message.text = std::move(text);
    messages_.push_back(std::move(message));
}

}
