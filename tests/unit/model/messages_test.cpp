#include "model/provider.h"

#include <gtest/gtest.h>

namespace countersign::model {
namespace {

Reply full_reply()
{
    Reply reply;
    reply.message.role = Role::assistant;
    reply.message.text = "Let me look.";
    reply.message.calls.push_back({ "call-1", "read_file", Json { { "path", "a.cpp" } }, {}, 2 });
    reply.stop = StopReason::tool_use;
    reply.usage = { 120, 8, 100, 0.25 };
    return reply;
}

TEST(Messages, reply_survives_the_way_to_json_and_back)
{
    Json const written = to_json(full_reply());
    auto const read = reply_from_json(written);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(to_json(*read), written);
    EXPECT_EQ(read->message.calls.at(0).arguments.at("path"), "a.cpp");
    EXPECT_EQ(read->message.calls.at(0).group, 2u);
    EXPECT_EQ(read->usage.cost, 0.25);
}

TEST(Messages, results_of_a_user_message_keep_their_error_flag)
{
    Message message;
    message.results.push_back({ "call-1", "not_found: no such file", true });
    message.results.push_back({ "call-2", "text", false });
    EXPECT_EQ(
        to_json(message), Json::parse(R"({"role":"user","results":[{"call_id":"call-1","text":"not_found: no such file","is_error":true},
                                                 {"call_id":"call-2","text":"text"}]})"));
}

TEST(Messages, unknown_cost_stays_unknown)
{
    Reply reply = full_reply();
    reply.usage.cost.reset();
    auto const read = reply_from_json(to_json(reply));
    ASSERT_TRUE(read);
    EXPECT_FALSE(read->usage.cost.has_value());
}

TEST(Messages, decoding_errors_name_the_path)
{
    std::pair<char const*, char const*> const cases[] = {
        { R"([])", "reply: expected an object" },
        { R"({"stop":"end_turn"})", "reply.message: is missing" },
        { R"({"message":{"role":"user"}})", "reply.stop: is missing" },
        { R"({"message":{"role":"boss"},"stop":"end_turn"})", "reply.message.role: `boss` is not known" },
        { R"({"message":{"role":"assistant","text":7},"stop":"end_turn"})", "reply.message.text: expected a string" },
        { R"({"message":{"role":"assistant","calls":{}},"stop":"end_turn"})", "reply.message.calls: expected an array" },
        { R"({"message":{"role":"assistant","calls":[{"id":"1","name":"x","arguments":[]}]},"stop":"end_turn"})",
            "reply.message.calls[0].arguments: expected an object" },
        { R"({"message":{"role":"user","results":[{"call_id":"1","text":"","is_error":1}]},"stop":"end_turn"})",
            "reply.message.results[0].is_error: expected true or false" },
        { R"({"message":{"role":"assistant"},"stop":"end_turn","usage":{"input_tokens":-1}})",
            "reply.usage.input_tokens: expected a whole number, zero or more" },
        { R"({"message":{"role":"assistant"},"stop":"end_turn","usage":{"cost":"1"}})", "reply.usage.cost: expected a number" },
    };
    for (auto const& [text, error] : cases) {
        auto const read = reply_from_json(Json::parse(text));
        ASSERT_FALSE(read) << text;
        EXPECT_EQ(read.error().message, error);
        EXPECT_EQ(read.error().code, ErrorCode::invalid_params);
    }
}

TEST(Replay, plays_replies_in_order_and_reports_their_deltas)
{
    Reply last;
    last.message = { Role::assistant, "Done.", {}, {} };
    auto provider = make_replay_provider({ full_reply(), last });
    EXPECT_FALSE(provider->is_model());
    std::string seen;
    auto const on_delta = [&](Delta const& delta) {
        if (auto const* text = std::get_if<TextDelta>(&delta))
            seen += "text " + text->text + "\n";
        else
            seen += "call " + std::get<CallStarted>(delta).name + "\n";
    };
    ASSERT_TRUE(provider->complete({}, on_delta, {}));
    auto const second = provider->complete({}, on_delta, {});
    ASSERT_TRUE(second);
    EXPECT_EQ(second->stop, StopReason::end_turn);
    EXPECT_EQ(seen, "text Let me look.\ncall read_file\ntext Done.\n");
}

TEST(Replay, fails_as_provider_when_replies_run_out)
{
    auto provider = make_replay_provider({});
    auto const reply = provider->complete({}, {}, {});
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().code, ErrorCode::provider);
}

TEST(Replay, stop_request_cancels_before_the_next_reply)
{
    auto provider = make_replay_provider({ full_reply() });
    std::stop_source source;
    source.request_stop();
    auto const reply = provider->complete({}, {}, source.get_token());
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().code, ErrorCode::cancelled);
    EXPECT_TRUE(provider->complete({}, {}, {})) << "a stopped call uses up no reply";
}

}
}
