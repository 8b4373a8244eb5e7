#include "support/text.h"

#include <gtest/gtest.h>
#include <random>

namespace countersign::support {

namespace {

std::vector<std::size_t> starts(LineIndex const& index)
{
    std::vector<std::size_t> all;
    for (std::size_t line = 0; line < index.line_count(); ++line)
        all.push_back(index.start(line));
    return all;
}

TEST(LineIndex, ends_lines_at_each_of_the_three_line_ends)
{
    EXPECT_EQ(starts(LineIndex("a\nb\r\nc\rd")), (std::vector<std::size_t> { 0, 2, 5, 7 }));
    EXPECT_EQ(starts(LineIndex("")), (std::vector<std::size_t> { 0 }));
    EXPECT_EQ(starts(LineIndex("\r\r\n\n")), (std::vector<std::size_t> { 0, 1, 3, 4 }));
}

TEST(LineIndex, follows_edits_as_if_made_anew)
{
    std::mt19937 random(11);
    std::string text = "one\r\ntwo\rthree\n";
    LineIndex followed(text);
    constexpr std::string_view pieces[] = { "", "\n", "\r", "\r\n", "x", "\n\n", "x\ry", "\r\n\r" };
    for (int i = 0; i < 20'000; ++i) {
        std::size_t const begin = random() % (text.size() + 1);
        std::size_t const end = std::min(text.size(), begin + random() % 4);
        std::string_view const piece = pieces[random() % std::size(pieces)];
        std::string const before = text;
        text.replace(begin, end - begin, piece);
        followed.replace({ begin, end }, piece.size(), text);
        ASSERT_EQ(starts(followed), starts(LineIndex(text))) << i;
        if (text.size() > 60)
            followed = LineIndex(text = "a\rb\n");
    }
}

TEST(LineIndex, finds_the_line_of_any_offset)
{
    LineIndex const index("ab\ncd");
    EXPECT_EQ(index.line_at(0), 0u);
    EXPECT_EQ(index.line_at(2), 0u);
    EXPECT_EQ(index.line_at(3), 1u);
    EXPECT_EQ(index.line_at(5), 1u);
    EXPECT_EQ(index.line_at(500), 1u);
    EXPECT_EQ(index.start(2), 5u);
}

TEST(Utf8, finds_the_first_byte_that_is_none)
{
    EXPECT_EQ(find_invalid_utf8("plain and é and \U0001F600 and more"), std::string_view::npos);
    EXPECT_EQ(find_invalid_utf8("ab\xC0\xAF"), 2u);                     // overlong
    EXPECT_EQ(find_invalid_utf8("\xED\xA0\x80"), 0u);                   // a surrogate
    EXPECT_EQ(find_invalid_utf8("\xF4\x90\x80\x80"), 0u);               // past U+10FFFF
    EXPECT_EQ(find_invalid_utf8("long enough for words\xE2\x82"), 21u); // cut off
    EXPECT_EQ(find_invalid_utf8("\x80"), 0u);
}

TEST(Escape, shows_what_would_be_hidden)
{
    EXPECT_EQ(escape_for_display("a\tb\n"), "a\tb\n");
    EXPECT_EQ(escape_for_display("\x1b[31m"), "\\u{1B}[31m");
    EXPECT_EQ(escape_for_display("x\u202Ey\u200Bz"), "x\\u{202E}y\\u{200B}z");
    EXPECT_EQ(escape_for_display("\U000E0041"), "\\u{E0041}");
    EXPECT_EQ(escape_for_display("\xff"), "\\xFF");
    EXPECT_EQ(escape_for_display("é\U0001F600"), "é\U0001F600");
}

TEST(Edits, apply_in_order)
{
    EXPECT_EQ(apply_edits("abcdef", { { { 0, 1 }, "X" }, { { 3, 3 }, "--" }, { { 5, 6 }, "" } }), "Xbc--de");
    EXPECT_EQ(apply_edits("abc", {}), "abc");
}

TEST(Lines, have_no_empty_last_one)
{
    EXPECT_EQ(split_lines("a\n\nb\n"), (std::vector<std::string_view> { "a", "", "b" }));
    EXPECT_TRUE(split_lines("").empty());
    EXPECT_EQ(split_lines("\n"), (std::vector<std::string_view> { "" }));
}

}

}
