#include "sandbox/output.h"

#include "support/text.h"

#include <gmock/gmock.h>

namespace countersign::sandbox {

using testing::HasSubstr;

TEST(CleanOutput, keeps_text_as_it_is)
{
    EXPECT_EQ("one\ttwo\nthree\n", clean_output("one\ttwo\nthree\n"));
    EXPECT_EQ("naïve 漢字 😀 é", clean_output("naïve 漢字 😀 é"));
    EXPECT_EQ("", clean_output(""));
}

TEST(CleanOutput, takes_escape_sequences_away_whole)
{
    struct Case {
        std::string_view text, clean;
    } const cases[] = {
        { "\033[31mred\033[0m", "red" },
        { "\033[38;5;196mred\033[m", "red" },
        { "a\033]0;title\ab", "ab" },
        { "a\033]52;c;ZXZpbA==\ab", "ab" },
        { "a\033]8;;http://example.org\033\\link\033]8;;\033\\b", "alinkb" },
        { "a\033Pq#0\033\\b", "ab" },
        { "a\033_command\033\\b", "ab" },
        { "a\033^message\033\\b", "ab" },
        { "a\033(0b", "ab" },
        { "a\0337b\0338c", "abc" },
        { "a\033cb", "ab" },
        { "a\xC2\x9B"
          "31mb",
            "ab" },
        { "a\xC2\x9D"
          "0;t\xC2\x9C"
          "b",
            "ab" },
        { "a\033", "a" },
        { "a\033[", "a" },
        { "a\033[12", "a" },
        { "a\033]never closed\nnext", "a\nnext" },
        { "a\033\033[1mb", "ab" },
    };
    for (Case const& each : cases)
        EXPECT_EQ(each.clean, clean_output(each.text)) << support::escape_for_display(each.text);
}

TEST(CleanOutput, takes_away_what_is_not_seen)
{
    EXPECT_EQ("ab", clean_output("a\u202Eb"));                   // right-to-left override
    EXPECT_EQ("ab", clean_output("a\u2066b\u2069"));             // isolates
    EXPECT_EQ("ab", clean_output("a\U000E0041\U000E007Fb"));     // tags
    EXPECT_EQ("ab", clean_output("a\u200B\u200C\u200D\u2060b")); // zero-width
    EXPECT_EQ("ab", clean_output("\uFEFFa\uFE0Fb\U000E0100"));   // byte order mark, variation selectors
    EXPECT_EQ("ab", clean_output("a\u00ADb\u3164"));
    EXPECT_EQ("ab",
        clean_output(std::string_view("a\0\a\b\x7F"
                                      "b",
            6)));
}

TEST(CleanOutput, turns_carriage_returns_into_lines_and_bad_bytes_into_replacements)
{
    EXPECT_EQ("10%\n20%\nend\n", clean_output("10%\r20%\rend\r\n"));
    EXPECT_EQ("a\uFFFDb",
        clean_output("a\xFF"
                     "b"));
    EXPECT_EQ("\uFFFD\uFFFD", clean_output("\xC0\x80"));           // overlong
    EXPECT_EQ("\uFFFD\uFFFD\uFFFD", clean_output("\xED\xA0\x80")); // surrogate
    EXPECT_EQ("\uFFFD\uFFFD", clean_output("\xE2\x82"));           // cut off
}

TEST(CleanOutput, leaves_nothing_to_clean_behind)
{
    // Every two-byte beginning of a sequence, in the middle of others.
    for (int first = 0; first < 256; ++first) {
        std::string text = "x\033";
        text += static_cast<char>(first);
        text += "\033]8;;\033[31m\xE2\x80\xAE";
        text += static_cast<char>(first);
        std::string const once = clean_output(text);
        EXPECT_EQ(once, clean_output(once)) << first;
        EXPECT_EQ(std::string::npos, once.find('\033')) << first;
        EXPECT_EQ(std::string_view::npos, support::find_invalid_utf8(once)) << first;
    }
}

TEST(Shortened, keeps_all_that_fits)
{
    Shortened exact(10);
    exact.add("01234");
    exact.add("56789");
    EXPECT_EQ("0123456789", exact.text());
    EXPECT_EQ(0u, exact.dropped());
}

TEST(Shortened, keeps_the_beginning_and_the_end)
{
    for (std::size_t piece : { 1, 3, 7, 1000 }) {
        Shortened output(10);
        std::string text;
        for (int index = 0; index < 1000; ++index)
            text += static_cast<char>('a' + index % 26);
        for (std::size_t at = 0; at < text.size(); at += piece)
            output.add(std::string_view(text).substr(at, piece));
        EXPECT_EQ(990u, output.dropped());
        EXPECT_EQ("abcde\n[... 990 bytes left out ...]\n" + text.substr(995), output.text());
    }
    Shortened large(4);
    large.add(std::string(1'234'571, 'x'));
    EXPECT_THAT(large.text(), HasSubstr("1,234,567 bytes"));
}

}
