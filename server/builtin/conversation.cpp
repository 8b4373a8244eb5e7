#include "builtin/conversation.h"

#include <fmt/core.h>
#include <unordered_map>

namespace countersign::builtin {

namespace {

std::string key_of(std::string_view name, Json const& arguments) { return fmt::format("{} {}", name, support::dump_json(arguments)); }

}

Conversation::Conversation(std::vector<model::Message> const& messages, SourceCache* sources) : sources_(sources)
{
    std::unordered_map<std::string_view, model::ToolResult const*> results;
    for (model::Message const& message : messages) {
        if (task_text_.empty() && message.role == model::Role::user)
            task_text_ = message.text;
        for (model::ToolResult const& result : message.results)
            results.emplace(result.call_id, &result);
    }
    for (model::Message const& message : messages) {
        for (model::ToolCall const& call : message.calls) {
            ++call_count_;
            auto const result = results.find(call.id);
            if (result != results.end())
                made(call.name, call.arguments).results.push_back(result->second);
        }
    }
}

Conversation::Made& Conversation::made(std::string_view name, Json const& arguments) { return made_[key_of(name, arguments)]; }

void Conversation::ask(Made& made, std::string_view name, Json arguments)
{
    made.is_pending = true;
    pending_.push_back({ fmt::format("builtin-{}", ++call_count_), std::string(name), std::move(arguments) });
}

model::ToolResult const* Conversation::call(std::string_view name, Json arguments)
{
    Made& known = made(name, arguments);
    if (known.used < known.results.size())
        return known.results[known.used++];
    ask(known, name, std::move(arguments));
    return nullptr;
}

model::ToolResult const* Conversation::call_once(std::string_view name, Json arguments)
{
    Made& known = made(name, arguments);
    if (!known.results.empty())
        return known.results.front();
    if (!known.is_pending)
        ask(known, name, std::move(arguments));
    return nullptr;
}

}
