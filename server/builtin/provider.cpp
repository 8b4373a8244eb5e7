#include "builtin/actions.h"
#include "builtin/builtin.h"
#include "builtin/phrase.h"
#include "builtin/source_cache.h"

#include <fmt/core.h>

namespace countersign::builtin {

namespace {

/// Words for what the conversation asks beyond its task.
std::string no_conversation()
{
    return "The built-in engine carries out one task and does not converse. Start the action again, or set up a language model as the "
           "provider to talk about the result.";
}

/// Whether the person wrote something after the task was finished.
bool has_later_question(std::vector<model::Message> const& messages)
{
    bool is_finished = false;
    for (model::Message const& message : messages) {
        if (message.role == model::Role::assistant)
            is_finished = message.calls.empty();
        else if (is_finished && message.results.empty())
            return true;
    }
    return false;
}

class BuiltinProvider final : public model::Provider {
public:
    std::string name() const override { return "builtin"; }
    bool is_model() const override { return false; }

    Result<model::Reply> complete(
        model::Request const& request, std::function<void(model::Delta const&)> const& on_delta, std::stop_token stop) override
    {
        if (stop.stop_requested())
            return fail(ErrorCode::cancelled, "the run was stopped");
        model::Reply reply;
        reply.message.role = model::Role::assistant;
        reply.usage.cost = 0.0;
        Conversation conversation(request.messages, &sources_);
        if (auto text = has_later_question(request.messages) ? no_conversation() : carry_out(conversation)) {
            reply.message.text = std::move(*text);
            if (on_delta)
                on_delta(model::TextDelta { reply.message.text });
            return reply;
        }
        reply.message.calls = conversation.take_pending();
        reply.stop = model::StopReason::tool_use;
        for (model::ToolCall const& call : reply.message.calls) {
            if (on_delta)
                on_delta(model::CallStarted { call.name });
        }
        return reply;
    }

private:
    static std::optional<std::string> carry_out(Conversation& conversation)
    {
        auto const task = read_task(conversation.task_text());
        if (!task)
            return fmt::format("The built-in engine cannot carry this out: {}.", task.error().message);
        auto const action = find_action(task->action);
        if (!action)
            return fmt::format("The built-in engine does not know the action {}.", code(task->action));
        return action(conversation, *task);
    }

    SourceCache sources_;
};

}

std::unique_ptr<model::Provider> make_provider() { return std::make_unique<BuiltinProvider>(); }

}
