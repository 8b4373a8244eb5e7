// Whole answers as each model API streams them, for tests and benchmarks that need any number of turns. Written from the vendors'
// documents; what real servers send beside this is in tests/unit/model and tests/model.
#pragma once

#include "model/api.h"
#include "support/json.h"

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace countersign::tests {

struct StreamedCall {
    std::string id;
    std::string name;
    Json arguments;
};

inline std::string sse(Json const& data, std::string_view name = {})
{
    return (name.empty() ? std::string() : "event: " + std::string(name) + "\n") + "data: " + data.dump() + "\n\n";
}

/// The text cut in pieces of `size` bytes, at borders of characters.
inline std::vector<std::string> pieces_of(std::string_view text, std::size_t size)
{
    std::vector<std::string> pieces;
    while (!text.empty()) {
        std::size_t end = std::min(size, text.size());
        while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0u) == 0x80u)
            ++end;
        pieces.emplace_back(text.substr(0, end));
        text.remove_prefix(end);
    }
    return pieces;
}

inline std::string anthropic_stream(std::string const& text, std::vector<StreamedCall> const& calls)
{
    auto const named = [](Json const& data) { return sse(data, data.at("type").get<std::string>()); };
    std::string stream =
        named({ { "type", "message_start" }, { "message", { { "usage", { { "input_tokens", 100 }, { "output_tokens", 1 } } } } } });
    int index = 0;
    auto const block = [&](Json const& content, std::vector<Json> const& deltas) {
        stream += named({ { "type", "content_block_start" }, { "index", index }, { "content_block", content } });
        for (Json const& delta : deltas)
            stream += named({ { "type", "content_block_delta" }, { "index", index }, { "delta", delta } });
        stream += named({ { "type", "content_block_stop" }, { "index", index++ } });
    };
    if (!text.empty()) {
        std::vector<Json> deltas;
        for (std::string const& piece : pieces_of(text, 12))
            deltas.push_back({ { "type", "text_delta" }, { "text", piece } });
        block({ { "type", "text" }, { "text", "" } }, deltas);
    }
    for (StreamedCall const& call : calls) {
        std::vector<Json> deltas { { { "type", "input_json_delta" }, { "partial_json", "" } } };
        for (std::string const& piece : pieces_of(call.arguments.dump(), 9))
            deltas.push_back({ { "type", "input_json_delta" }, { "partial_json", piece } });
        block({ { "type", "tool_use" }, { "id", call.id }, { "name", call.name }, { "input", Json::object() } }, deltas);
    }
    return stream
        + named({ { "type", "message_delta" }, { "delta", { { "stop_reason", calls.empty() ? "end_turn" : "tool_use" } } },
            { "usage", { { "output_tokens", 20 } } } })
        + named({ { "type", "message_stop" } });
}

inline std::string openai_stream(std::string const& text, std::vector<StreamedCall> const& calls)
{
    auto const chunk = [](Json const& delta, Json const& reason) {
        return sse({ { "choices", Json::array({ { { "index", 0 }, { "delta", delta }, { "finish_reason", reason } } }) } });
    };
    std::string stream = chunk({ { "role", "assistant" }, { "content", "" } }, nullptr);
    for (std::string const& piece : pieces_of(text, 12))
        stream += chunk({ { "content", piece } }, nullptr);
    for (std::size_t i = 0; i < calls.size(); ++i) {
        auto const part = [&](Json function, bool is_first) {
            Json entry { { "index", i }, { "function", std::move(function) } };
            if (is_first) {
                entry["id"] = calls[i].id;
                entry["type"] = "function";
            }
            return chunk({ { "tool_calls", Json::array({ entry }) } }, nullptr);
        };
        stream += part({ { "name", calls[i].name }, { "arguments", "" } }, true);
        for (std::string const& piece : pieces_of(calls[i].arguments.dump(), 9))
            stream += part({ { "arguments", piece } }, false);
    }
    return stream + chunk(Json::object(), calls.empty() ? "stop" : "tool_calls")
        + sse({ { "choices", Json::array() }, { "usage", { { "prompt_tokens", 100 }, { "completion_tokens", 20 } } } })
        + "data: [DONE]\n\n";
}

inline std::string responses_stream(std::string const& text, std::vector<StreamedCall> const& calls)
{
    auto const named = [](Json const& data) { return sse(data, data.at("type").get<std::string>()); };
    std::string stream = named({ { "type", "response.created" }, { "response", Json::object() } });
    for (std::string const& piece : pieces_of(text, 12))
        stream += named({ { "type", "response.output_text.delta" }, { "output_index", 0 }, { "delta", piece } });
    if (!text.empty()) {
        Json const content = Json::array({ { { "type", "output_text" }, { "text", text } } });
        stream += named({ { "type", "response.output_item.done" },
            { "item", { { "type", "message" }, { "role", "assistant" }, { "content", content } } } });
    }
    for (StreamedCall const& call : calls) {
        stream += named({ { "type", "response.output_item.added" }, { "item", { { "type", "function_call" }, { "name", call.name } } } });
        for (std::string const& piece : pieces_of(call.arguments.dump(), 9))
            stream += named({ { "type", "response.function_call_arguments.delta" }, { "delta", piece } });
        stream += named({ { "type", "response.output_item.done" },
            { "item",
                { { "type", "function_call" }, { "call_id", call.id }, { "name", call.name }, { "arguments", call.arguments.dump() } } } });
    }
    return stream
        + named(
            { { "type", "response.completed" }, { "response", { { "usage", { { "input_tokens", 100 }, { "output_tokens", 20 } } } } } });
}

inline std::string ollama_stream(std::string const& text, std::vector<StreamedCall> const& calls)
{
    std::string stream;
    for (std::string const& piece : pieces_of(text, 12))
        stream += Json { { "message", { { "role", "assistant" }, { "content", piece } } }, { "done", false } }.dump() + "\n";
    for (StreamedCall const& call : calls) {
        Json const entry { { "id", call.id }, { "function", { { "name", call.name }, { "arguments", call.arguments } } } };
        stream +=
            Json {
                { "message", { { "role", "assistant" }, { "content", "" }, { "tool_calls", Json::array({ entry }) } } }, { "done", false }
            }.dump()
            + "\n";
    }
    return stream
        + Json { { "message", { { "role", "assistant" }, { "content", "" } } }, { "done", true }, { "done_reason", "stop" },
              { "prompt_eval_count", 900 }, { "eval_count", 20 } }
              .dump()
        + "\n";
}

inline std::string stream_of(model::Api const& api, std::string const& text, std::vector<StreamedCall> const& calls = {})
{
    if (&api == &model::anthropic_api)
        return anthropic_stream(text, calls);
    if (&api == &model::openai_api)
        return openai_stream(text, calls);
    return &api == &model::ollama_api ? ollama_stream(text, calls) : responses_stream(text, calls);
}

}
