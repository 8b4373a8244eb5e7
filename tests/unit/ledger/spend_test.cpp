#include "ledger/spend.h"

#include "ledger_fixture.h"

#include <nlohmann/json.hpp>
#include <sys/wait.h>
#include <unistd.h>

namespace countersign::ledger {
namespace {

using ::testing::HasSubstr;

class SpendTest : public LedgerFixture {
protected:
    std::unique_ptr<Spend> open_spend()
    {
        auto spend = Spend::open(folder_, clock_);
        EXPECT_TRUE(spend) << spend.error().message;
        return spend ? std::move(*spend) : nullptr;
    }

    SpendPlace const here_ { "run-1", "/home/ada/project" };
    Spent const request_ { .requests = 1, .input_tokens = 1000, .output_tokens = 200, .microdollars = 6000 };
};

TEST_F(SpendTest, counts_what_was_spent_for_run_day_and_workspace)
{
    auto spend = open_spend();
    auto const reservation = spend->reserve(here_, request_, {});
    ASSERT_TRUE(reservation);
    Spent const actual { 1, 900, 100, 300, 4000, 0, std::chrono::milliseconds(1500) };
    ASSERT_TRUE(spend->settle(*reservation, actual));
    for (SpendScope const scope : { SpendScope::run, SpendScope::day, SpendScope::workspace })
        EXPECT_EQ(*spend->total(scope, here_), actual);
    EXPECT_EQ(*spend->total(SpendScope::run, { "run-2", here_.workspace }), Spent {});
    EXPECT_EQ(*spend->total(SpendScope::workspace, { here_.run, "/elsewhere" }), Spent {});
    clock_.wall_time += std::chrono::hours(24);
    EXPECT_EQ(*spend->total(SpendScope::day, here_), Spent {});
    EXPECT_EQ(*spend->total(SpendScope::workspace, here_), actual);
}

TEST_F(SpendTest, refuses_what_would_pass_a_limit_and_counts_nothing_of_it)
{
    auto spend = open_spend();
    SpendLimit const limits[] = { { .scope = SpendScope::run }, { .scope = SpendScope::day, .microdollars = 13'000 } };
    ASSERT_TRUE(spend->reserve(here_, request_, limits));
    ASSERT_TRUE(spend->reserve({ "run-2", "/elsewhere" }, request_, limits));
    auto const refused = spend->reserve(here_, request_, limits);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::budget);
    EXPECT_EQ(refused.error().message,
        "the budget of $0.0130 for a day would be passed: $0.0120 are spent, and the next request may cost $0.0060");
    EXPECT_EQ(spend->total(SpendScope::day, here_)->requests, 2);
    EXPECT_EQ(spend->total(SpendScope::run, here_)->requests, 1);
}

TEST_F(SpendTest, a_limit_may_be_reached_exactly)
{
    auto spend = open_spend();
    SpendLimit const tokens[] = { { .scope = SpendScope::workspace, .tokens = 2400 } };
    ASSERT_TRUE(spend->reserve(here_, request_, tokens));
    ASSERT_TRUE(spend->reserve(here_, request_, tokens));
    EXPECT_THAT(
        spend->reserve(here_, { .input_tokens = 1 }, tokens).error().message, HasSubstr("budget of 2400 tokens for this workspace"));
    SpendLimit const requests[] = { { .scope = SpendScope::run, .requests = 2 } };
    EXPECT_THAT(spend->reserve(here_, request_, requests).error().message, HasSubstr("2 requests for one run is used up"));
    SpendLimit const wall[] = { { .scope = SpendScope::run, .wall = std::chrono::seconds(10) } };
    auto const reservation = spend->reserve(here_, request_, wall);
    ASSERT_TRUE(reservation);
    ASSERT_TRUE(spend->settle(*reservation, { .wall = std::chrono::seconds(10) }));
    EXPECT_THAT(spend->reserve(here_, request_, wall).error().message, HasSubstr("10 seconds"));
}

TEST_F(SpendTest, what_never_left_costs_nothing)
{
    auto spend = open_spend();
    auto const reservation = spend->reserve(here_, request_, {});
    clock_.wall_time += std::chrono::hours(24);
    ASSERT_TRUE(spend->settle(*reservation, {}));
    EXPECT_EQ(*spend->total(SpendScope::workspace, here_), Spent {});
    EXPECT_EQ(*spend->total(SpendScope::day, here_), Spent {}) << "it was of yesterday";
}

TEST_F(SpendTest, totals_outlive_the_process_and_stand_beside_the_chain)
{
    ASSERT_TRUE(open()->append("run", { { "run", "run-1" } }));
    ASSERT_TRUE(open_spend()->reserve(here_, request_, {}));
    EXPECT_EQ(*open_spend()->total(SpendScope::run, here_), request_);
    EXPECT_EQ(findings(), "whole");
}

TEST_F(SpendTest, numbers_stay_within_what_they_can_be)
{
    auto spend = open_spend();
    EXPECT_FALSE(spend->reserve(here_, { .input_tokens = -1 }, {}));
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
    ASSERT_TRUE(spend->reserve(here_, { .input_tokens = most, .output_tokens = most }, {}));
    ASSERT_TRUE(spend->reserve(here_, { .input_tokens = most, .output_tokens = most }, {}));
    SpendLimit const limits[] = { { .scope = SpendScope::run, .tokens = most / 16 } };
    EXPECT_FALSE(spend->reserve(here_, { .input_tokens = most, .output_tokens = most }, limits));
    EXPECT_GT(spend->total(SpendScope::run, here_)->input_tokens, 0);
}

TEST_F(SpendTest, processes_that_spend_together_do_not_pass_the_limit_together)
{
    open_spend();
    constexpr int processes = 4, tries = 40;
    std::vector<pid_t> children;
    for (int process = 0; process < processes; ++process) {
        pid_t const child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            auto spend = Spend::open(folder_, clock_);
            SpendLimit const limits[] = { { .scope = SpendScope::day, .requests = 100 } };
            int taken = 0;
            for (int i = 0; spend && i < tries; ++i)
                taken += (*spend)->reserve(here_, { .requests = 1 }, limits).has_value() ? 1 : 0;
            ::_exit(taken);
        }
        children.push_back(child);
    }
    int taken = 0;
    for (pid_t const child : children) {
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        ASSERT_TRUE(WIFEXITED(status));
        taken += WEXITSTATUS(status);
    }
    EXPECT_EQ(taken, 100);
    EXPECT_EQ(open_spend()->total(SpendScope::day, here_)->requests, 100);
}

}
}
