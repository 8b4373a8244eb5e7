#include "model/text_calls.h"

#include "model/text_forms.h"
#include "model/wire_json.h"

#include <algorithm>
#include <fmt/core.h>
#include <optional>

namespace countersign::model {

namespace {

constexpr char const* state_name = "text calls";

/// What the model wrote comes back to it as it wrote it, and the results as text.
Message as_text(Message const& message, Fence const& fence)
{
    Message text { message.role, message.text, {}, {} };
    text.stable_bytes = message.stable_bytes;
    if (text_field(message.provider_state, "api") == state_name) {
        text.text = text_field(message.provider_state, "text");
        text.provider_state = field(message.provider_state, "inner");
    }
    for (ToolResult const& result : message.results)
        text.text += fmt::format("{}Result of {}{}:\n{}\n", text.text.empty() ? "" : "\n", result.call_id,
            result.is_error ? ", which failed" : "", fence.around("result", result.text));
    return text;
}

/// The file's text as the model last saw all of it.
std::optional<std::string> last_read(Request const& request, std::string const& path)
{
    for (std::size_t i = request.messages.size(); i-- > 1;) {
        std::vector<ToolCall> const& calls = request.messages[i - 1].calls;
        std::vector<ToolResult> const& results = request.messages[i].results;
        for (std::size_t k = 0; k < std::min(calls.size(), results.size()); ++k) {
            bool const is_whole = calls[k].name == "read_file" && text_field(calls[k].arguments, "path") == path
                && !calls[k].arguments.contains("start_line") && !calls[k].arguments.contains("end_line");
            if (is_whole && !results[k].is_error)
                return results[k].text;
        }
    }
    return std::nullopt;
}

class TextCallProvider final : public Provider {
public:
    TextCallProvider(std::unique_ptr<Provider> inner, Fence fence) : inner_(std::move(inner)), fence_(std::move(fence)) { }

    std::string name() const override { return inner_->name(); }
    bool is_model() const override { return inner_->is_model(); }
    std::uint64_t context_tokens() const override { return inner_->context_tokens(); }
    Result<std::string> spent() const override { return inner_->spent(); }

    Result<std::uint64_t> count_tokens(Request const& request, std::stop_token stop) override
    {
        return inner_->count_tokens(without_calls(request), std::move(stop));
    }

    Result<Reply> complete(Request const& request, std::function<void(Delta const&)> const& on_delta, std::stop_token stop) override
    {
        Reply reply = TRY(inner_->complete(without_calls(request), on_delta, std::move(stop)));
        if (request.tools.empty() || reply.stop == StopReason::refusal)
            return reply;
        TextCalls found = parse_text_calls(reply.message.text, edit_forms_for(request.tools));
        // Of a reply that was cut off, no call is believed: its last may look whole and not be.
        if (reply.stop == StopReason::length || found.calls.empty())
            return reply;
        reply.message.provider_state = { { "api", state_name }, { "text", reply.message.text }, { "inner", reply.message.provider_state } };
        reply.message.text = std::move(found.prose);
        for (ToolCall& call : found.calls)
            reply.message.calls.push_back(resolved(request, std::move(call)));
        reply.stop = StopReason::tool_use;
        return reply;
    }

private:
    Request without_calls(Request const& request) const
    {
        Request plain;
        plain.system = request.system;
        plain.material = request.material;
        if (!request.tools.empty())
            plain.system += (plain.system.empty() ? "" : "\n\n") + text_form_prompt(request.tools);
        plain.model = request.model;
        plain.max_output_tokens = request.max_output_tokens;
        plain.messages.reserve(request.messages.size());
        for (Message const& message : request.messages)
            plain.messages.push_back(as_text(message, fence_));
        put_material_first(plain, fence_);
        return plain;
    }

    ToolCall resolved(Request const& request, ToolCall call)
    {
        call.id = fmt::format("call_{}_{}", call.name, ++calls_);
        if (call.name == whole_file_call && call.problem.empty()) {
            std::string const path = text_field(call.arguments, "path");
            std::string content = text_field(call.arguments, "content");
            if (auto const known = last_read(request, path))
                call = { call.id, "edit_file", { { "path", path }, { "old_text", *known }, { "new_text", std::move(content) } } };
            else
                call = { call.id, "create_file", { { "path", path }, { "content", std::move(content) } } };
        }
        bool const is_offered =
            std::any_of(request.tools.begin(), request.tools.end(), [&](ToolSpec const& tool) { return tool.name == call.name; });
        if (call.problem.empty() && !is_offered)
            call.problem = fmt::format("there is no tool {} here", call.name);
        return call;
    }

    std::unique_ptr<Provider> inner_;
    Fence fence_;
    std::size_t calls_ = 0;
};

}

std::unique_ptr<Provider> make_text_call_provider(std::unique_ptr<Provider> inner, Fence fence)
{
    return std::make_unique<TextCallProvider>(std::move(inner), std::move(fence));
}

}
