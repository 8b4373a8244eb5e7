#include "session/run_progress.h"

#include <gtest/gtest.h>

namespace countersign::session {
namespace {

model::Usage usage(std::uint64_t tokens, std::optional<double> cost)
{
    return { .input_tokens = tokens, .output_tokens = 1, .cost = cost };
}

TEST(CostSoFar, is_not_told_while_no_model_was_asked)
{
    CostSoFar cost;
    EXPECT_EQ(cost.text(), "");
    cost.add({});
    EXPECT_EQ(cost.text(), "");
}

TEST(CostSoFar, is_the_sum_of_all_runs)
{
    CostSoFar cost;
    cost.add(usage(1000, 0.0213));
    cost.add(usage(2000, 0.1));
    EXPECT_EQ(cost.text(), "$0.1213");
}

TEST(CostSoFar, says_so_where_a_price_is_not_known)
{
    CostSoFar cost;
    cost.add(usage(1000, std::nullopt));
    EXPECT_EQ(cost.text(), "unknown cost");
    cost.add(usage(1000, 0.01));
    EXPECT_EQ(cost.text(), "at least $0.0100");
}

}
}
