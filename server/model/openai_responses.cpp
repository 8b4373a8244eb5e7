// OpenAI's Responses API: https://platform.openai.com/docs/api-reference/responses. Nothing is stored at the provider.
//
// Only whole items (`response.output_item.done`, or the terminal event's own list) become the reply; deltas are for display, and the reply
// of a server that sends no items.
#include "model/api.h"
#include "model/wire_json.h"

#include <fmt/core.h>

namespace countersign::model {

namespace {

constexpr char const* api_name = "openai-responses";

void write_assistant(Json& input, Message const& message, Dialect const& dialect)
{
    Json const& state = message.provider_state;
    if (text_field(state, "api") == api_name && text_field(state, "model") == dialect.model && field(state, "reasoning").is_array()) {
        for (Json const& item : state.at("reasoning"))
            input.push_back(item);
    }
    if (!message.text.empty())
        input.push_back({ { "type", "message" }, { "role", "assistant" }, { "content", message.text } });
    for (ToolCall const& call : message.calls)
        input.push_back(
            { { "type", "function_call" }, { "call_id", call.id }, { "name", call.name }, { "arguments", arguments_text(call) } });
}

Json write_request(Request const& request, Dialect const& dialect)
{
    Json input = Json::array();
    for (Message const& message : request.messages) {
        if (message.role == Role::assistant) {
            write_assistant(input, message, dialect);
            continue;
        }
        for (ToolResult const& result : message.results)
            input.push_back({ { "type", "function_call_output" }, { "call_id", result.call_id }, { "output", result.text } });
        if (!message.text.empty() || message.results.empty()) {
            input.push_back({ { "type", "message" }, { "role", "user" },
                { "content", Json::array({ { { "type", "input_text" }, { "text", message.text } } }) } });
        }
    }
    Json body { { "model", dialect.model }, { "input", std::move(input) }, { "stream", true }, { "store", false },
        { "max_output_tokens", dialect.max_output_tokens }, { "include", Json::array({ "reasoning.encrypted_content" }) } };
    if (!request.system.empty())
        body["instructions"] = request.system;
    for (ToolSpec const& tool : request.tools) {
        // Strict schemas must require every property; ours have optional ones.
        body["tools"].push_back({ { "type", "function" }, { "name", tool.name }, { "description", tool.description },
            { "parameters", tool.input_schema }, { "strict", false } });
    }
    return body;
}

class Decoder final : public StreamDecoder {
public:
    Decoder(OnDelta on_delta, Dialect const& dialect) : on_delta_(std::move(on_delta)), model_(dialect.model) { }

    std::optional<Failure> read(StreamEvent const& event) override
    {
        if (event.data.empty() || event.data == "[DONE]" || is_complete())
            return std::nullopt;
        auto const value = support::parse_json(event.data);
        if (!value || !value->is_object())
            return Failure { Cause::malformed, value ? "an event is no JSON object" : value.error().message };
        std::string const type = text_field(*value, "type");
        if (type == "error" || event.name == "error" || (type.empty() && !field(*value, "error").is_null()))
            return failure_of_error_object(*value);
        Json const& item = field(*value, "item");
        if (type == "response.output_text.delta") {
            streamed_ += text_field(*value, "delta");
            if (on_delta_)
                on_delta_(TextDelta { text_field(*value, "delta") });
        } else if (type == "response.output_item.added" && text_field(item, "type") == "function_call" && on_delta_) {
            on_delta_(CallStarted { text_field(item, "name") });
        }
        if (type == "response.output_item.done")
            return take_item(item);
        if (type == "response.completed" || type == "response.incomplete")
            return end(field(*value, "response"), type == "response.incomplete");
        if (type == "response.failed")
            return failure_of_error_object(field(*value, "response"));
        if (type.empty() && text_field(*value, "object") == "response")
            return end(*value, text_field(*value, "status") == "incomplete");
        return std::nullopt;
    }

    bool is_complete() const override { return is_over_; }

    Attempted finish() override
    {
        if (reply_.stop == StopReason::end_turn && !reply_.message.calls.empty())
            reply_.stop = StopReason::tool_use;
        if (!reasoning_.empty())
            reply_.message.provider_state = { { "api", api_name }, { "model", model_ }, { "reasoning", reasoning_ } };
        return reply_;
    }

private:
    std::optional<Failure> take_item(Json const& item)
    {
        if (++items_ > part_limit)
            return Failure { Cause::malformed, "the answer has too many parts" };
        reply_.message.role = Role::assistant;
        std::string const type = text_field(item, "type");
        if (type == "message") {
            take_content(field(item, "content"));
        } else if (type == "function_call") {
            ToolCall call = finished({ text_field(item, "call_id"), text_field(item, "name"), text_field(item, "arguments") });
            if (text_field(item, "status") == "incomplete" && call.problem.empty())
                call.problem = "the call was not complete; call again";
            reply_.message.calls.push_back(std::move(call));
        } else if (type == "reasoning") {
            reasoning_.push_back(item);
        }
        return std::nullopt;
    }

    void take_content(Json const& content)
    {
        if (!content.is_array())
            return;
        for (Json const& part : content) {
            if (text_field(part, "type") == "refusal") {
                reply_.stop = StopReason::refusal;
                reply_.message.text = text_field(part, "refusal");
                return;
            }
            reply_.message.text += text_field(part, "text");
        }
    }

    std::optional<Failure> end(Json const& response, bool is_incomplete)
    {
        if (Json const& error = field(response, "error"); !error.is_null())
            return failure_of_error_object(response);
        // A server that sends no items one by one has them here.
        if (Json const& output = field(response, "output"); items_ == 0 && output.is_array()) {
            for (Json const& item : output) {
                if (auto failure = take_item(item))
                    return failure;
            }
        }
        // One that sends no items at all has said it in pieces.
        if (items_ == 0)
            reply_.message.text = streamed_;
        Json const& usage = field(response, "usage");
        reply_.usage.input_tokens = count_field(usage, "input_tokens");
        reply_.usage.output_tokens = count_field(usage, "output_tokens");
        reply_.usage.cached_input_tokens = count_field(field(usage, "input_tokens_details"), "cached_tokens");
        if (is_incomplete) {
            bool const is_filtered = text_field(field(response, "incomplete_details"), "reason") == "content_filter";
            reply_.stop = is_filtered ? StopReason::refusal : StopReason::length;
            std::erase_if(reply_.message.calls, [](ToolCall const& call) { return !call.problem.empty(); });
        }
        reply_.message.role = Role::assistant;
        is_over_ = true;
        return std::nullopt;
    }

    OnDelta on_delta_;
    std::string model_;
    Reply reply_;
    std::string streamed_;
    Json reasoning_ = Json::array();
    std::size_t items_ = 0;
    bool is_over_ = false;
};

std::unique_ptr<StreamDecoder> make_decoder(OnDelta on_delta, Dialect const& dialect)
{
    return std::make_unique<Decoder>(std::move(on_delta), dialect);
}

}

Api const openai_responses_api {
    .name = api_name,
    .display_name = "OpenAI",
    .default_base_url = "https://api.openai.com/v1",
    .default_model = "gpt-5-mini",
    .key_variable = "OPENAI_API_KEY",
    .base_url_variable = "OPENAI_BASE_URL",
    .path = "/responses",
    .usual_context = 128'000,
    .key_header = {},
    .fixed_header = {},
    .framing = Framing::sse,
    .request = write_request,
    .decoder = make_decoder,
};

}
