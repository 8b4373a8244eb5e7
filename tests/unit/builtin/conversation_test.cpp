#include "builtin/conversation.h"
#include "builtin/source.h"

#include <gtest/gtest.h>

namespace countersign::builtin {
namespace {

model::Message asked(std::vector<model::ToolCall> calls) { return { model::Role::assistant, {}, std::move(calls), {} }; }
model::Message answered(std::vector<model::ToolResult> results) { return { model::Role::user, {}, {}, std::move(results) }; }

TEST(Conversation, asks_for_what_is_not_in_the_record)
{
    std::vector<model::Message> const messages { { model::Role::user, "task", {}, {} } };
    Conversation conversation(messages);
    EXPECT_EQ(conversation.call("read_file", { { "path", "a" } }), nullptr);
    EXPECT_TRUE(conversation.is_waiting());
    auto const pending = conversation.take_pending();
    ASSERT_EQ(pending.size(), 1u);
    EXPECT_EQ(pending[0].name, "read_file");
    EXPECT_FALSE(conversation.is_waiting());
}

TEST(Conversation, gives_the_result_of_a_call_that_was_made)
{
    std::vector<model::Message> const messages { { model::Role::user, "task", {}, {} },
        asked({ { "1", "read_file", { { "path", "a" } } }, { "2", "read_file", { { "path", "b" } } } }),
        answered({ { "1", "text of a", false }, { "2", "not_found: b", true } }) };
    Conversation conversation(messages);
    EXPECT_EQ(conversation.call("read_file", { { "path", "b" } })->text, "not_found: b");
    EXPECT_EQ(conversation.call("read_file", { { "path", "a" } })->text, "text of a");
    EXPECT_FALSE(conversation.is_waiting());
}

TEST(Conversation, same_call_twice_is_two_calls_and_call_once_is_one)
{
    std::vector<model::Message> const messages { { model::Role::user, "task", {}, {} },
        asked({ { "1", "read_file", { { "path", "a" } } } }), answered({ { "1", "first", false } }) };
    Conversation conversation(messages);
    EXPECT_EQ(conversation.call_once("read_file", { { "path", "a" } })->text, "first");
    EXPECT_EQ(conversation.call_once("read_file", { { "path", "a" } })->text, "first");
    EXPECT_EQ(conversation.call("read_file", { { "path", "a" } })->text, "first");
    EXPECT_EQ(conversation.call("read_file", { { "path", "a" } }), nullptr);
}

TEST(Conversation, ids_go_on_where_the_record_ends)
{
    std::vector<model::Message> const messages { { model::Role::user, "task", {}, {} },
        asked({ { "builtin-1", "read_file", { { "path", "a" } } } }), answered({ { "builtin-1", "first", false } }) };
    Conversation conversation(messages);
    conversation.call("read_file", { { "path", "b" } });
    EXPECT_EQ(conversation.take_pending().at(0).id, "builtin-2");
}

TEST(Conversation, call_without_result_is_asked_for_again)
{
    std::vector<model::Message> const messages { { model::Role::user, "task", {}, {} },
        asked({ { "1", "read_file", { { "path", "a" } } } }) };
    Conversation conversation(messages);
    EXPECT_EQ(conversation.call("read_file", { { "path", "a" } }), nullptr);
    EXPECT_TRUE(conversation.is_waiting());
}

/// What read_text makes of one read_file result.
Result<std::string> text_of(std::string const& result, bool is_error = false)
{
    std::vector<model::Message> const messages { { model::Role::user, "task", {}, {} },
        asked({ { "1", "read_file", { { "path", "a" } } } }), answered({ { "1", result, is_error } }) };
    Conversation conversation(messages);
    return *read_text(conversation, "a");
}

TEST(Source, file_that_ends_like_a_cut_line_is_whole)
{
    EXPECT_EQ(text_of("x\n[cut: lines 1 to 2 of 9; continue with start_line 3]\n").value(),
        "x\n[cut: lines 1 to 2 of 9; continue with start_line 3]\n");
}

TEST(Source, empty_file_has_no_text) { EXPECT_EQ(text_of("[the file is empty]").value(), ""); }

TEST(Source, line_longer_than_a_result_is_an_error_not_half_a_text)
{
    auto const text = text_of("aaaa\n[cut: line 1 of 1 has 90000000 bytes, this is the first 4; continue with start_line 2]");
    ASSERT_FALSE(text);
    EXPECT_EQ(text.error().code, ErrorCode::too_large);
}

TEST(Source, file_too_large_to_parse_is_refused_after_its_first_page)
{
    auto const text = text_of("aaaa\n[cut: lines 1 to 1 of 90000000; continue with start_line 2]");
    ASSERT_FALSE(text);
    EXPECT_EQ(text.error().code, ErrorCode::too_large);
}

TEST(Source, error_of_the_tool_keeps_its_code)
{
    auto const text = text_of("denied: a is a secret", true);
    ASSERT_FALSE(text);
    EXPECT_EQ(text.error().code, ErrorCode::denied);
    EXPECT_EQ(text.error().message, "a is a secret");
}

TEST(Source, selection_outside_of_the_text_is_brought_inside)
{
    Source const source = parse_source("a.cpp", "int a;\n");
    Task task;
    task.has_bytes = true;
    task.selection = { 500, 900 };
    task.start_line = 40;
    task.end_line = 50;
    ByteRange const range = selection_in(source, task);
    EXPECT_LE(range.end, source.text->size());
    EXPECT_LE(range.begin, range.end);
}

TEST(Source, header_in_cpp_is_not_read_as_c)
{
    EXPECT_EQ(parse_source("a.h", "class A { public: int f() const; };\n", "c").language->name, "cpp");
    EXPECT_EQ(parse_source("a.h", "struct a { int f; };\n", "c").language->name, "c");
}

}
}
