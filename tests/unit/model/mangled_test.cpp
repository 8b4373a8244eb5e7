// Thousands of random accidents on the way from the server: each gives the right reply, or a failure with a name. Never another reply.
#include "fake_http.h"

#include <array>
#include <gtest/gtest.h>
#include <random>

namespace countersign::model {
namespace {

struct Stream {
    Api const& api;
    std::string bytes;
    std::string junk;  ///< an event that is no JSON
    std::string error; ///< an event that is an error
};

std::array<Stream, 4> streams()
{
    std::string const anthropic =
        "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":10,\"output_tokens\":1}}}\n\n"
        "event: content_block_start\ndata: "
        "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n"
        "event: content_block_delta\ndata: "
        "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Gr\xC3\xBC\xC3\x9F"
        "e \xF0\x9F\x98\x80\"}}\n\n"
        "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n"
        "event: content_block_start\ndata: "
        "{\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type\":\"tool_use\",\"id\":\"a\",\"name\":\"edit_file\","
        "\"input\":{}}}\n\n"
        "event: content_block_delta\ndata: "
        "{\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"path\\\":\\\"a\"}}"
        "\n\n"
        "event: content_block_delta\ndata: "
        "{\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\".cpp\\\"}\"}}\n\n"
        "event: message_delta\ndata: "
        "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\"},\"usage\":{\"output_tokens\":9}}\n\n"
        "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";
    std::string const openai = "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"Gr\xC3\xBC\xC3\x9F"
                               "e\"},\"finish_reason\":null}]}\n\n"
                               "data: "
                               "{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"type\":\"function\","
                               "\"function\":{\"name\":\"edit_file\",\"arguments\":\"\"}}]},\"finish_reason\":null}]}\n\n"
                               "data: "
                               "{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{"
                               "\\\"path\\\":\\\"a\"}}]},\"finish_reason\":null}]}\n\n"
                               "data: "
                               "{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\".cpp\\\"}"
                               "\"}}]},\"finish_reason\":null}]}\n\n"
                               "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n\n"
                               "data: [DONE]\n\n";
    std::string const responses =
        "event: response.output_item.done\ndata: "
        "{\"type\":\"response.output_item.done\",\"item\":{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"Hi.\"}]}}"
        "\n\n"
        "event: response.function_call_arguments.delta\ndata: {\"type\":\"response.function_call_arguments.delta\",\"delta\":\"{\"}\n\n"
        "event: response.output_item.done\ndata: "
        "{\"type\":\"response.output_item.done\",\"item\":{\"type\":\"function_call\",\"call_id\":\"a\",\"name\":\"edit_file\","
        "\"arguments\":\"{\\\"path\\\":\\\"a.cpp\\\"}\"}}\n\n"
        "event: response.completed\ndata: "
        "{\"type\":\"response.completed\",\"response\":{\"usage\":{\"input_tokens\":3,\"output_tokens\":4}}}\n\n";
    std::string const ollama =
        "{\"message\":{\"role\":\"assistant\",\"content\":\"Gr\xC3\xBC\xC3\x9F"
        "e\"},\"done\":false}\n"
        "{\"message\":{\"content\":\"\",\"tool_calls\":[{\"function\":{\"name\":\"edit_file\",\"arguments\":{\"path\":\"a.cpp\"}}}]},"
        "\"done\":false}\n"
        "{\"message\":{\"content\":\"\"},\"done\":true,\"done_reason\":\"stop\",\"prompt_eval_count\":50,\"eval_count\":2}\n";
    std::string const sse_error = "data: {\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n";
    return { { { anthropic_api, anthropic, "data: {\"type\": oops\n\n", "event: error\n" + sse_error },
        { openai_api, openai, "data: {\"cho\n\n", sse_error }, { openai_responses_api, responses, "data: }\n\n", sse_error },
        { ollama_api, ollama, "{oops\n", "{\"error\":\"Overloaded\"}\n" } } };
}

std::string replaced(std::string text, std::string_view from, std::string_view to)
{
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
    return text;
}

/// The begin of an event, after any of them.
std::size_t between_events(Stream const& stream, std::mt19937& random)
{
    std::string_view const end = stream.api.framing == Framing::sse ? "\n\n" : "\n";
    std::vector<std::size_t> places { 0 };
    for (std::size_t at = stream.bytes.find(end); at != std::string::npos; at = stream.bytes.find(end, at + 1))
        places.push_back(at + end.size());
    return places[random() % places.size()];
}

/// One accident; `bytes` changes and perhaps the connection's end.
void happen(Answered& answer, Stream const& stream, std::mt19937& random)
{
    bool const is_sse = stream.api.framing == Framing::sse;
    switch (random() % 9) {
    case 0:
        answer.piece = 1 + random() % 9;
        break;
    case 1:
        answer.body = replaced(answer.body, "\n", is_sse && random() % 2 == 0 ? "\r" : "\r\n");
        break;
    case 2:
        answer.body = "\xEF\xBB\xBF" + answer.body;
        break;
    case 3:
        answer.body.resize(random() % (answer.body.size() + 1));
        break;
    case 4:
        answer.problem = random() % 2 == 0 ? HttpProblem::cut : HttpProblem::stalled;
        answer.body.resize(random() % (answer.body.size() + 1));
        break;
    case 5:
        answer.body.insert(std::min(between_events(stream, random), answer.body.size()), is_sse ? ": ping\n\n" : "\n");
        break;
    case 6:
        answer.body.insert(std::min(between_events(stream, random), answer.body.size()), stream.junk);
        break;
    case 7:
        answer.body.insert(std::min(between_events(stream, random), answer.body.size()), stream.error);
        break;
    default:
        answer.status = std::array { 400, 401, 429, 500, 503, 301 }[random() % 6];
        break;
    }
}

TEST(Mangled, streams_give_the_right_reply_or_a_named_failure)
{
    constexpr int rounds = 2500; // of each API, so 10,000
    StillClock const clock;
    int right = 0, failed = 0;
    for (Stream const& stream : streams()) {
        FakeHttp http;
        http.answers = { { 200, stream.bytes } };
        ApiClient client(setup_for(stream.api), http, clock);
        std::string const wanted = shown(client.attempt(Request {}, {}, {}));
        ASSERT_NE(wanted.find("call"), std::string::npos) << wanted;
        std::string const without_usage = wanted.substr(0, wanted.find("usage"));
        for (int seed = 0; seed < rounds; ++seed) {
            std::mt19937 random(static_cast<unsigned>(seed));
            Answered answer { 200, stream.bytes };
            happen(answer, stream, random);
            // Places for a second accident are those of the untouched stream, so only one of the first kinds may come before it.
            if (answer.body == stream.bytes)
                happen(answer, stream, random);
            http.answers = { answer };
            Attempted const attempted = client.attempt(Request {}, {}, {});
            if (!attempted) {
                ++failed;
                EXPECT_FALSE(in_short(attempted.error().cause).empty());
                continue;
            }
            ++right;
            std::string const got = shown(attempted);
            ASSERT_EQ(got.substr(0, got.find("usage")), without_usage) << stream.api.name << " seed " << seed;
        }
    }
    EXPECT_GT(right, 3000);
    EXPECT_GT(failed, 3000);
}

}
}
