// The calls of one patch are all made, or none.
#include "tests/unit/agent/run_fixture.h"

#include <gtest/gtest.h>

namespace countersign::agent {
namespace {

class PatchTest : public RunTest {
protected:
    /// Calls of one patch.
    void patch(std::vector<tests::ScriptedModel::Call> const& calls)
    {
        model::Reply reply;
        reply.message.role = model::Role::assistant;
        for (auto const& call : calls)
            reply.message.calls.push_back({ {}, call.name, call.arguments, {}, 1 });
        reply.stop = model::StopReason::tool_use;
        model_.reply(std::move(reply));
    }
};

TEST_F(PatchTest, is_made_as_a_whole)
{
    patch({ edit("a.txt", "one", "1"), edit("b.txt", "two", "2") });
    model_.text("Done.");
    EXPECT_EQ(run().changes.size(), 2u);
}

TEST_F(PatchTest, is_taken_back_when_a_part_of_it_fails)
{
    model_.calls({ edit("a.txt", "one", "first") });
    patch({ edit("a.txt", "first", "1"), { "delete_file", { { "path", "b.txt" } } }, edit("a.txt", "nothing like it", "x"),
        { "create_file", { { "path", "c.txt" }, { "content", "c" } } } });
    model_.text("Done.");
    Outcome const outcome = run();
    ASSERT_EQ(outcome.changes.size(), 1u);
    EXPECT_EQ(outcome.changes[0].new_text, "first\n") << "what was there before the patch stays";
    EXPECT_EQ(outcome.tool_calls, 4u) << "after the part that failed none is called";
    auto const& results = model_.results_of(1);
    for (std::size_t const i : { 0u, 1u, 3u })
        EXPECT_NE(results[i].text.find("because edit_file a.txt failed"), std::string::npos) << results[i].text;
    for (model::ToolResult const& result : results)
        EXPECT_TRUE(result.is_error);
    EXPECT_NE(results[2].text.find("not_found"), std::string::npos) << results[2].text;
}

TEST_F(PatchTest, is_not_begun_beyond_the_limit_of_calls)
{
    limits_.tool_calls = 1;
    patch({ edit("a.txt", "one", "1"), edit("b.txt", "two", "2") });
    Outcome const outcome = run();
    EXPECT_EQ(outcome.ended, Ended::limit);
    EXPECT_TRUE(outcome.changes.empty());
}

TEST_F(PatchTest, is_taken_back_when_the_run_is_stopped_in_it)
{
    on_progress_ = [&](Progress const& progress) {
        if (progress.kind == Progress::Kind::tool_finished)
            stop_.request_stop();
    };
    patch({ edit("a.txt", "one", "1"), edit("b.txt", "two", "2") });
    Outcome const outcome = run();
    EXPECT_EQ(outcome.ended, Ended::stopped);
    EXPECT_TRUE(outcome.changes.empty());
}

TEST_F(PatchTest, sent_again_unchanged_is_a_loop)
{
    for (int i = 0; i < 3; ++i)
        patch({ edit("a.txt", "one", "1"), edit("b.txt", "nothing like it", "2") });
    EXPECT_EQ(run().ended, Ended::limit);
}

}
}
