// What particular servers do beside the documents of the APIs that they speak: llama.cpp, vLLM, OpenRouter, Azure, Gemini's imitation of
// Chat Completions, Anthropic's own less known answers.
#include "fake_http.h"

#include "tests/support/model_streams.h"

#include <gtest/gtest.h>

namespace countersign::model {
namespace {

struct Asking {
    FakeHttp http;
    StillClock clock;

    std::string answer(Api const& api, std::string const& body)
    {
        http.answers = { { 200, body } };
        return shown(ApiClient(setup_for(api), http, clock).attempt(Request {}, {}, {}));
    }
    std::string refused(Api const& api, int status, std::string const& body, std::vector<std::pair<std::string, std::string>> headers = {})
    {
        http.answers = { { status, body, std::move(headers) } };
        return shown(ApiClient(setup_for(api), http, clock).attempt(Request {}, {}, {}));
    }
};

std::string events(std::initializer_list<char const*> list)
{
    std::string text;
    for (char const* each : list)
        text += std::string("data: ") + each + "\n\n";
    return text;
}

TEST(LlamaCpp, interleaves_blocks_and_leaves_input_out)
{
    std::string const stream = events(
        { R"({"type":"message_start","message":{"id":"chatcmpl-x","usage":{"cache_read_input_tokens":2,"input_tokens":3,"output_tokens":0}}})",
            R"({"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}})",
            R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi"}})",
            R"({"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"abcdefghijklmnopqrstuvwxyz012345","name":"f"}})",
            R"({"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"a\":1}"}})",
            R"({"type":"content_block_stop","index":0})", R"({"type":"content_block_stop","index":1})",
            R"({"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":4}})", R"({"type":"message_stop"})" });
    EXPECT_EQ(
        Asking().answer(anthropic_api, stream), "text Hi\ncall abcdefghijklmnopqrstuvwxyz012345 f {\"a\":1}\nstop tool_use\nusage 5 4 2\n");
}

TEST(LlamaCpp, names_a_call_and_begins_its_arguments_in_one_piece_and_counts_last)
{
    std::string const stream = events({ R"({"choices":[{"index":0,"delta":{"role":"assistant","content":null},"finish_reason":null}]})",
        R"({"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"x","type":"function","function":{"name":"f","arguments":"{"}}]},"finish_reason":null}]})",
        R"({"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"}"}}]},"finish_reason":null}]})",
        R"({"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]})",
        R"({"choices":[],"usage":{"prompt_tokens":8,"completion_tokens":2},"timings":{"prompt_n":1}})", "[DONE]" });
    EXPECT_EQ(Asking().answer(openai_api, ":\n\n" + stream), "call x f {}\nstop tool_use\nusage 8 2 0\n");
}

TEST(LlamaCpp, numbers_nothing_in_responses)
{
    std::string const stream = events({ R"({"type":"response.output_text.delta","delta":"Hi"})",
        R"({"type":"response.output_item.done","item":{"type":"message","content":[{"type":"output_text","text":"Hi"}]}})",
        R"({"type":"response.completed","response":{"output":[],"usage":{"input_tokens":1,"output_tokens":1}}})" });
    EXPECT_EQ(Asking().answer(openai_responses_api, stream), "text Hi\nstop end_turn\nusage 1 1 0\n");
}

TEST(LlamaCpp, errors_in_openais_shape_from_every_endpoint)
{
    char const* const overflow =
        R"({"error":{"code":400,"type":"exceed_context_size_error","message":"request (12052 tokens) exceeds the available context size (2048 tokens), try increasing it","n_prompt_tokens":12052,"n_ctx":2048}})";
    for (Api const* api : { &anthropic_api, &openai_api, &openai_responses_api })
        EXPECT_TRUE(Asking().refused(*api, 400, overflow).starts_with("says that the conversation is too long")) << api->name;
    EXPECT_TRUE(Asking()
                    .refused(openai_api, 401, R"({"error":{"code":401,"type":"authentication_error","message":"Invalid API Key"}})")
                    .starts_with("does not accept the key"));
    EXPECT_TRUE(Asking()
                    .refused(openai_api, 503, R"({"error":{"code":503,"type":"unavailable_error","message":"Loading model"}})")
                    .starts_with("is overloaded"));
    EXPECT_TRUE(Asking()
                    .refused(openai_api, 501, R"({"error":{"code":501,"type":"not_supported_error","message":"no tools"}})")
                    .starts_with("refused the request"));
}

TEST(Vllm, counts_with_every_chunk_and_the_last_count_is_the_truth)
{
    std::string const stream = events(
        { R"({"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":null}],"usage":{"prompt_tokens":5,"completion_tokens":1}})",
            R"({"choices":[{"index":0,"delta":{"content":"b"},"finish_reason":null}],"usage":{"prompt_tokens":5,"completion_tokens":2}})",
            R"({"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":5,"completion_tokens":2}})", "[DONE]" });
    EXPECT_EQ(Asking().answer(openai_api, stream), "text ab\nstop end_turn\nusage 5 2 0\n");
}

TEST(Vllm, sends_a_whole_call_in_one_chunk_and_its_name_again)
{
    std::string const stream = events(
        { R"({"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\":"}}]},"finish_reason":null}]})",
            R"({"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"1}"}}]},"finish_reason":"stop"}]})" });
    EXPECT_EQ(Asking().answer(openai_api, stream), "call a f {\"x\":1}\nstop tool_use\nusage 0 0 0\n");
}

TEST(Vllm, refuses_tools_without_its_own_option_and_says_which)
{
    char const* const body =
        R"({"object":"error","message":"\"auto\" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set","type":"BadRequestError","param":null,"code":400})";
    std::string const said = Asking().refused(openai_api, 400, body);
    EXPECT_TRUE(said.starts_with("refused the request")) << said;
    EXPECT_NE(said.find("--enable-auto-tool-choice"), std::string::npos);
}

TEST(OpenRouter, comments_errors_in_the_stream_and_its_own_cost)
{
    FakeHttp http;
    StillClock const clock;
    http.answers = { { 200,
        ": OPENROUTER PROCESSING\n\n"
            + events(
                { R"({"choices":[{"index":0,"delta":{"content":"x","reasoning":"hm","reasoning_details":[{"type":"reasoning.text","text":"hm"}]},"finish_reason":"stop"}]})",
                    R"({"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":2,"cost":0.0042}})", "[DONE]" }) } };
    auto const reply = ApiClient(setup_for(openai_api), http, clock).attempt(Request {}, {}, {});
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->message.text, "x");
    EXPECT_EQ(reply->usage.cost, 0.0042);
    EXPECT_EQ(
        Asking().answer(openai_api,
            events(
                { R"({"id":"g","error":{"code":"server_error","message":"Provider disconnected"},"choices":[{"index":0,"delta":{"content":""},"finish_reason":"error"}]})" })),
        "failed: Provider disconnected");
    EXPECT_TRUE(Asking()
                    .refused(openai_api, 402, R"({"error":{"code":402,"message":"Insufficient credits"}})")
                    .starts_with("says that the account has no credit left"));
    EXPECT_TRUE(Asking().refused(openai_api, 408, R"({"error":{"code":408,"message":"Timed out"}})").starts_with("gave up waiting"));
    EXPECT_TRUE(Asking().refused(openai_api, 502, R"({"error":{"code":502,"message":"Bad gateway","metadata":{}}})").starts_with("failed"));
}

TEST(DeepSeek, gets_its_reasoning_back_with_the_results)
{
    FakeHttp http;
    StillClock const clock;
    http.answers = {
        { 200,
            events({ R"({"choices":[{"index":0,"delta":{"reasoning_content":"First "},"finish_reason":null}]})",
                R"({"choices":[{"index":0,"delta":{"reasoning_content":"this."},"finish_reason":null}]})",
                R"({"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}}]},"finish_reason":"tool_calls"}]})" }) }
    };
    ApiClient client(setup_for(openai_api), http, clock);
    auto const reply = client.attempt(Request {}, {}, {});
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->message.text, "") << "thoughts are no answer";
    Request request;
    request.messages = { { Role::user, "Q", {}, {} }, reply->message, { Role::user, "", {}, { { "a", "A", false } } } };
    EXPECT_EQ(Json::parse(client.prepare(request).body)["messages"][1]["reasoning_content"], "First this.");
}

TEST(Gemini, gets_the_signature_of_a_call_back_and_a_later_chunk_does_not_lose_it)
{
    FakeHttp http;
    StillClock const clock;
    http.answers = {
        { 200,
            events({ R"({"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","extra_content":{"google":{"thought_signature":"SIG"}},"function":{"name":"f","arguments":"{}"}}]},"finish_reason":null}]})",
                R"({"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","extra_content":{"google":{}},"function":{"name":"f","arguments":""}}]},"finish_reason":"tool_calls"}]})" }) }
    };
    ApiClient client(setup_for(openai_api), http, clock);
    auto const reply = client.attempt(Request {}, {}, {});
    ASSERT_TRUE(reply);
    Request request;
    request.messages = { { Role::user, "Q", {}, {} }, reply->message, { Role::user, "", {}, { { "a", "A", false } } } };
    EXPECT_EQ(
        Json::parse(client.prepare(request).body)["messages"][1]["tool_calls"][0]["extra_content"]["google"]["thought_signature"], "SIG");
    EXPECT_TRUE(Asking()
                    .refused(openai_api, 429, R"({"error":{"code":429,"message":"Please retry in 37s","status":"RESOURCE_EXHAUSTED"}})")
                    .starts_with("limits how often it is asked"));
}

TEST(OpenAi, its_own_newer_models_are_told_the_limit_under_its_new_name)
{
    FakeHttp http;
    StillClock const clock;
    auto const body = [&](char const* base) {
        return Json::parse(ApiClient(setup_for(openai_api, base), http, clock).prepare(Request {}).body);
    };
    EXPECT_TRUE(body("https://api.openai.com/v1").contains("max_completion_tokens"));
    EXPECT_FALSE(body("https://api.openai.com/v1").contains("max_tokens"));
    EXPECT_FALSE(body("https://api.openai.com/v1").contains("temperature"));
    EXPECT_TRUE(body("http://127.0.0.1:9").contains("max_tokens"));
}

TEST(Anthropic, says_in_words_only_that_it_is_too_long)
{
    for (char const* message : { "prompt is too long: 250000 tokens > 200000 maximum",
             "input length and `max_tokens` exceed context limit: 199759 + 8192 > 200000, decrease input length" }) {
        Json const body { { "type", "error" }, { "error", { { "type", "invalid_request_error" }, { "message", message } } },
            { "request_id", "req_7" } };
        EXPECT_TRUE(Asking().refused(anthropic_api, 400, body.dump()).starts_with("says that the conversation is too long")) << message;
    }
}

TEST(Anthropic, every_end_of_a_turn_has_its_meaning)
{
    std::pair<char const*, char const*> const reasons[] = { { "end_turn", "end_turn" }, { "stop_sequence", "end_turn" },
        { "max_tokens", "length" }, { "model_context_window_exceeded", "length" }, { "refusal", "refusal" } };
    for (auto const& [reason, stop] : reasons) {
        Json const delta { { "type", "message_delta" }, { "delta", { { "stop_reason", reason } } } };
        EXPECT_EQ(Asking().answer(anthropic_api, "data: " + delta.dump() + "\n\ndata: {\"type\":\"message_stop\"}\n\n"),
            std::string("stop ") + stop + "\nusage 0 0 0\n");
    }
}

TEST(Anthropic, counts_the_tokens_of_a_request)
{
    FakeHttp http;
    StillClock const clock;
    ApiClient client(setup_for(anthropic_api), http, clock);
    Request request;
    request.system = "S";
    request.messages = { { Role::user, "Q", {}, {} } };
    http.answers = { { 200, R"({"input_tokens":2095})" } };
    EXPECT_EQ(client.count(request, {}).value_or(0), 2095u);
    Json const asked = Json::parse(http.requests.back().body);
    EXPECT_TRUE(http.requests.back().url.ends_with("/v1/messages/count_tokens"));
    EXPECT_FALSE(asked.contains("max_tokens") || asked.contains("stream"));
    EXPECT_EQ(asked["messages"][0]["content"][0]["text"], "Q");
    http.answers = { { 404, "{}" } };
    EXPECT_EQ(client.count(request, {}).error().cause, Cause::not_found);
    http.answers = { { 200, "<html>" } };
    EXPECT_EQ(client.count(request, {}).error().cause, Cause::malformed);
    EXPECT_EQ(ApiClient(setup_for(openai_api), http, clock).count(request, {}).error().cause, Cause::not_found);
}

TEST(Anthropic, what_stays_the_same_has_a_breakpoint_of_its_own)
{
    FakeHttp http;
    StillClock const clock;
    Request request;
    request.system = "S";
    request.tools.push_back({ "f", "d", Json::object() });
    request.messages = { { Role::user, "the file the task", {}, {} } };
    request.messages[0].stable_bytes = 9;
    Json const content = Json::parse(ApiClient(setup_for(anthropic_api), http, clock).prepare(request).body)["messages"][0]["content"];
    ASSERT_EQ(content.size(), 2u);
    EXPECT_EQ(content[0]["text"], "the file ");
    EXPECT_TRUE(content[0].contains("cache_control"));
    EXPECT_EQ(content[1]["text"], "the task");
}

TEST(EveryApi, reads_its_own_stream)
{
    for (Api const* api : apis()) {
        std::string const stream =
            tests::stream_of(*api, "Grüße — 😀, everybody.", { { "c1", "f", { { "text", "ä\n\"" } } }, { "c2", "g", Json::object() } });
        EXPECT_TRUE(Asking()
                        .answer(*api, stream)
                        .starts_with("text Grüße — 😀, everybody.\ncall c1 f {\"text\":\"ä\\n\\\"\"}\ncall c2 g {}\nstop tool_use\n"))
            << Asking().answer(*api, stream);
    }
}

}
}
