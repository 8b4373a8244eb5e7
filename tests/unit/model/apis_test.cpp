// What each API's streams mean, the quirks of the servers that imitate them included.
#include "fake_http.h"

#include <gtest/gtest.h>

namespace countersign::model {
namespace {

std::string answer_to(Api const& api, std::string const& body, std::size_t piece = 1'000'000)
{
    FakeHttp http;
    StillClock const clock;
    http.answers.front().body = body;
    http.answers.front().piece = piece;
    ApiClient client(setup_for(api), http, clock);
    return shown(client.attempt(Request {}, {}, {}));
}

/// "data: " before and a blank line behind each line.
std::string sse(std::initializer_list<std::string_view> events)
{
    std::string text;
    for (std::string_view event : events)
        text += "data: " + std::string(event) + "\n\n";
    return text;
}

std::string lines(std::initializer_list<std::string_view> events)
{
    std::string text;
    for (std::string_view event : events)
        text += std::string(event) + "\n";
    return text;
}

constexpr std::string_view anthropic_start =
    R"({"type":"message_start","message":{"usage":{"input_tokens":10,"cache_creation_input_tokens":5,"cache_read_input_tokens":7,"output_tokens":1}}})";
constexpr std::string_view anthropic_stop = R"({"type":"message_stop"})";
constexpr std::string_view tool_start =
    R"({"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"toolu_1","name":"read_file","input":{}}})";

std::string anthropic_end(std::string_view reason)
{
    return R"({"type":"message_delta","delta":{"stop_reason":")" + std::string(reason) + R"("},"usage":{"output_tokens":20}})";
}

TEST(Anthropic, reads_text_two_calls_and_cumulative_usage)
{
    std::string const stream =
        sse({ anthropic_start, R"({"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}})",
            R"({"type":"ping"})", R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Let me "}})",
            R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"look."}  })",
            R"({"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"a","name":"read_file"}})",
            R"({"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":""}})",
            R"({"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"path\": \"a"}})",
            R"({"type":"content_block_stop","index":0})", R"({"type":"brand_new_event","x":1})",
            R"({"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":".cpp\"}"}})",
            R"({"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"b","name":"outline","input":{}}})",
            R"({"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":""}})", anthropic_end("tool_use"),
            anthropic_stop });
    for (std::size_t const piece : { 1, 3, 1000000 })
        EXPECT_EQ(answer_to(anthropic_api, stream, piece),
            "text Let me look.\ncall a read_file {\"path\":\"a.cpp\"}\ncall b outline {}\nstop tool_use\nusage 22 20 7\n");
}

TEST(Anthropic, a_call_cut_off_by_the_limit_is_none)
{
    std::string const half = R"({"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"pa"}})";
    EXPECT_EQ(answer_to(anthropic_api, sse({ anthropic_start, tool_start, half, anthropic_end("max_tokens"), anthropic_stop })),
        "stop length\nusage 22 20 7\n");
    EXPECT_EQ(answer_to(anthropic_api, sse({ anthropic_start, tool_start, half, anthropic_end("tool_use"), anthropic_stop })),
        "call toolu_1 read_file PROBLEM\nstop tool_use\nusage 22 20 7\n");
}

TEST(Anthropic, gives_no_result_without_its_last_event)
{
    EXPECT_EQ(answer_to(anthropic_api, sse({ anthropic_start, anthropic_end("end_turn") })),
        "ended its answer before it was complete: the last event that the API promises did not come");
    EXPECT_EQ(answer_to(anthropic_api, sse({ anthropic_start, anthropic_stop })),
        "sent an answer that cannot be read: the answer ended without a stop_reason");
}

TEST(Anthropic, an_error_in_the_stream_is_one)
{
    std::string const error = R"({"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}})";
    EXPECT_EQ(answer_to(anthropic_api, sse({ anthropic_start }) + "event: error\ndata: " + error + "\n\n"), "is overloaded: Overloaded");
    EXPECT_EQ(answer_to(anthropic_api, sse({ anthropic_start, error })), "is overloaded: Overloaded") << "without the event's name";
    EXPECT_EQ(answer_to(anthropic_api, sse({ anthropic_start }) + "data: {\"type\":\"content_bl\n\n"),
        "sent an answer that cannot be read: not JSON at byte 19");
}

TEST(Anthropic, sends_thinking_back_as_it_came)
{
    FakeHttp http;
    StillClock const clock;
    http.answers.front().body = sse({ anthropic_start,
        R"({"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}})",
        R"({"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Hm"}})",
        R"({"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"m."}})",
        R"({"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"SIG"}})",
        R"({"type":"content_block_start","index":1,"content_block":{"type":"redacted_thinking","data":"XX"}})",
        R"({"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"a/b","name":"read_file","input":{"path":"x"}}})",
        anthropic_end("tool_use"), anthropic_stop });
    ApiClient client(setup_for(anthropic_api), http, clock);
    auto const reply = client.attempt(Request {}, {}, {});
    ASSERT_TRUE(reply) << shown(reply);
    Request request;
    request.system = "Be good.";
    request.tools.push_back({ "read_file", "reads", Json { { "type", "object" } } });
    request.messages.push_back({ Role::user, "Go.", {}, {} });
    request.messages.push_back(reply_from_json(to_json(*reply))->message);
    request.messages.push_back({ Role::user, "", {}, { { "a/b", "text", false } } });
    Json const body = Json::parse(client.prepare(request).body);
    Json const& said = body["messages"][1]["content"];
    ASSERT_EQ(said.size(), 3u);
    EXPECT_EQ(said[0], Json::parse(R"({"type":"thinking","thinking":"Hmm.","signature":"SIG"})"));
    EXPECT_EQ(said[1], Json::parse(R"({"type":"redacted_thinking","data":"XX"})"));
    EXPECT_EQ(said[2]["id"], body["messages"][2]["content"][0]["tool_use_id"]) << "an id that the API would refuse is replaced alike";
    EXPECT_EQ(said[2]["id"].get<std::string>().find('/'), std::string::npos);
    // What all turns share, and the last two of the user's messages.
    EXPECT_TRUE(body["system"][0].contains("cache_control"));
    EXPECT_TRUE(body["messages"][0]["content"][0].contains("cache_control"));
    EXPECT_TRUE(body["messages"][2]["content"][0].contains("cache_control"));

    ClientSetup other = setup_for(anthropic_api);
    other.model = "model-2";
    Json const elsewhere = Json::parse(ApiClient(other, http, clock).prepare(request).body);
    EXPECT_EQ(elsewhere["messages"][1]["content"].size(), 1u) << "another model could not read the signature";
}

TEST(Anthropic, keeps_no_thinking_that_was_cut_off_before_its_signature)
{
    FakeHttp http;
    StillClock const clock;
    http.answers.front().body = sse(
        { anthropic_start, R"({"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}})",
            R"({"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Hm"}})", anthropic_end("max_tokens"),
            anthropic_stop });
    auto const reply = ApiClient(setup_for(anthropic_api), http, clock).attempt(Request {}, {}, {});
    ASSERT_TRUE(reply) << shown(reply);
    EXPECT_EQ(reply->stop, StopReason::length);
    EXPECT_TRUE(reply->message.provider_state.is_null()) << reply->message.provider_state.dump();
}

std::string chunk(std::string_view delta, std::string_view finish = "null")
{
    return R"({"object":"chat.completion.chunk","choices":[{"index":0,"delta":)" + std::string(delta) + R"(,"finish_reason":)"
        + std::string(finish) + "}]}";
}

constexpr std::string_view chat_usage =
    R"({"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":4,"prompt_tokens_details":{"cached_tokens":3}}})";

TEST(OpenAi, reads_interleaved_calls_by_index)
{
    std::string const stream = sse({ R"({"choices":[],"prompt_filter_results":[]})", chunk(R"({"role":"assistant","content":null})"),
        chunk(R"({"content":"Two."})"),
        chunk(R"({"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"read_file","arguments":""}}]})"),
        chunk(R"({"tool_calls":[{"index":1,"id":"b","type":"function","function":{"name":"outline","arguments":"{\"pa"}}]})"),
        chunk(R"({"tool_calls":[{"index":0,"function":{"arguments":"{\"path\":\"x\"}"}},{"index":1,"function":{"arguments":"th\":1}"}}]})"),
        chunk("{}", R"("tool_calls")"), chat_usage, "[DONE]" });
    for (std::size_t const piece : { 1, 3, 1000000 })
        EXPECT_EQ(answer_to(openai_api, stream, piece),
            "text Two.\ncall a read_file {\"path\":\"x\"}\ncall b outline {\"path\":1}\nstop tool_use\nusage 9 4 3\n");
}

TEST(OpenAi, tells_calls_apart_that_share_an_index_or_have_none)
{
    std::string const wanted = "call a read_file {\"p\":1}\ncall b outline {}\nstop tool_use\nusage 0 0 0\n";
    EXPECT_EQ(answer_to(openai_api,
                  sse({ chunk(R"({"tool_calls":[{"index":0,"id":"a","function":{"name":"read_file","arguments":"{\"p\":1}"}}]})"),
                      chunk(R"({"tool_calls":[{"index":0,"id":"b","function":{"name":"outline","arguments":"{}"}}]})", R"("stop")") })),
        wanted);
    EXPECT_EQ(
        answer_to(openai_api,
            sse({ chunk(
                R"({"tool_calls":[{"id":"a","function":{"name":"read_file","arguments":"{\"p\":1}"}},{"id":"b","function":{"name":"outline","arguments":null}}]})",
                R"("tool_calls")") })),
        wanted);
    EXPECT_EQ(answer_to(openai_api,
                  sse({ chunk(R"({"tool_calls":[{"index":0,"id":"a","function":{"name":"read_file","arguments":"{\"p\""}}]})"),
                      chunk(R"({"tool_calls":[{"index":0,"id":"made-up","function":{"name":"read_file","arguments":":1}"}}]})"),
                      chunk(R"({"tool_calls":[{"index":1,"id":"b","function":{"name":"outline","arguments":""}}]})", R"("tool_calls")") })),
        wanted)
        << "a new id in the middle of the arguments is the same call";
}

TEST(OpenAi, goes_by_the_calls_and_not_by_the_reason)
{
    std::string const call = chunk(R"({"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}}]})");
    std::string const half = chunk(R"({"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\":"}}]})");
    EXPECT_EQ(answer_to(openai_api, sse({ call, chunk("{}", R"("stop")") })), "call a f {}\nstop tool_use\nusage 0 0 0\n");
    EXPECT_EQ(answer_to(openai_api, sse({ chunk(R"({"content":"x","tool_calls":[]})", R"("tool_calls")") })),
        "text x\nstop end_turn\nusage 0 0 0\n");
    EXPECT_EQ(answer_to(openai_api, sse({ half, chunk("{}", R"("tool_calls")") })), "call a f PROBLEM\nstop tool_use\nusage 0 0 0\n");
    EXPECT_EQ(answer_to(openai_api, sse({ half, chunk("{}", R"("length")") })), "stop length\nusage 0 0 0\n");
    EXPECT_EQ(answer_to(openai_api, sse({ call, chunk("{}", R"("length")") })), "call a f {}\nstop length\nusage 0 0 0\n");
    EXPECT_EQ(answer_to(openai_api, sse({ chunk(R"({"content":"x"})", R"("content_filter")") })),
        "text the provider's content filter stopped the answer\nstop refusal\nusage 0 0 0\n");
    EXPECT_EQ(answer_to(openai_api, sse({ chunk(R"({"refusal":"No."})", R"("stop")") })), "text No.\nstop refusal\nusage 0 0 0\n");
    EXPECT_EQ(answer_to(openai_api, sse({ chunk(R"({"content":"x"})", R"("error")") })), "failed: the answer ended with an error");
}

TEST(OpenAi, arguments_that_are_no_object_are_never_a_call)
{
    for (char const* arguments : { "[]", "\\\"x\\\"", "7", "{} {}", "{\\\"a\\\":1", "true" }) {
        std::string const stream =
            sse({ chunk(std::string(R"({"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":")") + arguments + R"("}}]})",
                R"("stop")") });
        EXPECT_EQ(answer_to(openai_api, stream), "call a f PROBLEM\nstop tool_use\nusage 0 0 0\n") << arguments;
    }
    for (char const* arguments : { "\"\"", "null", "\" \"", "\"{}\"", "{}", "\"null\"" }) {
        std::string const stream = sse({ chunk(
            std::string(R"({"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":)") + arguments + "}}]}", R"("stop")") });
        EXPECT_EQ(answer_to(openai_api, stream), "call a f {}\nstop tool_use\nusage 0 0 0\n") << arguments;
    }
}

TEST(OpenAi, refuses_indices_that_would_fill_the_memory)
{
    for (char const* index : { "-1", "128", "1.5", "1e9", "\"0\"" }) {
        std::string const stream =
            sse({ chunk(std::string(R"({"tool_calls":[{"index":)") + index + R"(,"id":"a","function":{"name":"f"}}]})", R"("stop")") });
        EXPECT_EQ(answer_to(openai_api, stream), "sent an answer that cannot be read: a tool call's index is not a small whole number")
            << index;
    }
}

TEST(OpenAi, needs_a_finish_reason_and_no_sentinel)
{
    EXPECT_EQ(answer_to(openai_api, sse({ chunk(R"({"content":"x"})", R"("stop")") })), "text x\nstop end_turn\nusage 0 0 0\n");
    std::string const cut = "ended its answer before it was complete: the last event that the API promises did not come";
    EXPECT_EQ(answer_to(openai_api, sse({ chunk(R"({"content":"x"})"), "[DONE]" })), cut);
    EXPECT_EQ(answer_to(openai_api, sse({ chunk(R"({"content":"x"})") })), cut);
    EXPECT_EQ(answer_to(openai_api, sse({ chunk(R"({"content":"x"})", R"("stop")"), "[DONE]xyz" })),
        "sent an answer that cannot be read: not JSON at byte 1");
}

TEST(OpenAi, sees_errors_in_all_their_shapes)
{
    EXPECT_EQ(answer_to(openai_api, sse({ chunk(R"({"content":"x"})"), R"({"error":{"message":"boom","code":"server_error"}})" })),
        "failed: boom");
    EXPECT_EQ(
        answer_to(openai_api,
            sse({ R"({"error":{"code":502,"message":"down","metadata":{}},"choices":[{"index":0,"delta":{},"finish_reason":"error"}]})" })),
        "failed: down");
    EXPECT_EQ(answer_to(openai_api, sse({ R"({"object":"error","message":"no parser","type":"BadRequestError","code":400})", "[DONE]" })),
        "refused the request: no parser");
    EXPECT_EQ(answer_to(openai_api, "event: error\ndata: {\"message\":\"slow\",\"type\":\"overloaded_error\"}\n\n"), "is overloaded: slow");
    EXPECT_EQ(answer_to(openai_api, sse({ R"({"error":{"message":"quota","code":"insufficient_quota"}})" })),
        "says that the account has no credit left: quota");
}

TEST(OpenAi, takes_an_answer_that_is_not_streamed)
{
    FakeHttp http;
    StillClock const clock;
    http.answers.front().headers = { { "content-type", "application/json; charset=utf-8" } };
    http.answers.front().body =
        R"({"choices":[{"index":0,"message":{"content":"All at once."},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2}})";
    EXPECT_EQ(shown(ApiClient(setup_for(openai_api), http, clock).attempt(Request {}, {}, {})),
        "text All at once.\nstop end_turn\nusage 1 2 0\n");
    http.answers.front().body = "{malformed json: <<<chaos>>>";
    EXPECT_EQ(shown(ApiClient(setup_for(openai_api), http, clock).attempt(Request {}, {}, {})),
        "sent an answer that cannot be read: not JSON at byte 1");
}

TEST(OpenAiResponses, takes_whole_items_and_needs_a_terminal_event)
{
    std::string const item =
        R"({"type":"response.output_item.done","item":{"type":"function_call","id":"fc","call_id":"a","name":"f","arguments":"{\"x\":1}"}})";
    std::string const text =
        R"({"type":"response.output_item.done","item":{"type":"message","content":[{"type":"output_text","text":"Hi."}]}})";
    std::string const end =
        R"({"type":"response.completed","response":{"usage":{"input_tokens":5,"output_tokens":6,"input_tokens_details":{"cached_tokens":4}}}})";
    EXPECT_EQ(answer_to(openai_responses_api,
                  sse({ R"({"type":"response.created","response":{}})", R"({"type":"response.output_text.delta","delta":"H"})", text,
                      R"({"type":"response.function_call_arguments.delta","delta":"{"})", item, end })),
        "text Hi.\ncall a f {\"x\":1}\nstop tool_use\nusage 5 6 4\n");
    EXPECT_EQ(answer_to(openai_responses_api, sse({ text, item })),
        "ended its answer before it was complete: the last event that the API promises did not come");
    EXPECT_EQ(
        answer_to(openai_responses_api,
            sse({ R"({"type":"response.output_item.done","item":{"type":"function_call","call_id":"a","name":"f","arguments":"{\"x\":"}})",
                R"({"type":"response.incomplete","response":{"incomplete_details":{"reason":"max_output_tokens"},"usage":null}})" })),
        "stop length\nusage 0 0 0\n");
    EXPECT_EQ(answer_to(openai_responses_api,
                  sse({ R"({"type":"response.failed","response":{"error":{"code":"rate_limit_exceeded","message":"slower"}}})" })),
        "limits how often it is asked: slower");
    EXPECT_EQ(
        answer_to(openai_responses_api,
            sse({ R"({"type":"error","sequence_number":2,"error":{"type":"invalid_request_error","code":"context_length_exceeded","message":"too long"}})" })),
        "says that the conversation is too long for the model {model}: too long");
    EXPECT_EQ(answer_to(openai_responses_api, sse({ R"({"type":"error","code":"server_error","message":"flat"})" })), "failed: flat");
    EXPECT_EQ(answer_to(openai_responses_api,
                  sse({ R"({"type":"response.output_text.delta","delta":"In "})",
                      R"({"type":"response.output_text.delta","delta":"pieces."})", end })),
        "text In pieces.\nstop end_turn\nusage 5 6 4\n")
        << "a server without items";
}

TEST(Ollama, reads_lines_and_calls_whose_reason_says_stop)
{
    std::string const stream = lines({ R"({"message":{"role":"assistant","content":"Hm"},"done":false})",
        R"({"message":{"content":"","thinking":"x","tool_calls":[{"function":{"name":"f","arguments":{"x":1}}},{"id":"b","function":{"index":0,"name":"g","arguments":{}}}]},"done":false})",
        R"({"message":{"content":""},"done":true,"done_reason":"stop","prompt_eval_count":30,"eval_count":3})" });
    for (std::size_t const piece : { 1, 1000000 })
        EXPECT_EQ(answer_to(ollama_api, stream, piece), "text Hm\ncall  f {\"x\":1}\ncall b g {}\nstop tool_use\nusage 30 3 0\n");
}

TEST(Ollama, notices_what_the_server_does_not_say)
{
    auto const last = [](std::string const& fields) { return "{\"message\":{\"content\":\"x\"},\"done\":true," + fields + "}\n"; };
    EXPECT_EQ(answer_to(ollama_api, last(R"("done_reason":"length")")), "text x\nstop length\nusage 0 0 0\n");
    EXPECT_TRUE(answer_to(ollama_api, last(R"("done_reason":"load")")).starts_with("has no model loaded"));
    EXPECT_TRUE(answer_to(ollama_api, last(R"("done_reason":"stop","prompt_eval_count":4096)"))
                    .starts_with("says that the conversation is too long"));
    EXPECT_TRUE(answer_to(ollama_api, last(R"("done_reason":"stop","prompt_eval_count":4095)")).starts_with("text x"));
    EXPECT_EQ(
        answer_to(ollama_api, "{\"message\":{\"content\":\"x\"},\"done\":false}\n{\"error\":\"runner died\"}\n"), "failed: runner died");
    EXPECT_EQ(answer_to(ollama_api, "{\"message\":{\"content\":\"x\"},\"done\":false}\n"),
        "ended its answer before it was complete: the last event that the API promises did not come");
}

TEST(Ollama, notices_that_much_less_was_read_than_was_asked)
{
    auto const read = [](std::size_t request_bytes, std::uint64_t likely_tokens, int tokens) {
        Dialect dialect;
        dialect.context_tokens = 8192;
        dialect.request_bytes = request_bytes;
        dialect.likely_tokens = likely_tokens;
        auto const decoder = ollama_api.decoder({}, dialect);
        return !decoder->read(
            { {}, "{\"message\":{\"content\":\"x\"},\"done\":true,\"prompt_eval_count\":" + std::to_string(tokens) + "}" });
    };
    EXPECT_TRUE(read(36'000, 0, 8100)) << "4.4 bytes a token may be";
    EXPECT_FALSE(read(60'000, 0, 8100));
    EXPECT_FALSE(read(36'000, 12'000, 8100)) << "it counted three bytes a token before";
    EXPECT_TRUE(read(36'000, 8'300, 8100));
    EXPECT_TRUE(read(12'000, 4'000, 1900)) << "all of it fits: the rest was in its cache";
    EXPECT_FALSE(read(12'000, 4'000, 1400));
}

TEST(EveryApi, takes_no_count_and_no_cost_that_cannot_be)
{
    std::string const text = chunk(R"({"content":"Hi."})", R"("stop")");
    for (char const* usage : { R"({"prompt_tokens":18446744073709551615,"completion_tokens":-4,"cost":1e300})",
             R"({"prompt_tokens":1.5,"cost":-1})", R"({"prompt_tokens":"9","completion_tokens":null,"cost":"0.1"})" }) {
        FakeHttp http;
        StillClock const clock;
        http.answers.front().body = sse({ text, std::string(R"({"choices":[],"usage":)") + usage + "}" });
        auto const reply = ApiClient(setup_for(openai_api), http, clock).attempt(Request {}, {}, {});
        EXPECT_EQ(shown(reply), "text Hi.\nstop end_turn\nusage 0 0 0\n") << usage;
        EXPECT_FALSE(reply->usage.cost) << usage;
    }
}

TEST(Requests, pair_calls_with_results_in_each_apis_way)
{
    Request request;
    request.system = "S";
    request.tools.push_back({ "f", "does f", Json { { "type", "object" } } });
    request.messages.push_back({ Role::user, "Q", {}, {} });
    request.messages.push_back({ Role::assistant, "", { { "a", "f", Json { { "x", 1 } } }, { "b", "f", Json::object(), "cut" } }, {} });
    request.messages.push_back({ Role::user, "", {}, { { "a", "A", false }, { "b", "B", true } } });
    FakeHttp http;
    StillClock const clock;
    auto const body = [&](Api const& api) { return Json::parse(ApiClient(setup_for(api), http, clock).prepare(request).body); };
    EXPECT_EQ(body(anthropic_api)["messages"][2]["content"][1],
        Json::parse(R"({"type":"tool_result","tool_use_id":"b","content":"B","is_error":true,"cache_control":{"type":"ephemeral"}})"));
    EXPECT_EQ(body(anthropic_api)["messages"][1]["content"][1], Json::parse(R"({"type":"tool_use","id":"b","name":"f","input":{}})"));
    EXPECT_EQ(body(openai_api)["messages"], Json::parse(R"([{"role":"system","content":"S"},{"role":"user","content":"Q"},
        {"role":"assistant","content":null,"tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{\"x\":1}"}},
                                                         {"id":"b","type":"function","function":{"name":"f","arguments":"{}"}}]},
        {"role":"tool","tool_call_id":"a","content":"A"},{"role":"tool","tool_call_id":"b","content":"B"}])"));
    EXPECT_EQ(body(openai_responses_api)["input"][1],
        Json::parse(R"({"type":"function_call","call_id":"a","name":"f","arguments":"{\"x\":1}"})"));
    EXPECT_EQ(body(openai_responses_api)["input"][4], Json::parse(R"({"type":"function_call_output","call_id":"b","output":"B"})"));
    EXPECT_EQ(body(ollama_api)["messages"][3], Json::parse(R"({"role":"tool","tool_call_id":"a","tool_name":"f","content":"A"})"));
    EXPECT_EQ(body(ollama_api)["options"]["num_ctx"], 4096);
}

}
}
