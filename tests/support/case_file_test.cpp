#include "tests/support/case_file.h"

#include <gtest/gtest.h>

namespace countersign::tests {
namespace {

Case parsed(std::string_view text)
{
    auto result = parse_case(text);
    EXPECT_TRUE(result) << (result ? "" : result.error().message);
    return result ? *result : Case {};
}

std::string error_of(std::string_view text)
{
    auto const result = parse_case(text);
    return result ? "" : result.error().message;
}

TEST(case_file, reads_every_section)
{
    Case const found =
        parsed("Shows it.\n\n--- file a/b.c\nint a;\n--- do rule invert_if new_name=x\n--- script\nsay hi\n--- want\nint b;\n");
    EXPECT_EQ(found.sentence, "Shows it.");
    ASSERT_EQ(found.files.size(), 1u);
    EXPECT_EQ(found.files[0].path, "a/b.c");
    EXPECT_EQ(found.files[0].text, "int a;\n");
    EXPECT_EQ(found.verb, "rule");
    EXPECT_EQ(found.words(), (std::vector<std::string> { "invert_if", "new_name=x" }));
    EXPECT_EQ(found.argument("new_name"), "x");
    EXPECT_EQ(found.argument("name"), "");
    EXPECT_EQ(found.script, "say hi\n");
    EXPECT_EQ(found.want, "int b;\n");
    EXPECT_FALSE(found.mark);
    EXPECT_TRUE(found.find_file("a/b.c"));
    EXPECT_FALSE(found.find_file("a/c.c"));
}

TEST(case_file, locates_a_cursor_and_takes_it_out)
{
    Case const found = parsed("S.\n--- file a\nab\n--- file b\nx$0y [[z]]\n--- do v\n");
    ASSERT_TRUE(found.mark);
    EXPECT_EQ(found.mark->file, 1u);
    EXPECT_EQ(found.mark->range, (ByteRange { 1, 1 }));
    EXPECT_EQ(found.files[1].text, "xy [[z]]\n");
}

TEST(case_file, locates_a_selection)
{
    Case const found = parsed("S.\n--- file b\nx[[y]]\\[[\\]]\\$0\n--- do v\n");
    ASSERT_TRUE(found.mark);
    EXPECT_EQ(found.mark->range, (ByteRange { 1, 2 }));
    EXPECT_EQ(found.files[0].text, "xy[[]]$0\n");
}

TEST(case_file, keeps_backslashes_that_escape_nothing)
{
    EXPECT_EQ(parsed("S.\n--- file b\na\\nb\\\n--- do v\n").files[0].text, "a\\nb\\\n");
}

TEST(case_file, refuses_a_second_place)
{
    EXPECT_NE(error_of("S.\n--- file a\n$0 $0\n--- do v\n"), "");
    EXPECT_NE(error_of("S.\n--- file a\n$0\n--- file b\n$0\n--- do v\n"), "");
    EXPECT_NE(error_of("S.\n--- file a\n]] [[\n--- do v\n"), "");
    EXPECT_NE(error_of("S.\n--- file a\n[[\n--- do v\n"), "");
}

TEST(case_file, says_the_line_of_what_it_does_not_know)
{
    EXPECT_EQ(error_of("S.\n--- wnat\n").substr(0, 7), "line 2:");
    EXPECT_NE(error_of("S.\n--- file a (mac)\n--- do v\n"), "");
    EXPECT_NE(error_of("S.\n--- file \n--- do v\n"), "");
    EXPECT_NE(error_of(""), "");
    EXPECT_NE(error_of("--- do v\n"), "");
    EXPECT_NE(error_of("S.\n"), "");
    EXPECT_NE(error_of("S.\n--- do v\n--- do w\n"), "");
    EXPECT_NE(error_of("S.\n--- do v\n--- want\nx\n--- file a\n"), "");
}

TEST(case_file, makes_line_ends_as_asked)
{
    EXPECT_EQ(parsed("S.\n--- file a (crlf, no-newline, bom)\na\nb\n--- do v\n").files[0].text,
        "\xEF\xBB\xBF"
        "a\r\nb");
    EXPECT_EQ(visible("\xEF\xBB\xBF"
                      "a\r\nb"),
        "<bom>a\xE2\x90\x8D\nb\n<no newline at the end>\n");
    EXPECT_EQ(visible(""), "");
}

TEST(case_file, update_changes_the_want_only_and_reads_back_the_same)
{
    std::string const text = "S.\n--- file a\n\\--- x\n--- do v\n--- want\nold\n";
    std::string const result = "--- a/x\n+++ b/x\n\\--- y\n";
    std::string const updated = with_want(text, result);
    EXPECT_EQ(updated, "S.\n--- file a\n\\--- x\n--- do v\n--- want\n\\--- a/x\n+++ b/x\n\\\\--- y\n");
    EXPECT_EQ(parsed(updated).want, result);
    EXPECT_EQ(parsed(updated).files[0].text, "--- x\n");
    EXPECT_EQ(parsed(with_want("S.\n--- do v", "x\n")).want, "x\n");
}

TEST(case_file, difference_shows_only_what_differs)
{
    EXPECT_EQ(line_difference("a\nb\nc\nd\ne\n", "a\nb\nc\nx\ne\n"), " b\n c\n-d\n+x\n e\n");
    EXPECT_EQ(line_difference("", "x\n"), "+x\n");
    EXPECT_EQ(line_difference("x\n", ""), "-x\n");
}

}
}
