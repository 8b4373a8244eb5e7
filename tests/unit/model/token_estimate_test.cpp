#include "model/token_estimate.h"

#include <gtest/gtest.h>

namespace countersign::model {
namespace {

TEST(TokenEstimate, is_careful_until_it_knows_better)
{
    TokenEstimate estimate;
    EXPECT_EQ(estimate.of(30'000), 10'001u);
    EXPECT_FALSE(estimate.is_close(1'000));
    estimate.learn(40'000, 10'000);
    EXPECT_EQ(estimate.of(40'000), 10'001u);
    EXPECT_TRUE(estimate.is_close(43'000));
    EXPECT_FALSE(estimate.is_close(50'000));
}

TEST(TokenEstimate, follows_what_is_counted_last_and_never_believes_nonsense)
{
    TokenEstimate estimate;
    estimate.learn(40'000, 10'000);
    estimate.learn(40'000, 20'000);
    EXPECT_EQ(estimate.of(30'000), 10'001u);
    estimate.learn(40'000, 0);
    estimate.learn(10, 10'000);
    EXPECT_EQ(estimate.of(30'000), 10'001u);
    // A server that counts only what its cache does not hold.
    for (int i = 0; i < 20; ++i)
        estimate.learn(100'000, 3);
    EXPECT_GE(estimate.of(60'000), 10'000u);
}

}
}
