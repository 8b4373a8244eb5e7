#include "tests/unit/agent/run_fixture.h"

#include "agent/task.h"

#include <array>
#include <condition_variable>
#include <set>
#include <stdexcept>
#include <thread>

namespace countersign::agent {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class LoopTest : public RunTest { };

TEST_F(LoopTest, ends_with_the_models_last_words_when_it_calls_nothing)
{
    model_.text("It prints one.");
    Outcome const outcome = run();
    EXPECT_EQ(outcome.ended, Ended::done);
    EXPECT_EQ(outcome.text, "It prints one.");
    EXPECT_EQ(outcome.error, "");
    EXPECT_EQ(outcome.steps, 1u);
    EXPECT_TRUE(outcome.changes.empty());
    EXPECT_EQ(model_.requests[0].system, "You are a test.");
    EXPECT_EQ(model_.requests[0].messages[0].text, task_.instruction);
}

TEST_F(LoopTest, carries_out_calls_and_gives_each_its_result_in_order)
{
    model_
        .calls({ read("a.txt"), read("none.txt"), edit("a.txt", "one", "1"), read("a.txt"), { "fly", Json::object() },
            { "read_file", Json::object() } })
        .text("Done.");
    Outcome const outcome = run();
    ASSERT_EQ(outcome.ended, Ended::done) << outcome.error;
    auto const& results = model_.results_of(0);
    ASSERT_EQ(results.size(), 6u);
    EXPECT_EQ(results[0].text, "one\n");
    EXPECT_FALSE(results[0].is_error);
    EXPECT_THAT(results[1].text, StartsWith("not_found: "));
    EXPECT_TRUE(results[1].is_error);
    EXPECT_THAT(results[2].text, StartsWith("edited a.txt"));
    EXPECT_EQ(results[3].text, "1\n") << "a read after an edit sees it";
    EXPECT_THAT(results[4].text, StartsWith("not_found: there is no tool \"fly\"; there are read_file"));
    EXPECT_EQ(results[5].text, "invalid_params: path: is missing");
    ASSERT_EQ(outcome.changes.size(), 1u);
    EXPECT_EQ(outcome.changes[0].new_text, "1\n");
    EXPECT_EQ(outcome.tool_calls, 6u);
}

TEST_F(LoopTest, tells_what_it_does_while_it_does_it)
{
    model_.calls({ read("a.txt") }, model::StopReason::tool_use, "Looking.").text("Done.");
    run();
    std::vector<std::string> seen;
    for (Progress const& progress : progress_)
        seen.push_back(std::to_string(static_cast<int>(progress.kind)) + " " + progress.text);
    EXPECT_EQ(seen,
        (std::vector<std::string> {
            "0 step 1", "1 Looking.", "2 ", "3 read_file a.txt", "4 read_file a.txt", "0 step 2", "1 Done.", "2 " }));
}

TEST_F(LoopTest, offers_only_reading_tools_to_a_task_that_proposes_nothing)
{
    task_.proposes = false;
    model_.calls({ edit("a.txt", "one", "1") }).text("Done.");
    Outcome const outcome = run();
    for (model::ToolSpec const& tool : model_.requests[0].tools) {
        EXPECT_NE(tool.name, "edit_file");
        EXPECT_EQ(tool.input_schema.at("type"), "object");
    }
    EXPECT_THAT(model_.results_of(0)[0].text, StartsWith("not_found: there is no tool \"edit_file\""));
    EXPECT_TRUE(outcome.changes.empty());
}

TEST_F(LoopTest, carries_out_complete_calls_whatever_the_stop_reason_says)
{
    model_.calls({ read("a.txt") }, model::StopReason::end_turn).text("Done.");
    EXPECT_EQ(run().ended, Ended::done);
    EXPECT_EQ(model_.results_of(0)[0].text, "one\n");
}

TEST_F(LoopTest, never_carries_out_calls_of_a_reply_that_was_cut_off)
{
    model_.calls({ edit("a.txt", "one", ""), read("a.txt") }, model::StopReason::length).text("Done.");
    Outcome const outcome = run();
    EXPECT_EQ(outcome.ended, Ended::done);
    EXPECT_TRUE(outcome.changes.empty());
    EXPECT_EQ(outcome.tool_calls, 0u);
    ASSERT_EQ(model_.results_of(0).size(), 2u);
    for (model::ToolResult const& result : model_.results_of(0)) {
        EXPECT_TRUE(result.is_error);
        EXPECT_THAT(result.text, StartsWith("budget: not run: your reply was cut off"));
    }
}

TEST_F(LoopTest, joins_text_that_was_cut_off)
{
    model_.calls({}, model::StopReason::length, "First half, ").text("second half.");
    Outcome const outcome = run();
    EXPECT_EQ(outcome.ended, Ended::done);
    EXPECT_EQ(outcome.text, "First half, second half.");
}

TEST_F(LoopTest, gives_up_on_replies_that_are_cut_off_again_and_again)
{
    model_.calls({}, model::StopReason::length)
        .calls({ read("a.txt") }, model::StopReason::length)
        .calls({}, model::StopReason::length, "x");
    Outcome const outcome = run();
    EXPECT_EQ(outcome.ended, Ended::limit);
    EXPECT_EQ(outcome.error_code, ErrorCode::budget);
    EXPECT_THAT(outcome.error, HasSubstr("cut off at its output limit 3 times in a row"));
}

TEST_F(LoopTest, gives_calls_without_an_id_or_with_a_used_one_their_own)
{
    model::Reply reply;
    reply.message.role = model::Role::assistant;
    reply.message.calls = { { "", "read_file", { { "path", "a.txt" } } }, { "same", "read_file", { { "path", "b.txt" } } },
        { "same", "read_file", { { "path", "a.txt" } } } };
    model_.reply(reply).reply(reply).text("Done.");
    limits_.repeated_calls = 0;
    EXPECT_EQ(run().error, "");
    EXPECT_EQ(model_.results_of(1)[1].text, "two\n");
}

TEST_F(LoopTest, ends_as_failed_when_the_model_declines)
{
    model_.calls({ edit("a.txt", "one", "1") }, model::StopReason::refusal, "I cannot.");
    Outcome const outcome = run();
    EXPECT_EQ(outcome.ended, Ended::failed);
    EXPECT_EQ(outcome.error, "the model declined to answer: I cannot.");
    EXPECT_TRUE(outcome.changes.empty());
}

TEST_F(LoopTest, ends_with_the_providers_error)
{
    model_.calls({ edit("a.txt", "one", "1") }).fails(ErrorCode::provider, "the server is overloaded");
    Outcome const outcome = run();
    EXPECT_EQ(outcome.ended, Ended::failed);
    EXPECT_EQ(outcome.error_code, ErrorCode::provider);
    EXPECT_EQ(outcome.error, "the server is overloaded");
    EXPECT_EQ(outcome.changes.size(), 1u) << "kept, though nobody shows it";
    EXPECT_EQ(transcript_.count("provider_error"), 1u);
}

TEST_F(LoopTest, a_spent_budget_is_a_limit_not_a_failure)
{
    model_.fails(ErrorCode::budget, "the run would cost more than allowed");
    EXPECT_EQ(run().ended, Ended::limit);
}

TEST_F(LoopTest, survives_a_provider_and_a_tool_that_throw)
{
    model_.turn([](auto&&...) -> Result<model::Reply> { throw std::runtime_error("a defect"); });
    Outcome const outcome = run();
    EXPECT_EQ(outcome.ended, Ended::failed);
    EXPECT_EQ(outcome.error, "the run failed: a defect");
    EXPECT_EQ(transcript_.count("outcome"), 1u);
}

TEST_F(LoopTest, adds_up_what_was_used_and_knows_the_cost_only_if_all_of_it_is_known)
{
    auto const reply = [](std::optional<double> cost, bool last) {
        model::Reply one;
        one.message.text = "x";
        if (!last)
            one.message.calls = { { "", "list_files", Json::object() } };
        one.usage = { 10, 5, 3, cost };
        return one;
    };
    model_.reply(reply(0.5, false)).reply(reply(0.25, true));
    Outcome const known = run();
    EXPECT_EQ(known.usage.input_tokens, 20u);
    EXPECT_EQ(known.usage.output_tokens, 10u);
    EXPECT_EQ(known.usage.cached_input_tokens, 6u);
    EXPECT_EQ(known.usage.cost, 0.75);
    model_ = tests::ScriptedModel();
    model_.reply(reply(0.5, false)).reply(reply(std::nullopt, true));
    EXPECT_EQ(run().usage.cost, std::nullopt);
}

// Tools that tests drive. A tool is a plain function, so what they share is here.
struct Meeting {
    std::mutex mutex;
    std::condition_variable changed;
    std::size_t here = 0;
    std::size_t most = 0;
    std::size_t wanted = 0;
    std::stop_source* stop = nullptr;
    std::vector<int> order;
    std::set<std::thread::id> threads;
};
Meeting* meeting = nullptr;

/// Waits until as many calls as are wanted are here at the same time.
Result<std::string> meet(tools::Context& context, Json const&)
{
    std::unique_lock lock(meeting->mutex);
    meeting->most = std::max(meeting->most, ++meeting->here);
    meeting->changed.notify_all();
    bool const met = meeting->changed.wait_for(
        lock, std::chrono::seconds(60), [&] { return meeting->most >= meeting->wanted || context.stop.stop_requested(); });
    --meeting->here;
    return met ? Result<std::string>("met") : fail(ErrorCode::timeout, "nobody came");
}

/// Notes when and where it was called.
Result<std::string> propose(tools::Context&, Json const& arguments)
{
    std::lock_guard const lock(meeting->mutex);
    meeting->order.push_back(arguments.at("i").get<int>());
    meeting->threads.insert(std::this_thread::get_id());
    return std::string("proposed");
}

/// Stops the run, then waits until it notices.
Result<std::string> stop_run(tools::Context& context, Json const&)
{
    std::mutex mutex;
    std::condition_variable_any noticed;
    meeting->stop->request_stop();
    std::unique_lock lock(mutex);
    noticed.wait_for(lock, context.stop, std::chrono::seconds(60), [] { return false; });
    return context.stop.stop_requested() ? fail(ErrorCode::cancelled, "stopped in the middle")
                                         : fail(ErrorCode::timeout, "the stop never came");
}

Result<std::string> throws(tools::Context&, Json const&) { throw std::runtime_error("a defect"); }

constexpr std::string_view anything = R"({"type":"object"})";
constexpr std::array test_tools {
    tools::Tool { "meet", "", anything, tools::Effect::reads, meet },
    tools::Tool { "propose", "", anything, tools::Effect::proposes, propose },
    tools::Tool { "stop_run", "", anything, tools::Effect::reads, stop_run },
    tools::Tool { "throws", "", anything, tools::Effect::reads, throws },
};

class ToolCallsTest : public RunTest {
protected:
    ToolCallsTest()
    {
        meeting = &meeting_;
        meeting_.stop = &stop_;
    }
    ~ToolCallsTest() override { meeting = nullptr; }
    static std::vector<tests::ScriptedModel::Call> times(std::size_t count, std::string const& name)
    {
        std::vector<tests::ScriptedModel::Call> calls;
        for (std::size_t i = 0; i < count; ++i)
            calls.push_back({ name, { { "i", i } } });
        return calls;
    }

    Meeting meeting_;
};

TEST_F(ToolCallsTest, reads_run_side_by_side)
{
    meeting_.wanted = 4;
    limits_.parallel_calls = 4;
    model_.calls(times(6, "meet")).text("Done.");
    EXPECT_EQ(run(test_tools).error, "");
    for (model::ToolResult const& result : model_.results_of(0))
        EXPECT_EQ(result.text, "met");
    EXPECT_EQ(meeting_.most, 4u);
}

TEST_F(ToolCallsTest, no_more_run_at_a_time_than_allowed)
{
    meeting_.wanted = 1;
    limits_.parallel_calls = 1;
    model_.calls(times(6, "meet")).text("Done.");
    EXPECT_EQ(run(test_tools).error, "");
    EXPECT_EQ(meeting_.most, 1u);
}

TEST_F(ToolCallsTest, proposing_calls_run_one_after_another_in_the_order_of_the_reply)
{
    model_.calls(times(6, "propose")).text("Done.");
    EXPECT_EQ(run(test_tools).error, "");
    EXPECT_EQ(meeting_.order, (std::vector<int> { 0, 1, 2, 3, 4, 5 }));
    EXPECT_EQ(meeting_.threads, std::set { std::this_thread::get_id() }) << "on the run's own thread";
}

TEST_F(ToolCallsTest, what_a_tool_throws_is_its_result)
{
    model_.calls({ { "throws", Json::object() } }).text("Done.");
    EXPECT_EQ(run(test_tools).ended, Ended::done);
    EXPECT_EQ(model_.results_of(0)[0].text, "internal: the tool throws failed: a defect");
}

TEST_F(ToolCallsTest, a_stop_in_the_middle_of_a_tool_ends_the_run_and_every_call_has_its_result)
{
    limits_.parallel_calls = 1;
    model_.calls({ { "stop_run", Json::object() }, { "meet", Json::object() } });
    Outcome const outcome = run(test_tools);
    EXPECT_EQ(outcome.ended, Ended::stopped);
    EXPECT_EQ(outcome.error_code, ErrorCode::cancelled);
    EXPECT_EQ(model_.requests.size(), 1u);
    std::vector<std::string> results;
    for (Json const& entry : transcript_.entries) {
        if (entry.at("kind") == "result")
            results.push_back(entry.at("text"));
    }
    EXPECT_EQ(
        results, (std::vector<std::string> { "cancelled: stopped in the middle", "cancelled: the run was stopped before this call ran" }));
}

class LimitsTest : public RunTest { };

TEST_F(LimitsTest, stops_before_the_first_step_if_already_stopped)
{
    stop_.request_stop();
    Outcome const outcome = run();
    EXPECT_EQ(outcome.ended, Ended::stopped);
    EXPECT_TRUE(model_.requests.empty());
}

TEST_F(LimitsTest, a_stop_while_the_model_speaks_reaches_the_provider)
{
    model_.turn([this](model::Request const&, tests::ScriptedModel::OnDelta const&, std::stop_token stop) -> Result<model::Reply> {
        stop_.request_stop();
        EXPECT_TRUE(stop.stop_requested());
        return fail(ErrorCode::cancelled, "cancelled");
    });
    EXPECT_EQ(run().ended, Ended::stopped);
}

TEST_F(LimitsTest, the_deadline_reaches_a_provider_that_hangs)
{
    limits_.duration = std::chrono::milliseconds(1);
    model_.turn([](model::Request const&, tests::ScriptedModel::OnDelta const&, std::stop_token stop) -> Result<model::Reply> {
        std::mutex mutex;
        std::condition_variable_any ended;
        std::unique_lock lock(mutex);
        ended.wait_for(lock, stop, std::chrono::seconds(60), [] { return false; });
        EXPECT_TRUE(stop.stop_requested());
        return fail(ErrorCode::cancelled, "cancelled");
    });
    Outcome const outcome = run();
    EXPECT_EQ(outcome.ended, Ended::limit);
    EXPECT_EQ(outcome.error_code, ErrorCode::timeout);
}

TEST_F(LimitsTest, the_time_limit_goes_by_the_runs_own_clock_too)
{
    limits_.duration = std::chrono::minutes(5);
    on_progress_ = [this](Progress const& progress) {
        if (progress.kind == Progress::Kind::tool_started)
            clock_.advance(std::chrono::minutes(5));
    };
    model_.calls({ read("a.txt"), edit("a.txt", "one", "1") });
    Outcome const outcome = run();
    EXPECT_EQ(outcome.ended, Ended::limit);
    EXPECT_EQ(outcome.error, "the run has reached its time limit of 300 seconds");
}

TEST_F(LimitsTest, ends_after_the_last_step_allowed)
{
    limits_.steps = 2;
    model_.calls({ read("a.txt") }).calls({ read("b.txt") });
    Outcome const outcome = run();
    EXPECT_EQ(outcome.ended, Ended::limit);
    EXPECT_EQ(outcome.error, "the run has reached its limit of 2 steps");
    EXPECT_EQ(outcome.steps, 2u);
}

TEST_F(LimitsTest, ends_when_a_reply_calls_more_tools_than_are_left)
{
    limits_.tool_calls = 3;
    model_.calls({ read("a.txt"), read("b.txt") }).calls({ read("a.txt"), edit("a.txt", "one", "1") });
    Outcome const outcome = run();
    EXPECT_EQ(outcome.ended, Ended::limit);
    EXPECT_EQ(outcome.error, "the run has reached its limit of 3 tool calls");
    EXPECT_EQ(outcome.tool_calls, 3u);
    EXPECT_TRUE(outcome.changes.empty());
    EXPECT_EQ(transcript_.count("result"), 4u);
}

TEST_F(LimitsTest, uses_exactly_the_tool_calls_allowed)
{
    limits_.tool_calls = 2;
    model_.calls({ read("a.txt"), read("b.txt") }).text("Done.");
    EXPECT_EQ(run().ended, Ended::done);
}

TEST_F(LimitsTest, ends_a_model_that_goes_round_in_circles)
{
    model_.calls({ read("a.txt") }).calls({ read("b.txt"), read("a.txt") }).calls({ read("a.txt") });
    Outcome const outcome = run();
    EXPECT_EQ(outcome.ended, Ended::limit);
    EXPECT_EQ(
        outcome.error, "the run was ended because it called read_file a.txt 3 times with the same result and proposed nothing in between");
}

TEST_F(LimitsTest, the_same_call_is_no_loop_if_its_result_changes_or_something_is_proposed)
{
    model_.calls({ read("a.txt"), read("a.txt"), read("a.txt") })
        .calls({ read("a.txt") })
        .calls({ edit("b.txt", "two", "2") })
        .calls({ read("a.txt") })
        .calls({ read("a.txt") })
        .calls({ edit("a.txt", "one", "1"), read("a.txt") })
        .calls({ read("a.txt") })
        .text("Done.");
    Outcome const outcome = run();
    EXPECT_EQ(outcome.ended, Ended::done) << outcome.error;
}

TEST_F(LimitsTest, calls_that_cannot_be_read_are_a_loop_too)
{
    auto const unreadable = [&](std::string problem) {
        model::Reply reply;
        reply.message.role = model::Role::assistant;
        reply.message.calls.push_back({ {}, "edit_file", Json::object(), std::move(problem) });
        reply.stop = model::StopReason::tool_use;
        model_.reply(std::move(reply));
    };
    for (char const* problem : { "not complete", "no path", "not complete", "not complete" })
        unreadable(problem);
    Outcome const outcome = run();
    EXPECT_EQ(outcome.ended, Ended::limit);
    EXPECT_EQ(outcome.steps, 4u);
    EXPECT_EQ(outcome.error, "the run was ended because it called edit_file 3 times with the same result and proposed nothing in between");
}

TEST_F(LimitsTest, failing_proposals_are_a_loop_too)
{
    auto const wrong = edit("a.txt", "nothing like it", "1");
    model_.calls({ wrong }).calls({ wrong }).calls({ wrong });
    EXPECT_EQ(run().ended, Ended::limit);
}

TEST(TaskHeader, reads_the_first_line)
{
    EXPECT_EQ(task_header("{\"action\":\"fix\"}\nprose"), Json({ { "action", "fix" } }));
    EXPECT_EQ(task_header("{\"action\":\"fix\"}"), Json({ { "action", "fix" } }));
    EXPECT_EQ(task_header("prose"), Json::object());
    EXPECT_EQ(task_header("[1]\n"), Json::object());
    EXPECT_EQ(task_header(""), Json::object());
}

}
}
