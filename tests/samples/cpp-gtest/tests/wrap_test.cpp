#include "version.h"
#include "wrap.h"

#include <gtest/gtest.h>
#include <stdexcept>

using paragraphs::Alignment;
using Lines = std::vector<std::string>;

TEST(Wrap, breaks_at_spaces)
{
    EXPECT_EQ(paragraphs::wrap("to be or not to be", 9), (Lines { "to be or", "not to be" }));
    EXPECT_EQ(paragraphs::wrap("  to   be  ", 20), (Lines { "to be" }));
    EXPECT_EQ(paragraphs::wrap("", 5), Lines {});
}

TEST(Wrap, long_word_stands_alone_or_is_cut)
{
    EXPECT_EQ(paragraphs::wrap("a mississippi b", 5), (Lines { "a", "mississippi", "b" }));
    EXPECT_EQ(paragraphs::wrap("a mississippi b", 5, true), (Lines { "a", "missi", "ssipp", "i b" }));
}

TEST(Wrap, refuses_width_of_zero)
{
    EXPECT_THROW(paragraphs::wrap("a", 0), std::invalid_argument);
}

TEST(Wrap, align_fills_up_and_never_cuts)
{
    EXPECT_EQ(paragraphs::align("ab", 5, Alignment::left), "ab   ");
    EXPECT_EQ(paragraphs::align("ab", 5, Alignment::right), "   ab");
    EXPECT_EQ(paragraphs::align("ab", 5, Alignment::centre), " ab  ");
    EXPECT_EQ(paragraphs::align("abcdef", 5, Alignment::right), "abcdef");
}

TEST(Wrap, indentation_counts_tabs_to_the_next_stop)
{
    EXPECT_EQ(paragraphs::indentation("   x", 4), 3u);
    EXPECT_EQ(paragraphs::indentation(" \tx", 4), 4u);
    EXPECT_EQ(paragraphs::indentation("\t\tx", 4), 8u);
    EXPECT_EQ(paragraphs::indentation("\tx", 0), 0u);
    EXPECT_EQ(paragraphs::indentation("", 4), 0u);
}

TEST(Version, compares_number_by_number)
{
    EXPECT_LT(paragraphs::compare_versions({ 1, 9 }, { 1, 20 }), 0);
    EXPECT_EQ(paragraphs::compare_versions({ 1 }, { 1, 0, 0 }), 0);
    EXPECT_GT(paragraphs::compare_versions({ 1, 0, 1 }, { 1 }), 0);
}

TEST(Version, names_the_part_that_changed)
{
    EXPECT_EQ(paragraphs::change_between({ 1, 2, 3 }, { 2, 2, 3 }), "major");
    EXPECT_EQ(paragraphs::change_between({ 1, 2, 3 }, { 1, 3 }), "minor");
    EXPECT_EQ(paragraphs::change_between({ 1, 2, 3 }, { 1, 2, 4 }), "patch");
    EXPECT_EQ(paragraphs::change_between({ 1, 2 }, { 1, 2, 0, 7 }), "none");
}
