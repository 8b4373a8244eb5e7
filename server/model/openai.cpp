// OpenAI's Chat Completions API, and every server that imitates it: https://platform.openai.com/docs/api-reference/chat.
//
// The imitations differ in small ways, each of which is met where it occurs: OpenRouter, vLLM, llama.cpp, LM Studio, DeepSeek,
// Mistral, Azure, Ollama's /v1.
#include "model/api.h"
#include "model/wire_json.h"

#include <fmt/core.h>
#include <vector>

namespace countersign::model {

namespace {

constexpr char const* api_name = "openai";

/// US dollars of one request; what is more is no price.
constexpr double largest_cost = 1'000'000;

/// What reasoning models want back with their calls, under the names under which it came.
constexpr char const* echoed_fields[] = { "reasoning_content", "reasoning_details" };

Json assistant_message(Message const& message, Dialect const& dialect)
{
    Json written { { "role", "assistant" },
        { "content", message.text.empty() && !message.calls.empty() ? Json(nullptr) : Json(message.text) } };
    Json const& state = message.provider_state;
    bool const is_own = text_field(state, "api") == api_name && text_field(state, "model") == dialect.model;
    Json const& extras = is_own ? field(state, "calls") : field(Json(), "");
    for (std::size_t i = 0; i < message.calls.size(); ++i) {
        ToolCall const& call = message.calls[i];
        Json entry { { "id", call.id }, { "type", "function" },
            { "function", { { "name", call.name }, { "arguments", arguments_text(call) } } } };
        if (extras.is_array() && i < extras.size() && extras[i].is_object())
            entry["extra_content"] = extras[i];
        written["tool_calls"].push_back(std::move(entry));
    }
    if (is_own && !message.calls.empty()) {
        for (char const* name : echoed_fields) {
            if (Json const& value = field(state, name); !value.is_null())
                written[name] = value;
        }
    }
    return written;
}

void write_message(Json& messages, Message const& message, Dialect const& dialect)
{
    if (message.role == Role::assistant) {
        messages.push_back(assistant_message(message, dialect));
        return;
    }
    for (ToolResult const& result : message.results)
        messages.push_back({ { "role", "tool" }, { "tool_call_id", result.call_id }, { "content", result.text } });
    if (!message.text.empty() || message.results.empty())
        messages.push_back({ { "role", "user" }, { "content", message.text } });
}

Json write_request(Request const& request, Dialect const& dialect)
{
    Json messages = Json::array();
    if (!request.system.empty())
        messages.push_back({ { "role", "system" }, { "content", request.system } });
    for (Message const& message : request.messages)
        write_message(messages, message, dialect);
    Json body { { "model", dialect.model }, { "messages", std::move(messages) }, { "stream", true },
        { "stream_options", { { "include_usage", true } } } };
    body[dialect.wants_new_token_limit ? "max_completion_tokens" : "max_tokens"] = dialect.max_output_tokens;
    for (ToolSpec const& tool : request.tools) {
        body["tools"].push_back({ { "type", "function" },
            { "function", { { "name", tool.name }, { "description", tool.description }, { "parameters", tool.input_schema } } } });
    }
    return body;
}

class Decoder final : public StreamDecoder {
public:
    Decoder(OnDelta on_delta, Dialect const& dialect) : on_delta_(std::move(on_delta)), model_(dialect.model) { }

    std::optional<Failure> read(StreamEvent const& event) override
    {
        // The sentinel is the whole payload or none; some servers never send it.
        if (is_over_ || event.data.empty())
            return std::nullopt;
        if (event.data == "[DONE]") {
            is_over_ = true;
            return std::nullopt;
        }
        auto const value = support::parse_json(event.data);
        if (!value || !value->is_object())
            return malformed(value ? "an event is no JSON object" : value.error().message);
        if (Json const& error = field(*value, "error");
            !error.is_null() || event.name == "error" || text_field(*value, "object") == "error")
            return failure_of_error_object(*value);
        take_usage(field(*value, "usage"));
        Json const& choices = field(*value, "choices");
        // Usage comes with no choices, as do Azure's first words about its filter.
        if (!choices.is_array())
            return std::nullopt;
        for (Json const& choice : choices) {
            if (count_field(choice, "index") != 0)
                continue;
            Json const& delta = field(choice, "delta");
            if (auto failure = take(delta.is_object() ? delta : field(choice, "message")))
                return failure;
            if (std::string reason = text_field(choice, "finish_reason"); !reason.empty())
                finish_reason_ = std::move(reason);
        }
        return std::nullopt;
    }

    bool is_complete() const override { return !finish_reason_.empty(); }
    bool is_over() const override { return is_complete() && is_over_; }

    Attempted finish() override
    {
        if (finish_reason_ == "error")
            return tl::unexpected(Failure { Cause::server_error, "the answer ended with an error" });
        Reply reply;
        reply.message.role = Role::assistant;
        reply.message.text = text_;
        reply.usage = usage_;
        if (finish_reason_ == "content_filter" || !refusal_.empty()) {
            reply.stop = StopReason::refusal;
            reply.message.text = refusal_.empty() ? "the provider's content filter stopped the answer" : refusal_;
            return reply;
        }
        bool const is_cut = finish_reason_ == "length" || finish_reason_ == "max_tokens";
        Json extras = Json::array();
        for (Call const& call : calls_) {
            if (call.pieces.name.empty() && call.pieces.arguments.empty())
                continue;
            ToolCall whole = finished(call.pieces);
            // What the limit cut off is not a call at all; the run asks for it again.
            if (is_cut && !whole.problem.empty())
                continue;
            reply.message.calls.push_back(std::move(whole));
            extras.push_back(call.extra);
        }
        // Servers are wrong about the reason in every way there is; what counts is whether there are calls. A cut always wins.
        reply.stop = is_cut ? StopReason::length : reply.message.calls.empty() ? StopReason::end_turn : StopReason::tool_use;
        keep_private(reply.message, extras);
        return reply;
    }

private:
    struct Call {
        std::uint64_t index = 0;
        CallPieces pieces;
        Json extra; ///< `extra_content`, where Gemini's signatures are
    };

    static Failure malformed(std::string what) { return { Cause::malformed, std::move(what) }; }

    void keep_private(Message& message, Json const& extras)
    {
        Json state { { "api", api_name }, { "model", model_ } };
        if (!reasoning_.empty())
            state["reasoning_content"] = reasoning_;
        if (!reasoning_details_.empty())
            state["reasoning_details"] = reasoning_details_;
        for (Json const& extra : extras) {
            if (!extra.is_null())
                state["calls"] = extras;
        }
        if (state.size() > 2)
            message.provider_state = std::move(state);
    }

    std::optional<Failure> take(Json const& delta)
    {
        if (std::string const text = text_field(delta, "content"); !text.empty()) {
            text_ += text;
            if (on_delta_)
                on_delta_(TextDelta { text });
        }
        refusal_ += text_field(delta, "refusal");
        reasoning_ += text_field(delta, "reasoning_content");
        if (Json const& details = field(delta, "reasoning_details"); details.is_array())
            reasoning_details_.insert(reasoning_details_.end(), details.begin(), details.end());
        if (Json const& old_form = field(delta, "function_call"); old_form.is_object()) {
            if (auto failure = take_call({ { "index", 0 }, { "function", old_form } }, 0))
                return failure;
        }
        Json const& calls = field(delta, "tool_calls");
        if (!calls.is_array())
            return std::nullopt;
        for (std::size_t i = 0; i < calls.size(); ++i) {
            if (auto failure = take_call(calls[i], i))
                return failure;
        }
        return std::nullopt;
    }

    std::optional<Failure> take_call(Json const& fragment, std::size_t position)
    {
        Json const& given = field(fragment, "index");
        if (!given.is_null() && (!given.is_number_unsigned() || given.get<std::uint64_t>() >= part_limit))
            return malformed("a tool call's index is not a small whole number");
        std::string const id = text_field(fragment, "id");
        Json const& function = field(fragment, "function");
        std::string const name = text_field(function, "name");
        Call* const call = call_for(given, id, name, position);
        if (call == nullptr)
            return malformed("the answer has too many tool calls");
        if (!id.empty() && call->pieces.id.empty())
            call->pieces.id = id;
        if (!name.empty() && call->pieces.name.empty()) {
            call->pieces.name = name;
            if (on_delta_)
                on_delta_(CallStarted { name });
        }
        if (Json const& extra = field(fragment, "extra_content"); extra.is_object() && call->extra.is_null())
            call->extra = extra;
        Json const& arguments = field(function, "arguments");
        if (arguments.is_object())
            call->pieces.arguments = support::dump_json(arguments);
        else if (arguments.is_string())
            call->pieces.arguments += arguments.get_ref<std::string const&>();
        return std::nullopt;
    }

    /// Pieces belong together by index. Some servers send none, or 0 for all: then a new id where the call is already whole, or already
    /// named without arguments, begins another. (A new id alone does not: some make one up for each piece.)
    Call* call_for(Json const& index, std::string const& id, std::string const& name, std::size_t position)
    {
        Call* found = nullptr;
        for (Call& call : calls_) {
            if (index.is_null() ? !id.empty() && call.pieces.id == id : call.index == index.get<std::uint64_t>())
                found = &call;
        }
        if (found == nullptr && index.is_null() && id.empty() && name.empty() && !calls_.empty())
            found = &calls_.back();
        if (found != nullptr && !id.empty() && !found->pieces.id.empty() && found->pieces.id != id) {
            bool const is_named_only = found->pieces.arguments.empty() && !name.empty();
            if (is_named_only || is_whole(found->pieces))
                found = nullptr;
        }
        if (found != nullptr)
            return found;
        if (calls_.size() >= part_limit)
            return nullptr;
        Call call;
        call.index = index.is_null() ? part_limit + position : index.get<std::uint64_t>();
        calls_.push_back(std::move(call));
        return &calls_.back();
    }

    /// Some servers send it with every chunk: the last counts.
    void take_usage(Json const& usage)
    {
        if (!usage.is_object())
            return;
        usage_.input_tokens = count_field(usage, "prompt_tokens", usage_.input_tokens);
        usage_.output_tokens = count_field(usage, "completion_tokens", usage_.output_tokens);
        usage_.cached_input_tokens = count_field(field(usage, "prompt_tokens_details"), "cached_tokens", usage_.cached_input_tokens);
        if (Json const& cost = field(usage, "cost"); cost.is_number() && cost.get<double>() >= 0 && cost.get<double>() <= largest_cost)
            usage_.cost = cost.get<double>();
    }

    OnDelta on_delta_;
    std::string model_;
    std::string text_;
    std::string refusal_;
    std::string reasoning_;
    std::vector<Json> reasoning_details_;
    std::vector<Call> calls_;
    std::string finish_reason_;
    bool is_over_ = false;
    Usage usage_;
};

std::unique_ptr<StreamDecoder> make_decoder(OnDelta on_delta, Dialect const& dialect)
{
    return std::make_unique<Decoder>(std::move(on_delta), dialect);
}

}

Api const openai_api {
    .name = api_name,
    .display_name = "OpenAI",
    .default_base_url = "https://api.openai.com/v1",
    .default_model = "gpt-5-mini",
    .key_variable = "OPENAI_API_KEY",
    .base_url_variable = "OPENAI_BASE_URL",
    .path = "/chat/completions",
    .usual_context = 128'000,
    .key_header = {},
    .fixed_header = {},
    .framing = Framing::sse,
    .request = write_request,
    .decoder = make_decoder,
};

}
