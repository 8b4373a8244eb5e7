#include "builtin/edit_script.h"

#include <gtest/gtest.h>

namespace countersign::builtin {
namespace {

/// The calls that the script asks for in one turn, with the file's text after each.
std::vector<model::ToolCall> calls_of(EditScript const& script)
{
    std::vector<model::Message> const messages { { model::Role::user, "task", {}, {} } };
    Conversation conversation(messages);
    EXPECT_FALSE(script.send(conversation));
    return conversation.take_pending();
}

/// Carries the calls out; every old_text must stand in the text once.
std::string carried_out(std::string text, EditScript const& script)
{
    for (model::ToolCall const& call : calls_of(script)) {
        std::string const old_text = call.arguments.at("old_text").get<std::string>();
        auto const place = text.find(old_text);
        EXPECT_NE(place, std::string::npos) << old_text;
        EXPECT_EQ(text.find(old_text, place + 1), std::string::npos) << "not unique: " << old_text;
        if (place != std::string::npos)
            text.replace(place, old_text.size(), call.arguments.at("new_text").get<std::string>());
    }
    return text;
}

TEST(EditScript, takes_whole_lines)
{
    EditScript script("a", "one\ntwo\nthree\n");
    ASSERT_TRUE(script.apply({ { { 5, 6 }, "W" } }, "why"));
    auto const calls = calls_of(script);
    ASSERT_EQ(calls.size(), 1u);
    EXPECT_EQ(calls[0].arguments, Json::parse(R"({"path":"a","old_text":"two\n","new_text":"tWo\n"})"));
    EXPECT_EQ(script.reasons(), "- line 2: why\n");
}

TEST(EditScript, extends_until_unique)
{
    std::string const text = "{\n    x;\n}\n{\n    x;\n}\nlast\n";
    EditScript script("a", text);
    ASSERT_TRUE(script.apply({ { { 17, 18 }, "y" } }, "why"));
    EXPECT_EQ(carried_out(text, script), "{\n    x;\n}\n{\n    y;\n}\nlast\n");
}

TEST(EditScript, later_edits_count_on_earlier_ones)
{
    // After the first edit both lines are the same: the second must take more around it.
    std::string const text = "a\nb\nc\nd\ne\nf\n";
    EditScript script("a", text);
    ASSERT_TRUE(script.apply({ { { 0, 1 }, "f" } }, "first"));
    ASSERT_TRUE(script.apply({ { { 10, 11 }, "g" } }, "second"));
    EXPECT_EQ(script.text(), "f\nb\nc\nd\ne\ng\n");
    EXPECT_EQ(carried_out(text, script), script.text());
}

TEST(EditScript, near_edits_are_one_call_and_far_ones_are_two)
{
    std::string text;
    for (int i = 0; i < 40; ++i)
        text += "line " + std::to_string(i) + "\n";
    EditScript script("a", text);
    ASSERT_TRUE(script.apply({ { { 0, 4 }, "LINE" }, { { 7, 11 }, "LINE" }, { { text.size() - 8, text.size() - 4 }, "LINE" } }, "why"));
    EXPECT_EQ(script.size(), 2u);
    EXPECT_EQ(carried_out(text, script), script.text());
    EXPECT_EQ(script.reasons(), "- line 1: why\n- line 40: why\n");
}

TEST(EditScript, edits_everywhere_stay_within_the_calls_of_a_run)
{
    std::string text;
    std::vector<ByteEdit> edits;
    for (int i = 0; i < 5000; ++i) {
        if (i % 5 == 0)
            edits.push_back({ { text.size(), text.size() + 1 }, "X" });
        text += "line\n";
    }
    EditScript script("a", text);
    ASSERT_TRUE(script.apply(edits, "why"));
    EXPECT_LE(script.size(), 60u);
    EXPECT_EQ(carried_out(text, script), support::apply_edits(text, edits));
}

TEST(EditScript, appends_at_the_end_with_and_without_line_end)
{
    for (std::string const text : { "a\nb\n", "a\nb", "x" }) {
        EditScript script("a", text);
        ASSERT_TRUE(script.apply({ { { text.size(), text.size() }, "new\n" } }, "why"));
        EXPECT_EQ(carried_out(text, script), text + "new\n");
    }
}

TEST(EditScript, lines_of_reasons_are_those_of_the_old_file)
{
    EditScript script("a", "1\n2\n3\n4\n5\n6\n7\n8\n");
    ASSERT_TRUE(script.apply({ { { 0, 6 }, "" } }, "three lines go"));
    ASSERT_TRUE(script.apply({ { { 8, 9 }, "x" } }, "line eight"));
    EXPECT_EQ(script.text(), "4\n5\n6\n7\nx\n");
    EXPECT_EQ(script.reasons(), "- line 1: three lines go\n- line 8: line eight\n");
}

TEST(EditScript, keeps_carriage_returns)
{
    std::string const text = "one\r\ntwo\r\n";
    EditScript script("a", text);
    ASSERT_TRUE(script.apply({ { { 5, 8 }, "2" } }, "why"));
    EXPECT_EQ(carried_out(text, script), "one\r\n2\r\n");
}

TEST(EditScript, edit_that_changes_nothing_is_no_call)
{
    EditScript script("a", "one\n");
    ASSERT_TRUE(script.apply({ { { 0, 3 }, "one" } }, "why"));
    EXPECT_TRUE(script.is_empty());
}

TEST(EditScript, empty_file_is_an_error)
{
    EditScript script("a", "");
    EXPECT_FALSE(script.apply({ { { 0, 0 }, "x" } }, "why"));
}

}
}
