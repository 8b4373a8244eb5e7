// Long conversations: measured, shortened in time, and pairs of calls and results kept whole.
#include "tests/unit/agent/run_fixture.h"

#include "agent/window.h"

#include <gtest/gtest.h>

namespace countersign::agent {
namespace {

/// A model with a small context, which counts if it is told how.
class SmallModel final : public model::Provider {
public:
    explicit SmallModel(tests::ScriptedModel& script, std::uint64_t context) : script_(script), context_(context) { }
    std::string name() const override { return "small"; }
    std::uint64_t context_tokens() const override { return context_; }
    Result<model::Reply> complete(
        model::Request const& request, std::function<void(model::Delta const&)> const& on_delta, std::stop_token stop) override
    {
        if (refuses_from > 0 && bytes_of(request) >= refuses_from)
            return fail(ErrorCode::too_large, "small says that the conversation is too long for the model m.");
        largest = std::max(largest, bytes_of(request));
        return script_.complete(request, on_delta, std::move(stop));
    }
    Result<std::uint64_t> count_tokens(model::Request const& request, std::stop_token) override
    {
        ++counted;
        return bytes_per_token > 0 ? Result<std::uint64_t>(bytes_of(request) / bytes_per_token)
                                   : fail(ErrorCode::not_found, "it does not count");
    }

    std::size_t refuses_from = 0;
    std::size_t bytes_per_token = 0;
    std::size_t largest = 0;
    int counted = 0;

private:
    tests::ScriptedModel& script_;
    std::uint64_t context_;
};

class WindowTest : public RunTest {
protected:
    Outcome run_with(SmallModel& provider)
    {
        return agent::run(task_, provider, snapshot_, limits_, clock_, transcript_,
            [this](Progress const& progress) { progress_.push_back(progress); }, {});
    }
    /// Turns that each read another large file.
    void read_files(int count, std::size_t bytes)
    {
        std::map<std::string, std::string> files { { "a.txt", "one\n" } };
        for (int i = 0; i < count; ++i) {
            files["f" + std::to_string(i)] = std::string(bytes, 'x') + std::to_string(i);
            model_.calls({ read("f" + std::to_string(i)) });
        }
        set_files(std::move(files));
    }
    bool was_told(std::string_view what) const
    {
        return std::any_of(progress_.begin(), progress_.end(), [&](Progress const& progress) {
            return progress.kind == Progress::Kind::notice && progress.text.find(what) != std::string::npos;
        });
    }
};

TEST_F(WindowTest, a_long_conversation_is_shortened_before_it_is_too_long)
{
    read_files(40, 3'000);
    model_.calls({ edit("a.txt", "one", "two") }).text("Done.");
    SmallModel provider(model_, 16'000);
    Outcome const outcome = run_with(provider);
    EXPECT_EQ(outcome.ended, Ended::done) << outcome.error; // the scripted model checks each request's pairs
    EXPECT_EQ(outcome.changes.size(), 1u);
    EXPECT_LE(provider.largest, 16'000u * 3);
    EXPECT_TRUE(was_told("the conversation was shortened"));
    // Seldom: each time the provider's cache is lost.
    EXPECT_LE(transcript_.count("shortened"), 10u);
    EXPECT_EQ(model_.requests.back().messages.front().text.find(task_.instruction), 0u);
}

TEST_F(WindowTest, what_nobody_limits_stays_whole)
{
    read_files(40, 3'000);
    model_.text("Done.");
    SmallModel provider(model_, 0);
    EXPECT_EQ(run_with(provider).ended, Ended::done);
    EXPECT_EQ(transcript_.count("shortened"), 0u);
    EXPECT_EQ(model_.requests.back().messages.size(), 81u);
}

TEST_F(WindowTest, near_the_limit_the_provider_is_asked_to_count)
{
    read_files(12, 3'000);
    model_.text("Done.");
    SmallModel provider(model_, 16'000);
    provider.bytes_per_token = 6; // twice as good as guessed
    EXPECT_EQ(run_with(provider).ended, Ended::done);
    EXPECT_GE(provider.counted, 1);
    EXPECT_LE(provider.counted, 4) << "not in every turn";
    EXPECT_EQ(transcript_.count("shortened"), 0u) << "by its count there is room";
}

TEST_F(WindowTest, a_provider_that_calls_it_too_long_is_asked_once_more_with_less)
{
    read_files(10, 3'000);
    model_.text("Done.");
    SmallModel provider(model_, 0);
    provider.refuses_from = 20'000;
    EXPECT_EQ(run_with(provider).ended, Ended::done);
    EXPECT_TRUE(was_told("the conversation was shortened"));
}

TEST_F(WindowTest, what_cannot_be_shortened_is_the_providers_refusal)
{
    SmallModel provider(model_, 0);
    provider.refuses_from = 1;
    Outcome const outcome = run_with(provider);
    EXPECT_EQ(outcome.ended, Ended::failed);
    EXPECT_EQ(outcome.error_code, ErrorCode::provider);
    EXPECT_NE(outcome.error.find("too long"), std::string::npos);
}

TEST_F(WindowTest, one_result_never_fills_a_small_window)
{
    set_files({ { "large", std::string(200'000, 'y') } });
    model_.calls({ read("large") }).text("Done.");
    SmallModel provider(model_, 8'000);
    EXPECT_EQ(run_with(provider).ended, Ended::done);
    EXPECT_LE(model_.results_of(0).front().text.size(), 8'000u * 3 / 4);
}

TEST_F(WindowTest, many_results_of_one_turn_do_not_fill_it_either)
{
    std::map<std::string, std::string> files;
    std::vector<tests::ScriptedModel::Call> calls;
    for (int i = 0; i < 12; ++i) {
        files["large" + std::to_string(i)] = std::string(200'000, 'y');
        calls.push_back(read("large" + std::to_string(i)));
    }
    set_files(files);
    model_.calls(calls).text("Done.");
    SmallModel provider(model_, 8'000);
    EXPECT_EQ(run_with(provider).ended, Ended::done);
    std::size_t all = 0;
    for (model::ToolResult const& result : model_.results_of(0))
        all += result.text.size();
    EXPECT_GT(all, 6'000u);
    EXPECT_LE(all, 12'000u) << "half of the room of 6,000 tokens, and what each says of its being cut";
}

TEST(Conversation, forgets_the_oldest_turns_and_says_what_they_did)
{
    Conversation conversation("Do it.");
    for (int i = 0; i < 6; ++i) {
        std::string const id = "c" + std::to_string(i);
        model::Message reply;
        reply.calls.push_back({ id, i == 0 ? "edit_file" : "read_file", { { "path", "f" + std::to_string(i) } } });
        conversation.add_reply(std::move(reply));
        CalledTool called;
        called.result = { id, std::string(1'000, 'z') };
        conversation.add_results(std::span(&called, 1));
    }
    std::size_t const before = conversation.bytes();
    conversation.shorten(before / 2);
    EXPECT_EQ(conversation.messages().size(), 13u) << "older results lose their texts first";
    EXPECT_NE(conversation.messages()[2].results[0].text.find("1000 bytes, left out"), std::string::npos);
    EXPECT_EQ(conversation.messages().back().results[0].text.size(), 1'000u);
    conversation.shorten(1);
    EXPECT_EQ(conversation.messages().size(), 5u);
    EXPECT_NE(conversation.messages()[0].text.find("edit_file f0; read_file f1"), std::string::npos);
    EXPECT_TRUE(conversation.messages()[0].text.starts_with("Do it."));
    EXPECT_EQ(conversation.messages()[1].calls[0].id, conversation.messages()[2].results[0].call_id);
    std::size_t sum = 0;
    for (model::Message const& message : conversation.messages())
        sum += size_of(message);
    EXPECT_EQ(conversation.bytes(), sum);
}

}
}
