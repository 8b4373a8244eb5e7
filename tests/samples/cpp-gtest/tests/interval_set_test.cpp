#include "interval_set.h"

#include <gtest/gtest.h>

using paragraphs::IntervalSet;

TEST(IntervalSet, add_ignores_empty_interval)
{
    IntervalSet set;
    EXPECT_EQ(set.add(3, 3), 0);
    EXPECT_EQ(set.add(4, 3), 0);
    EXPECT_EQ(set.to_string(), "{}");
}

TEST(IntervalSet, add_keeps_order_and_merges_neighbours)
{
    IntervalSet set;
    EXPECT_EQ(set.add(10, 12), 2);
    EXPECT_EQ(set.add(1, 2), 1);
    EXPECT_EQ(set.add(5, 7), 2);
    EXPECT_EQ(set.to_string(), "{1, 5..6, 10..11}");
    EXPECT_EQ(set.add(7, 10), 3);
    EXPECT_EQ(set.to_string(), "{1, 5..11}");
    EXPECT_EQ(set.add(0, 20), 12);
    EXPECT_EQ(set.to_string(), "{0..19}");
}

TEST(IntervalSet, remove_splits_and_trims)
{
    IntervalSet set;
    set.add(0, 10);
    set.remove(3, 5);
    EXPECT_EQ(set.to_string(), "{0..2, 5..9}");
    set.remove(2, 6);
    EXPECT_EQ(set.to_string(), "{0..1, 6..9}");
    set.remove(8, 8);
    set.remove(9, 3);
    EXPECT_EQ(set.to_string(), "{0..1, 6..9}");
    set.remove(-5, 50);
    EXPECT_EQ(set.to_string(), "{}");
}

TEST(IntervalSet, contains_looks_at_both_ends)
{
    IntervalSet set;
    set.add(2, 4);
    set.add(6, 7);
    EXPECT_FALSE(set.contains(1));
    EXPECT_TRUE(set.contains(2));
    EXPECT_TRUE(set.contains(3));
    EXPECT_FALSE(set.contains(4));
    EXPECT_TRUE(set.contains(6));
    EXPECT_FALSE(set.contains(7));
}

TEST(IntervalSet, first_gap_steps_over_what_is_taken)
{
    IntervalSet set;
    EXPECT_EQ(set.first_gap(5), 5);
    set.add(5, 8);
    set.add(9, 10);
    EXPECT_EQ(set.first_gap(4), 4);
    EXPECT_EQ(set.first_gap(5), 8);
    EXPECT_EQ(set.first_gap(8), 8);
    EXPECT_EQ(set.first_gap(9), 10);
    EXPECT_EQ(set.first_gap(20), 20);
}
