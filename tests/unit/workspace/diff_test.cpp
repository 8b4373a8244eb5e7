#include "workspace/diff.h"

#include "random_text.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace countersign::workspace {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using workspace::testing::random_change;
using workspace::testing::random_text;

/// `old_text` with the changed lines taken from `new_text`; fails the test if the changes are not in order and apart.
std::string patched(std::string const& old_text, std::string const& new_text, std::vector<LineChange> const& changes)
{
    support::LineIndex const old_lines(old_text);
    support::LineIndex const new_lines(new_text);
    std::string result;
    LineChange before;
    for (LineChange const& change : changes) {
        EXPECT_TRUE(change.old_begin > before.old_end || (before == LineChange {})) << "changes touch";
        EXPECT_EQ(change.old_begin - before.old_end, change.new_begin - before.new_end) << "unequal common parts";
        EXPECT_TRUE(change.old_begin < change.old_end || change.new_begin < change.new_end) << "an empty change";
        std::size_t const from = old_lines.start(before.old_end);
        result += old_text.substr(from, old_lines.start(change.old_begin) - from);
        std::size_t const new_from = new_lines.start(change.new_begin);
        result += new_text.substr(new_from, new_lines.start(change.new_end) - new_from);
        before = change;
    }
    return result + old_text.substr(old_lines.start(before.old_end));
}

TEST(DiffLines, finds_what_changed)
{
    EXPECT_THAT(diff_lines("a\nb\nc\n", "a\nx\nc\n"), ElementsAre(LineChange { 1, 2, 1, 2 }));
    EXPECT_THAT(diff_lines("a\nc\n", "a\nb\nc\n"), ElementsAre(LineChange { 1, 1, 1, 2 }));
    EXPECT_THAT(diff_lines("a\nb\nc\n", "a\nc\n"), ElementsAre(LineChange { 1, 2, 1, 1 }));
    EXPECT_THAT(diff_lines("", "a\n"), ElementsAre(LineChange { 0, 0, 0, 1 }));
    EXPECT_THAT(diff_lines("a\n", ""), ElementsAre(LineChange { 0, 1, 0, 0 }));
    EXPECT_THAT(diff_lines("a", "a\n"), ElementsAre(LineChange { 0, 1, 0, 1 }));
    EXPECT_THAT(diff_lines("same\n", "same\n"), IsEmpty());
    EXPECT_THAT(diff_lines("", ""), IsEmpty());
}

/// The lines that were added, if that is all that was done.
std::string added(std::string const& before, std::string const& after)
{
    auto const changes = diff_lines(before, after);
    if (changes.size() != 1 || changes[0].old_begin != changes[0].old_end)
        return "more than one addition";
    support::LineIndex const lines(after);
    std::size_t const begin = lines.start(changes[0].new_begin);
    return after.substr(begin, lines.start(changes[0].new_end) - begin);
}

TEST(DiffLines, show_an_addition_as_a_person_made_it)
{
    EXPECT_EQ(added("void a()\n{\n}\n\nvoid c()\n{\n}\n", "void a()\n{\n}\n\nvoid b()\n{\n}\n\nvoid c()\n{\n}\n"), "void b()\n{\n}\n\n");
    EXPECT_EQ(added("/// Doc.\nvoid c();\n", "/// Doc.\nvoid b();\n\n/// Doc.\nvoid c();\n"), "/// Doc.\nvoid b();\n\n");
    EXPECT_EQ(added("void a()\n{\n    x;\n}\n", "void a()\n{\n    x;\n}\n\nvoid b()\n{\n    x;\n}\n"), "\nvoid b()\n{\n    x;\n}\n");
    EXPECT_EQ(added("def a():\n    if x:\n        y()\n\ndef c():\n    if x:\n        z()\n",
                  "def a():\n    if x:\n        y()\n\ndef b():\n    if x:\n        y()\n\ndef c():\n    if x:\n        z()\n"),
        "def b():\n    if x:\n        y()\n\n");
    EXPECT_EQ(added("for (;;) {\n    a();\n}\n", "for (;;) {\n    a();\n}\nfor (;;) {\n    a();\n}\n"), "for (;;) {\n    a();\n}\n");
}

TEST(DiffLines, give_the_new_text_for_random_texts)
{
    std::mt19937 random(1);
    for (int round = 0; round < 3000; ++round) {
        std::string const before = random_text(random, 30, 3 + random() % 13);
        std::string const after = round % 2 == 0 ? random_change(random, before) : random_text(random, 30, 3 + random() % 13);
        ASSERT_EQ(patched(before, after, diff_lines(before, after)), after) << "round " << round;
        ASSERT_EQ(support::apply_edits(before, minimal_edits(before, after)), after) << "round " << round;
    }
}

TEST(DiffLines, stay_bounded_on_large_texts)
{
    std::mt19937 random(2);
    std::string original;
    std::string reversed;
    std::string few_kinds;
    std::string sprinkled;
    for (int i = 0; i < 10'000; ++i) {
        std::string const line = "line " + std::to_string(i) + "\n";
        original += line;
        reversed = line + reversed;
        few_kinds += std::to_string(random() % 10) + "\n";
        sprinkled += i % 20 == 0 ? "changed " + std::to_string(i) + "\n" : line;
    }
    for (std::string const& after : { reversed, few_kinds, sprinkled, std::string() }) {
        ASSERT_EQ(patched(original, after, diff_lines(original, after)), after);
        ASSERT_EQ(patched(after, original, diff_lines(after, original)), original);
    }
    EXPECT_EQ(diff_lines(original, sprinkled).size(), 500u);
    std::string other_kinds = few_kinds.substr(5000) + few_kinds.substr(0, 6000);
    ASSERT_EQ(patched(few_kinds, other_kinds, diff_lines(few_kinds, other_kinds)), other_kinds);
    std::string const empty_lines(2'000'000, '\n');
    EXPECT_EQ(diff_lines(empty_lines, empty_lines + "x").size(), 1u);
}

TEST(MinimalEdits, touch_only_the_bytes_that_differ)
{
    EXPECT_THAT(minimal_edits("int a = 1;\n", "int a = 22;\n"), ElementsAre(ByteEdit { { 8, 9 }, "22" }));
    EXPECT_THAT(minimal_edits("a\nb\nc\n", "a\nc\n"), ElementsAre(ByteEdit { { 2, 4 }, "" }));
    EXPECT_THAT(minimal_edits("x", "x\n"), ElementsAre(ByteEdit { { 1, 1 }, "\n" }));
    EXPECT_THAT(minimal_edits("same", "same"), IsEmpty());
}

TEST(MinimalEdits, split_no_character_and_no_line_end)
{
    EXPECT_THAT(minimal_edits("\u00e9\n", "\u00e8\n"), ElementsAre(ByteEdit { { 0, 2 }, "\u00e8" }));
    EXPECT_THAT(minimal_edits("\u20ac\n", "\u21ac\n"), ElementsAre(ByteEdit { { 0, 3 }, "\u21ac" })); // one byte differs, in the middle
    EXPECT_THAT(minimal_edits("a\n", "a\r\n"), ElementsAre(ByteEdit { { 1, 2 }, "\r\n" }));
    EXPECT_THAT(minimal_edits("a\r\n", "a\n"), ElementsAre(ByteEdit { { 1, 3 }, "\n" }));
    EXPECT_THAT(minimal_edits("a\r", "a\r\n"), ElementsAre(ByteEdit { { 1, 2 }, "\r\n" }));
}

TEST(MinimalEdits, keep_to_borders_for_random_texts)
{
    std::mt19937 random(5);
    auto const is_border = [](std::string_view text, std::size_t at) {
        bool const in_character = at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
        bool const in_line_end = at > 0 && at < text.size() && text[at - 1] == '\r' && text[at] == '\n';
        return !in_character && !in_line_end;
    };
    for (int round = 0; round < 2000; ++round) {
        std::string const before = random_text(random, 12, 15);
        std::string const after = random_change(random, before);
        std::size_t end = 0;
        for (ByteEdit const& edit : minimal_edits(before, after)) {
            ASSERT_TRUE(is_border(before, edit.range.begin) && is_border(before, edit.range.end)) << "round " << round;
            ASSERT_GE(edit.range.begin, end);
            ASSERT_EQ(support::find_invalid_utf8(edit.text), std::string::npos);
            end = edit.range.end;
        }
    }
}

}
}
