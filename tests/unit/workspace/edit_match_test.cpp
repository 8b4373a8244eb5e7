#include "workspace/edit_match.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace countersign::workspace {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// The text after the edit with the rung in front, or the error.
std::string edited(std::string const& text, std::string_view old_text, std::string_view new_text)
{
    auto const match = match_edit(text, old_text, new_text);
    if (!match)
        return to_string(match.error());
    return std::string(to_string(match->step)) + ": " + support::apply_edits(text, { match->edit });
}

TEST(MatchEdit, replaces_an_exact_text)
{
    EXPECT_EQ(edited("a\nb\nc\n", "b", "x"), "exact: a\nx\nc\n");
    EXPECT_EQ(edited("a\nb\nc\n", "b\nc\n", ""), "exact: a\n");
    EXPECT_EQ(edited("f(1, 2)", "1, 2", "3"), "exact: f(3)");
    EXPECT_EQ(edited("a\nb\nc\n", "a\nb\n", "a\nb2\nb3\n"), "exact: a\nb2\nb3\nc\n");
}

TEST(MatchEdit, refuses_more_than_one_place)
{
    EXPECT_EQ(edited("x\ny\nx\n", "x", "z"),
        "ambiguous: old_text is in the file more than once, at lines 1, 3; add lines around it until it is there once");
    EXPECT_THAT(edited("aaa", "aa", "b"), HasSubstr("ambiguous")) << "places may overlap";
    EXPECT_THAT(edited("x\nx\nx\nx\nx\nx\nx\n", "x", "z"), HasSubstr("lines 1, 2, 3, 4, 5 and more"));
    EXPECT_THAT(edited("  a;\n    b;\n\n  a;\n    b;\n", "a;\n  b;\n", "z"), HasSubstr("ambiguous")) << "on a later rung too";
    EXPECT_THAT(
        edited("a;  \nb;\n\na;\t\nb;\n", "a;\nb;", "z"), HasSubstr("ambiguous: old_text is in the file more than once, at lines 1, 4"));
}

TEST(MatchEdit, refuses_what_says_nothing)
{
    EXPECT_THAT(edited("a", "", "x"), HasSubstr("invalid_params: old_text is empty"));
    EXPECT_THAT(edited("a", "a", "a"), HasSubstr("invalid_params: old_text and new_text are the same"));
    EXPECT_THAT(edited("a\r\nb\r\n", "a\nb\n", "a\r\nb\r\n"), HasSubstr("invalid_params: nothing would change"));
    EXPECT_THAT(edited("a\n\nb\n", " \n", "x"), HasSubstr("not_found"));
    EXPECT_THAT(edited("", "a", "x"), HasSubstr("not_found"));
}

TEST(MatchEdit, keeps_the_files_line_ends)
{
    EXPECT_EQ(edited("a\r\nb\r\nc\r\n", "b", "x\ny"), "exact: a\r\nx\r\ny\r\nc\r\n");
    EXPECT_EQ(edited("a\r\nb\r\nc\r\n", "a\nb\n", "a\nx\n"), "line ends or trailing spaces: a\r\nx\r\nc\r\n");
    EXPECT_EQ(edited("a\nb\n", "a\r\nb", "x\r\ny"), "line ends or trailing spaces: x\ny\n");
    EXPECT_EQ(edited("a\rb\rc", "b", "x\ny"), "exact: a\rx\ry\rc");
    EXPECT_EQ(edited("foo(a,\r\n  b)", "a,\n  b", "c"), "line ends or trailing spaces: foo(c)");
    EXPECT_EQ(edited("a\nb\r\nc\n", "a\nb\nc\n", "a\nb\nd\n"), "line ends or trailing spaces: a\nb\r\nd\n")
        << "untouched lines keep theirs";
    EXPECT_EQ(edited("one", "one", "one\r\ntwo"), "exact: one\ntwo");
}

TEST(MatchEdit, never_cuts_a_line_end_in_two)
{
    EXPECT_EQ(edited("a\r\nb\r\n", "\nb", "c"), "line ends or trailing spaces: ac\r\n");
    EXPECT_EQ(edited("a\r\nb\r\n", "a\r", "c"), "line ends or trailing spaces: cb\r\n");
    EXPECT_THAT(edited("a\r\nb\nc", "\n", " "), HasSubstr("ambiguous")) << "a bare line feed is a line end like the other";
}

TEST(MatchEdit, looks_past_trailing_spaces)
{
    EXPECT_EQ(edited("int a;  \nint b;\t\nint c;\n", "int a;\nint b;\n", "int a;\nint x;\n"),
        "line ends or trailing spaces: int a;  \nint x;\nint c;\n");
    EXPECT_EQ(edited("a\n  \nb\n", "a\n\nb", "a\n\nc"), "line ends or trailing spaces: a\n  \nc\n");
    EXPECT_EQ(edited("a;\nb;\n", "a; \nb; ", "c;"), "line ends or trailing spaces: c;\n");
    EXPECT_EQ(edited("x\na;\nb;", "a;\nb;\n", "c;\n"), "line ends or trailing spaces: x\nc;") << "no final newline before, none after";
}

TEST(MatchEdit, shifts_indentation_as_a_whole)
{
    EXPECT_EQ(edited("class A {\n    void f()\n    {\n        g();\n    }\n};\n", "void f()\n{\n    g();\n}\n",
                  "void f()\n{\n    h();\n\n    i();\n}\n"),
        "indentation: class A {\n    void f()\n    {\n        h();\n\n        i();\n    }\n};\n");
    EXPECT_EQ(
        edited("if (a)\n  b();\nc();\n", "    if (a)\n      b();\n", "    if (x)\n      b();\n"), "indentation: if (x)\n  b();\nc();\n");
    EXPECT_EQ(edited("\tif (a)\n\t\tb();\n", "if (a)\n\tb();", "if (c)\n\tb();"), "indentation: \tif (c)\n\t\tb();\n");
    EXPECT_EQ(edited("  a;\r\n  b;\r\n", "    a;\n    b;\n", "    a;\n    c;\n"), "indentation:   a;\r\n  c;\r\n");
}

TEST(MatchEdit, refuses_uneven_indentation)
{
    EXPECT_THAT(edited("  a;\n      b;\n", "a;\n  b;\n", "x"), HasSubstr("not_found"));
    EXPECT_THAT(edited("\ta;\n\tb;\n", "    a;\n    b;\n", "x"), HasSubstr("not_found")) << "tabs for spaces would be a guess";
    EXPECT_THAT(edited("a;\nb;\n", "    a;\n    b;\n", "  c;\n"), HasSubstr("not_found"))
        << "the replacement has not the indentation to take away";
}

TEST(MatchEdit, takes_plain_punctuation_for_typographic)
{
    EXPECT_EQ(edited("say(\u201cHello \u2013 world\u201d);\n", "say(\"Hello - world\");", "say(\"Goodbye - world\");"),
        "punctuation: say(\u201cGoodbye \u2013 world\u201d);\n");
    EXPECT_EQ(edited("a\u00a0b\nc\n", "a b\nc", "a b\nd"), "punctuation: a\u00a0b\nd\n");
    EXPECT_EQ(edited("it's\n", "it\u2019s", "it is"), "punctuation: it is\n");
    EXPECT_EQ(edited("\u2014 x\r\n\u2014 y\r\n", "- x\n- y", "- x\n- z"), "punctuation: \u2014 x\r\n\u2014 z\r\n");
    EXPECT_EQ(edited("\u201ca\u201d  \nb\n", "\"a\"\nb\n", "c\n"), "punctuation: c\n");
}

TEST(MatchEdit, takes_the_first_rung_that_fits)
{
    EXPECT_EQ(edited("\"a\"\n\u201ca\u201d\n", "\"a\"", "b"), "exact: b\n\u201ca\u201d\n");
    EXPECT_EQ(edited("a;\n  a;\n", "a;\n  a;", "b;"), "exact: b;\n");
}

TEST(MatchEdit, shows_the_most_similar_lines)
{
    std::string text;
    for (int i = 1; i <= 100; ++i)
        text += "    value_" + std::to_string(i) + " = compute(" + std::to_string(i) + ");\n";
    EXPECT_THAT(edited(text, "    value_41 = compute(41);\n    value_42 = computed(42);\n", "x"),
        HasSubstr("not_found: old_text is not in the file. The most similar lines are:\n   41 |     value_41 = compute(41);\n   42 |     "
                  "value_42 = compute(42);\n"));
    EXPECT_THAT(edited("int total_count = 0;\nreturn;\n", "int totals_count = 1;", "x"), HasSubstr("    1 | int total_count = 0;\n"));
    EXPECT_THAT(edited("alpha\n", "zzzzzz", "x"), HasSubstr("Nothing in it is alike"));
    EXPECT_THAT(edited("already_done();\n", "not_done();xx", "already_done();"), HasSubstr("new_text is there already"));
    EXPECT_THAT(edited("int a;\n", "int b;\nint c;", "x"), Not(HasSubstr("    0 |")));
}

TEST(MatchEdit, answers_for_large_and_hostile_texts)
{
    std::string const ones(4'000'000, 'a');
    EXPECT_THAT(edited(ones, std::string(1'000'000, 'a') + "b", "x"), HasSubstr("not_found"));
    std::string lines;
    for (int i = 0; i < 300'000; ++i)
        lines += "  x\n";
    std::string wanted;
    for (int i = 0; i < 10'000; ++i)
        wanted += "x\n";
    EXPECT_THAT(edited(lines, wanted, "y\n"), HasSubstr("ambiguous"));
    EXPECT_THAT(edited(lines, wanted + " x\n", "y\n"), HasSubstr("ambiguous")) << "too many places to look at are not one place";
    EXPECT_THAT(edited(lines, "nowhere to be found\n" + wanted, "y\n"), HasSubstr("not_found"));
    EXPECT_EQ(edited(lines + "end\n", "end", "END"), "exact: " + lines + "END\n");
}

}
}
