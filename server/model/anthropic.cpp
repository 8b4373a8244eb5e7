// Anthropic's Messages API: https://docs.anthropic.com/en/api/messages, version 2023-06-01.
#include "model/api.h"
#include "model/wire_json.h"
#include "support/hash.h"
#include "support/text.h"

#include <algorithm>
#include <fmt/core.h>
#include <map>

namespace countersign::model {

namespace {

constexpr char const* api_name = "anthropic";

/// Only letters, digits, "_" and "-" are taken as ids; another provider's, after a change of model, may hold more.
std::string call_id(std::string const& id)
{
    bool const is_taken = !id.empty() && id.size() <= 64 && std::all_of(id.begin(), id.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
    });
    return is_taken ? id : "call_" + support::content_hash(id).substr(0, 24);
}

/// Blocks without anything to read are refused.
bool says_something(std::string_view text) { return !support::trim(text).empty(); }

Json text_block(std::string_view text) { return { { "type", "text" }, { "text", text } }; }

Json tool_use_block(ToolCall const& call)
{
    return { { "type", "tool_use" }, { "id", call_id(call.id) }, { "name", call.name }, { "input", call.arguments } };
}

/// Thinking goes back as it came, between the same neighbours; the server checks its signature.
Json blocks_as_they_came(Message const& message, Json const& blocks)
{
    Json content = Json::array();
    for (Json const& block : blocks) {
        if (!block.contains("call"))
            content.push_back(block);
        else if (std::size_t const index = count_field(block, "call"); index < message.calls.size())
            content.push_back(tool_use_block(message.calls[index]));
    }
    return content;
}

Json assistant_content(Message const& message, Dialect const& dialect)
{
    Json const& state = message.provider_state;
    if (text_field(state, "api") == api_name && text_field(state, "model") == dialect.model && field(state, "blocks").is_array())
        return blocks_as_they_came(message, state.at("blocks"));
    Json content = Json::array();
    if (says_something(message.text))
        content.push_back(text_block(message.text));
    for (ToolCall const& call : message.calls)
        content.push_back(tool_use_block(call));
    return content;
}

void mark_for_cache(Json& block) { block["cache_control"] = { { "type", "ephemeral" } }; }

/// Results come first, or the request is refused.
Json user_content(Message const& message)
{
    Json content = Json::array();
    for (ToolResult const& result : message.results) {
        Json block { { "type", "tool_result" }, { "tool_use_id", call_id(result.call_id) }, { "content", result.text } };
        if (result.is_error)
            block["is_error"] = true;
        content.push_back(std::move(block));
    }
    if (!says_something(message.text))
        return content;
    std::size_t const stable = std::min(message.stable_bytes, message.text.size());
    if (stable > 0) {
        content.push_back(text_block(std::string_view(message.text).substr(0, stable)));
        mark_for_cache(content.back());
    }
    if (std::string_view const rest = std::string_view(message.text).substr(stable); says_something(rest))
        content.push_back(text_block(rest));
    return content;
}

/// Breakpoints on the part that all turns share, on what tasks on the same file share, and on the last two of the user's messages: each
/// turn then reads what the one before it wrote. A single turn has nobody to read it, and writing costs more than sending.
void mark_conversation(Json& messages)
{
    constexpr int most = 2;
    int marked = 0;
    for (auto message = messages.rbegin(); message != messages.rend() && marked < most; ++message) {
        if (message->at("role") == "user" && !message->at("content").empty()) {
            mark_for_cache(message->at("content").back());
            ++marked;
        }
    }
}

Json write_request(Request const& request, Dialect const& dialect)
{
    Json messages = Json::array();
    for (Message const& message : request.messages) {
        bool const is_user = message.role == Role::user;
        Json content = is_user ? user_content(message) : assistant_content(message, dialect);
        if (content.empty())
            content.push_back(text_block("(nothing)"));
        messages.push_back({ { "role", is_user ? "user" : "assistant" }, { "content", std::move(content) } });
    }
    Json body { { "model", dialect.model }, { "max_tokens", dialect.max_output_tokens }, { "stream", true } };
    for (ToolSpec const& tool : request.tools)
        body["tools"].push_back({ { "name", tool.name }, { "description", tool.description }, { "input_schema", tool.input_schema } });
    if (says_something(request.system))
        body["system"].push_back(text_block(request.system));
    if (!request.tools.empty()) {
        mark_for_cache(body.contains("system") ? body["system"].back() : body["tools"].back());
        mark_conversation(messages);
    }
    body["messages"] = std::move(messages);
    return body;
}

class Decoder final : public StreamDecoder {
public:
    Decoder(OnDelta on_delta, Dialect const& dialect) : on_delta_(std::move(on_delta)), model_(dialect.model) { }

    std::optional<Failure> read(StreamEvent const& event) override
    {
        if (is_complete_ || event.data.empty())
            return std::nullopt;
        auto const value = support::parse_json(event.data);
        if (!value || !value->is_object())
            return Failure { Cause::malformed, value ? "an event is no JSON object" : value.error().message };
        std::string const type = text_field(*value, "type");
        if (event.name == "error" || type == "error" || (type.empty() && value->contains("error")))
            return failure_of_error_object(*value);
        if (type == "message_start")
            take_usage(field(field(*value, "message"), "usage"));
        else if (type == "content_block_start")
            return start_block(*value);
        else if (type == "content_block_delta")
            return take_delta(*value);
        else if (type == "message_delta")
            take_message_delta(*value);
        else if (type == "message_stop")
            is_complete_ = true;
        else if (type == "message")
            return take_whole(*value);
        return std::nullopt;
    }

    bool is_complete() const override { return is_complete_; }

    Attempted finish() override
    {
        if (stop_reason_.empty())
            return tl::unexpected(Failure { Cause::malformed, "the answer ended without a stop_reason" });
        Reply reply;
        reply.message.role = Role::assistant;
        reply.stop = stop_reason_ == "max_tokens" || stop_reason_ == "model_context_window_exceeded" ? StopReason::length
            : stop_reason_ == "refusal"                                                              ? StopReason::refusal
                                                                                                     : StopReason::end_turn;
        Json kept = Json::array();
        bool has_private = false;
        for (auto& [index, block] : blocks_) {
            if (block.type == "text") {
                reply.message.text += block.text;
                if (says_something(block.text))
                    kept.push_back(text_block(block.text));
            } else if (block.type == "tool_use") {
                ToolCall call = finished(block.call);
                // What the limit cut off is not a call at all; the run asks for it again.
                if (reply.stop == StopReason::length && !call.problem.empty())
                    continue;
                kept.push_back({ { "call", reply.message.calls.size() } });
                reply.message.calls.push_back(std::move(call));
            } else if (block.type == "thinking" || block.type == "redacted_thinking") {
                // Cut off before its signature came, it is not taken back.
                if (block.type == "thinking" && text_field(block.original, "signature").empty())
                    continue;
                has_private = true;
                kept.push_back(std::move(block.original));
            }
        }
        if (has_private)
            reply.message.provider_state = { { "api", api_name }, { "model", model_ }, { "blocks", std::move(kept) } };
        if (reply.stop == StopReason::end_turn && !reply.message.calls.empty())
            reply.stop = StopReason::tool_use;
        reply.usage = usage_;
        return reply;
    }

private:
    struct Block {
        std::string type;
        std::string text;
        CallPieces call;
        Json original; ///< of thinking
    };

    static Failure malformed(std::string_view what) { return { Cause::malformed, std::string(what) }; }

    std::optional<Failure> start_block(Json const& event)
    {
        std::uint64_t const index = count_field(event, "index", part_limit);
        if (index >= part_limit)
            return malformed("a content block has no usable index");
        return open(index, field(event, "content_block"));
    }

    std::optional<Failure> open(std::uint64_t index, Json const& content)
    {
        auto const [entry, is_new] = blocks_.try_emplace(index);
        if (!is_new)
            return malformed("a content block begins twice");
        Block& block = entry->second;
        block.type = text_field(content, "type");
        if (block.type == "text") {
            add_text(block, text_field(content, "text"));
        } else if (block.type == "tool_use") {
            block.call.id = text_field(content, "id");
            block.call.name = text_field(content, "name");
            if (Json const& input = field(content, "input"); input.is_object() && !input.empty())
                block.call.arguments = support::dump_json(input);
            if (on_delta_)
                on_delta_(CallStarted { block.call.name });
        } else {
            block.original = content;
        }
        return std::nullopt;
    }

    void add_text(Block& block, std::string const& text)
    {
        block.text += text;
        if (on_delta_ && !text.empty())
            on_delta_(TextDelta { text });
    }

    std::optional<Failure> take_delta(Json const& event)
    {
        auto const found = blocks_.find(count_field(event, "index", part_limit));
        if (found == blocks_.end())
            return malformed("a piece belongs to no content block");
        Block& block = found->second;
        Json const& delta = field(event, "delta");
        std::string const type = text_field(delta, "type");
        if (type == "text_delta") {
            add_text(block, text_field(delta, "text"));
        } else if (type == "input_json_delta") {
            block.call.arguments += text_field(delta, "partial_json");
        } else if (type == "thinking_delta" || type == "signature_delta") {
            char const* const key = type == "thinking_delta" ? "thinking" : "signature";
            if (!block.original.is_object())
                return malformed("thinking in a block that holds none");
            block.original[key] = text_field(block.original, key) + text_field(delta, key);
        }
        return std::nullopt;
    }

    void take_message_delta(Json const& event)
    {
        if (std::string reason = text_field(field(event, "delta"), "stop_reason"); !reason.empty())
            stop_reason_ = std::move(reason);
        take_usage(field(event, "usage"));
    }

    /// The answer of a server that does not stream.
    std::optional<Failure> take_whole(Json const& message)
    {
        std::uint64_t index = 0;
        Json const& content = field(message, "content");
        if (!content.is_array() || content.size() > part_limit)
            return malformed("a message without content");
        for (Json const& block : content) {
            if (auto failure = open(index++, block))
                return failure;
        }
        stop_reason_ = text_field(message, "stop_reason");
        take_usage(field(message, "usage"));
        is_complete_ = true;
        return std::nullopt;
    }

    /// Counts are cumulative: what comes later overwrites. What is written to and read from the cache is input too.
    void take_usage(Json const& usage)
    {
        if (!usage.is_object())
            return;
        input_ = count_field(usage, "input_tokens", input_);
        cache_written_ = count_field(usage, "cache_creation_input_tokens", cache_written_);
        usage_.cached_input_tokens = count_field(usage, "cache_read_input_tokens", usage_.cached_input_tokens);
        usage_.output_tokens = count_field(usage, "output_tokens", usage_.output_tokens);
        usage_.cache_written_tokens = cache_written_;
        usage_.input_tokens = input_ + cache_written_ + usage_.cached_input_tokens;
    }

    OnDelta on_delta_;
    std::string model_;
    std::map<std::uint64_t, Block> blocks_;
    std::string stop_reason_;
    bool is_complete_ = false;
    std::uint64_t input_ = 0;
    std::uint64_t cache_written_ = 0;
    Usage usage_;
};

std::unique_ptr<StreamDecoder> make_decoder(OnDelta on_delta, Dialect const& dialect)
{
    return std::make_unique<Decoder>(std::move(on_delta), dialect);
}

}

Api const anthropic_api {
    .name = api_name,
    .display_name = "Anthropic",
    .default_base_url = "https://api.anthropic.com",
    .default_model = "claude-sonnet-4-5",
    .key_variable = "ANTHROPIC_API_KEY",
    .base_url_variable = "ANTHROPIC_BASE_URL",
    .path = "/v1/messages",
    .count_path = "/v1/messages/count_tokens",
    .usual_context = 200'000,
    .key_header = "x-api-key",
    .fixed_header = "anthropic-version: 2023-06-01",
    .framing = Framing::sse,
    .request = write_request,
    .decoder = make_decoder,
};

}
