// What a person is told of an answer that is none.
#include "fake_http.h"

#include <gtest/gtest.h>

namespace countersign::model {
namespace {

class FailureTest : public testing::Test {
protected:
    std::string told(Answered answer, Api const& api = openai_api)
    {
        http.answers = { std::move(answer) };
        ApiClient client(setup_for(api), http, clock);
        auto const attempted = client.attempt(Request {}, {}, {});
        return attempted ? "no failure" : to_error(attempted.error(), client.asked()).message;
    }
    std::string told(int status, std::string body) { return told({ status, std::move(body), {} }); }

    FakeHttp http;
    StillClock clock;
};

TEST_F(FailureTest, shows_no_part_of_a_key_that_crosses_the_cut)
{
    std::string const key = setup_for(openai_api).key;
    for (std::size_t before = 560; before < 620; ++before) {
        std::string const words = std::string(before, '.') + key + std::string(100, '.');
        EXPECT_EQ(told(401, words).find("sk-s"), std::string::npos) << before;
        EXPECT_EQ(told(401, R"({"error":{"message":")" + words + R"("}})").find("sk-s"), std::string::npos) << before;
        EXPECT_EQ(told({ 200, "data: {\"error\":\"" + words + "\"}\n\n" }).find("sk-s"), std::string::npos) << before;
    }
    for (std::size_t before = 60; before < 220; ++before) {
        EXPECT_EQ(told({ 200, std::string(before, '.') + key }).find("sk-s"), std::string::npos) << before;
        Answered answer { 500, "{}", { { "x-request-id", std::string(before, '.') + key } } };
        EXPECT_EQ(told(answer).find("sk-s"), std::string::npos) << before;
    }
}

TEST_F(FailureTest, a_web_page_is_seen_at_once_by_every_api)
{
    for (Api const* api : apis()) {
        for (char const* type : { "text/html", "application/x-ndjson", "application/json", "text/event-stream" }) {
            std::string const page = "\xEF\xBB\xBF\n<!DOCTYPE html>\n<html><head><title>Log in</title>" + std::string(300, '.');
            for (std::size_t const piece : { 1, 1000 }) {
                Answered answer { 200, page, { { "content-type", type } } };
                answer.piece = piece;
                EXPECT_TRUE(
                    told(answer, *api).starts_with(std::string(api->name) + " answered with something that is not its API: a web page."))
                    << told(answer, *api);
                answer.problem = HttpProblem::cut;
                EXPECT_NE(told(answer, *api).find("a web page"), std::string::npos);
            }
        }
    }
}

TEST_F(FailureTest, a_half_event_at_the_end_is_a_cut_and_no_nonsense)
{
    std::pair<Api const*, std::string> const streams[] = {
        { &openai_api, "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi\"},\"finish_reason\":null}]}\n\n" },
        { &ollama_api, "{\"message\":{\"role\":\"assistant\",\"content\":\"Hi\"},\"done\":false}\n" },
    };
    for (auto const& [api, event] : streams) {
        std::string const line = event.substr(0, event.find('\n'));
        for (std::string const& before : { std::string(), event }) {
            for (std::size_t size = line.find('{') + 1; size < line.size(); ++size) {
                std::string const said = told({ 200, before + line.substr(0, size), {} }, *api);
                EXPECT_NE(said.find("ended its answer before it was complete"), std::string::npos) << size << ": " << said;
            }
        }
        EXPECT_NE(told({ 200, event + "{]}\n\n", {} }, ollama_api).find("cannot be read"), std::string::npos);
    }
    EXPECT_NE(told({ 200, "{\"choices\":[", { { "content-type", "application/json" } } }).find("ended its answer"), std::string::npos);
}

TEST_F(FailureTest, what_a_half_event_follows_counts_if_it_is_complete)
{
    std::string const whole = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi\"},\"finish_reason\":\"stop\"}]}\n\n";
    EXPECT_EQ(told({ 200, whole + "data: {\"choi", {} }), "no failure");
}

TEST_F(FailureTest, an_answer_is_read_as_what_it_is_whatever_its_type)
{
    std::string const stream = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi\"},\"finish_reason\":\"stop\"}]}\n\n";
    std::string const value = R"({"choices":[{"index":0,"message":{"content":"Hi"},"finish_reason":"stop"}]})";
    for (char const* type : { "application/json", "text/event-stream", "text/plain", "" }) {
        for (std::string const& body : { stream, ": hello\n\n" + stream, "event: x\n" + stream, "\n\xEF\xBB\xBF" + value, value }) {
            for (std::size_t const piece : { 1, 1000 }) {
                Answered answer { 200, body, { { "content-type", type } } };
                answer.piece = piece;
                EXPECT_EQ(told(answer), "no failure") << type << ": " << body;
            }
        }
    }
    EXPECT_NE(told({ 200, value + "\n" + value }).find("something that is not its API: {"), std::string::npos);
}

TEST_F(FailureTest, shows_the_words_wherever_a_server_puts_them)
{
    std::pair<char const*, char const*> const cases[] = {
        { R"({"detail":"Not like this"})", ": Not like this." },
        { R"({"detail":[{"loc":["body","messages",0],"msg":"Field required","type":"missing"},{"msg":"Too long"},7]})",
            ": body.messages.0: Field required; Too long." },
        { R"({"error":{"message":"Not like this"},"detail":"more"})", ": Not like this." },
        { R"({"detail":{"message":"Not like this","code":7}})", ": Not like this." },
        { R"([{"error":{"code":422,"message":"Not like this","status":"INVALID_ARGUMENT"}}])", ": Not like this." },
    };
    for (auto const& [body, wanted] : cases)
        EXPECT_NE(told(422, body).find(wanted), std::string::npos) << told(422, body);
    EXPECT_TRUE(told(401, R"({"detail":"Invalid token"})").starts_with("openai does not accept the key (HTTP 401): Invalid token"));
}

TEST_F(FailureTest, speaks_of_tool_calls_only_where_the_server_does)
{
    for (int const status : { 400, 422 }) {
        EXPECT_EQ(told(status, R"({"detail":"temperature: must be below 1"})").find("tool"), std::string::npos);
        EXPECT_NE(told(status, R"({"detail":"temperature: must be below 1"})").find("Check the settings model"), std::string::npos);
        EXPECT_NE(told(status, R"({"error":"gemma does not support Tools"})").find("set tool_calls to \"text\""), std::string::npos);
        EXPECT_NE(told(status, R"({"error":"no function calling"})").find("set tool_calls to \"text\""), std::string::npos);
    }
}

TEST_F(FailureTest, understands_what_google_and_vllm_say_of_a_bad_request)
{
    char const* const key =
        R"([{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT"}}])";
    EXPECT_TRUE(told(400, key).starts_with("openai does not accept the key (HTTP 400): API key not valid")) << told(400, key);
    char const* const old = R"({"error":{"code":400,"message":"API key expired. Please renew the API key.","status":"INVALID_ARGUMENT"}})";
    EXPECT_TRUE(told(400, old).starts_with("openai does not accept the key (HTTP 400)"));
    char const* const full =
        R"({"object":"error","message":"This model's maximum context length is 4096 tokens.","type":"BadRequestError","code":400})";
    EXPECT_TRUE(told(400, full).starts_with("openai says that the conversation is too long")) << told(400, full);
}

}
}
