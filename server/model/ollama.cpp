// Ollama's own API: https://github.com/ollama/ollama/blob/main/docs/api.md. Its /v1 imitation cannot set the context's size.
#include "model/api.h"
#include "model/wire_json.h"

#include <fmt/core.h>

namespace countersign::model {

namespace {

/// Whether so few tokens read of a request mean that its begin was cut off. Source code has 2.5 to 5 bytes a token in every tokenizer in
/// use, a request some more, since what JSON adds is not read.
bool is_cut_off(std::uint64_t read, Dialect const& dialect)
{
    if (dialect.context_tokens == 0 || read == 0)
        return false;
    bool const may_not_fit = dialect.request_bytes * 2 > std::uint64_t(dialect.context_tokens) * 5;
    bool const is_too_few = dialect.likely_tokens > 0 ? read * 4 < dialect.likely_tokens * 3 : read * 6 < dialect.request_bytes;
    return read >= dialect.context_tokens || read * 8 < dialect.request_bytes || (may_not_fit && is_too_few);
}

/// `calls` are those of the message before: results go by the tool's name in versions that know no ids.
void write_message(Json& messages, Message const& message, std::vector<ToolCall> const& calls)
{
    if (message.role == Role::assistant) {
        Json written { { "role", "assistant" }, { "content", message.text } };
        for (ToolCall const& call : message.calls)
            written["tool_calls"].push_back(
                { { "id", call.id }, { "function", { { "name", call.name }, { "arguments", call.arguments } } } });
        messages.push_back(std::move(written));
        return;
    }
    for (std::size_t i = 0; i < message.results.size(); ++i) {
        ToolResult const& result = message.results[i];
        Json written { { "role", "tool" }, { "tool_call_id", result.call_id }, { "content", result.text } };
        if (i < calls.size())
            written["tool_name"] = calls[i].name;
        messages.push_back(std::move(written));
    }
    if (!message.text.empty() || message.results.empty())
        messages.push_back({ { "role", "user" }, { "content", message.text } });
}

Json write_request(Request const& request, Dialect const& dialect)
{
    static std::vector<ToolCall> const none;
    Json messages = Json::array();
    if (!request.system.empty())
        messages.push_back({ { "role", "system" }, { "content", request.system } });
    for (std::size_t i = 0; i < request.messages.size(); ++i)
        write_message(messages, request.messages[i], i > 0 ? request.messages[i - 1].calls : none);
    Json body { { "model", dialect.model }, { "messages", std::move(messages) }, { "stream", true },
        { "options", { { "num_ctx", dialect.context_tokens }, { "num_predict", dialect.max_output_tokens } } } };
    for (ToolSpec const& tool : request.tools) {
        body["tools"].push_back({ { "type", "function" },
            { "function", { { "name", tool.name }, { "description", tool.description }, { "parameters", tool.input_schema } } } });
    }
    return body;
}

class Decoder final : public StreamDecoder {
public:
    Decoder(OnDelta on_delta, Dialect const& dialect) : on_delta_(std::move(on_delta)), dialect_(dialect) { }

    std::optional<Failure> read(StreamEvent const& event) override
    {
        if (is_complete_ || event.data.empty())
            return std::nullopt;
        auto const value = support::parse_json(event.data);
        if (!value || !value->is_object())
            return malformed(value ? "a line is no JSON object" : value.error().message);
        if (!field(*value, "error").is_null())
            return failure_of_error_object(*value);
        if (auto failure = take(field(*value, "message")))
            return failure;
        if (field(*value, "done") == true)
            return end(*value);
        return std::nullopt;
    }

    bool is_complete() const override { return is_complete_; }

    Attempted finish() override
    {
        reply_.message.role = Role::assistant;
        if (reply_.stop == StopReason::end_turn && !reply_.message.calls.empty())
            reply_.stop = StopReason::tool_use;
        return reply_;
    }

private:
    static Failure malformed(std::string what) { return { Cause::malformed, std::move(what) }; }

    std::optional<Failure> take(Json const& message)
    {
        if (std::string const text = text_field(message, "content"); !text.empty()) {
            reply_.message.text += text;
            if (on_delta_)
                on_delta_(TextDelta { text });
        }
        Json const& calls = field(message, "tool_calls");
        if (!calls.is_array())
            return std::nullopt;
        for (Json const& given : calls) {
            if (reply_.message.calls.size() >= part_limit)
                return malformed("the answer has too many tool calls");
            Json const& function = field(given, "function");
            Json const& arguments = field(function, "arguments");
            ToolCall call = finished({ text_field(given, "id"), text_field(function, "name"),
                arguments.is_string()     ? arguments.get<std::string>()
                    : arguments.is_null() ? std::string()
                                          : support::dump_json(arguments) });
            if (on_delta_)
                on_delta_(CallStarted { call.name });
            reply_.message.calls.push_back(std::move(call));
        }
        return std::nullopt;
    }

    std::optional<Failure> end(Json const& last)
    {
        std::string const reason = text_field(last, "done_reason");
        if (reason == "load" || reason == "unload")
            return Failure { Cause::no_model, fmt::format("it answered with done_reason \"{}\"", reason) };
        // Always "stop" with calls, so only "length" says anything.
        reply_.stop = reason == "length" ? StopReason::length : StopReason::end_turn;
        reply_.usage.input_tokens = count_field(last, "prompt_eval_count");
        reply_.usage.output_tokens = count_field(last, "eval_count");
        // It cuts the oldest messages off without a word once they do not fit: the answer is then to another question.
        if (is_cut_off(reply_.usage.input_tokens, dialect_))
            return Failure { Cause::context_overflow,
                fmt::format("the conversation filled the context of {} tokens and its begin was cut off; raise context_tokens",
                    dialect_.context_tokens) };
        is_complete_ = true;
        return std::nullopt;
    }

    OnDelta on_delta_;
    Dialect dialect_;
    Reply reply_;
    bool is_complete_ = false;
};

std::unique_ptr<StreamDecoder> make_decoder(OnDelta on_delta, Dialect const& dialect)
{
    return std::make_unique<Decoder>(std::move(on_delta), dialect);
}

}

Api const ollama_api {
    .name = "ollama",
    .display_name = "Ollama",
    .default_base_url = "http://127.0.0.1:11434",
    .default_model = "qwen3",
    .key_variable = {},
    .base_url_variable = {},
    .path = "/api/chat",
    .key_header = {},
    .fixed_header = {},
    .framing = Framing::ndjson,
    .request = write_request,
    .decoder = make_decoder,
};

}
