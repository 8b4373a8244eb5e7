#include "model/text_calls.h"
#include "model/text_forms.h"

#include <gtest/gtest.h>

namespace countersign::model {
namespace {

/// The calls, one a line: "edit_file {...}" or "edit_file PROBLEM".
std::string calls_in(std::string_view text)
{
    std::string shown;
    for (ToolCall const& call : parse_text_calls(text).calls)
        shown += call.name + " " + (call.problem.empty() ? call.arguments.dump() : "PROBLEM") + "\n";
    return shown;
}

std::string const edit_a = R"(edit_file {"new_text":"int b;\n","old_text":"int a;\n","path":"src/a.cpp"})"
                           "\n";

TEST(TextForms, reads_a_search_replace_block_in_every_dress)
{
    std::string const block = "<<<<<<< SEARCH\nint a;\n=======\nint b;\n>>>>>>> REPLACE\n";
    EXPECT_EQ(calls_in("src/a.cpp\n" + block), edit_a);
    EXPECT_EQ(calls_in("Here you are:\n\n**src/a.cpp**\n```cpp\n" + block + "```\nDone.\n"), edit_a);
    EXPECT_EQ(calls_in("```\nsrc/a.cpp\n" + block + "```\n"), edit_a);
    EXPECT_EQ(calls_in("### `src/a.cpp`:\n```cpp src/a.cpp\n" + block + "```\n"), edit_a);
    EXPECT_EQ(calls_in("src/a.cpp\r\n<<<<< SEARCH\r\nint a;\r\n=====\r\nint b;\r\n>>>>> REPLACE\r\n"), edit_a);
    EXPECT_EQ(calls_in("src/a.cpp\n" + block + "\n" + block), edit_a + edit_a) << "the second has the path of the first";
}

/// The path of the edit that a block makes after `lines`; empty if it is not carried out.
std::string path_after(std::string const& lines)
{
    auto const found = parse_text_calls(lines + "<<<<<<< SEARCH\nx\n=======\ny\n>>>>>>> REPLACE\n");
    ToolCall const& call = found.calls.back();
    return call.problem.empty() ? call.arguments.at("path").get<std::string>() : "";
}

TEST(TextForms, blank_lines_in_a_fence_hide_no_edit)
{
    std::string const block = "\n<<<<<<< SEARCH\nint a;\n=======\nint b;\n>>>>>>> REPLACE\n```\n";
    EXPECT_EQ(calls_in("```cpp src/a.cpp\n" + block), edit_a);
    EXPECT_EQ(calls_in("```src/a.cpp\n\n\n" + block), edit_a);
    EXPECT_EQ(calls_in("```cpp\n\nsrc/a.cpp\n" + block), edit_a);
}

TEST(TextForms, reads_tagged_calls_on_any_lines)
{
    std::string const call = "{\"name\":\"outline\",\"arguments\":{\"path\":\"x\"}}";
    std::string const wanted = "outline {\"path\":\"x\"}\n";
    EXPECT_EQ(calls_in("<tool_call>\n" + call + "\n</tool_call>\n"), wanted);
    EXPECT_EQ(calls_in("<tool_call>" + call + "</tool_call>"), wanted);
    EXPECT_EQ(calls_in("<tool_call>" + call + "</tool_call> <tool_call>" + call + "\n</tool_call>\n"), wanted + wanted);
    EXPECT_EQ(calls_in("<tool_call>{\"name\":\"search\",\"arguments\":{\"pattern\":\"</tool_call>\"}}</tool_call>\n"),
        "search {\"pattern\":\"</tool_call>\"}\n");
    EXPECT_EQ(calls_in("<tool_call>" + call), "tool PROBLEM\n");
}

TEST(TextForms, finds_the_path_in_the_line_before_the_block)
{
    for (char const* line : { "src/b.py", "And in src/b.py:", "Now `src/b.py`, the caller:", "**File:** `src/b.py`", "1. src/b.py",
             "// src/b.py", "Update src/b.py (lines 3-9):", "Change (src/b.py).", "Fix the I/O error in src/b.py:",
             "`obj.field` is used in src/b.py:", "src/b.py:12", "**src/b.py:12-20**", "In src/b.py:12:3 I change:", "See `src/b.py:12`:" })
        EXPECT_EQ(path_after(line + std::string("\n")), "src/b.py") << line;
    for (char const* line : { "Makefile", "Makefile:", "`Makefile`:", "**Makefile**", "### Makefile" })
        EXPECT_EQ(path_after(line + std::string("\n```make\n")), "Makefile") << line;
    EXPECT_EQ(path_after("Dockerfile\n```dockerfile\n"), "Dockerfile");
    EXPECT_EQ(path_after("```text LICENSE\n"), "LICENSE");
    EXPECT_EQ(path_after("Also .gitignore:\n"), ".gitignore");
    EXPECT_EQ(path_after("In deploy/Dockerfile:\n"), "deploy/Dockerfile");
    EXPECT_EQ(path_after("`docs/my file.md`:\n"), "docs/my file.md");
}

TEST(TextForms, a_block_is_not_given_to_the_file_of_another)
{
    std::string const block = "src/a.py\n<<<<<<< SEARCH\nx\n=======\nz\n>>>>>>> REPLACE\n";
    EXPECT_EQ(path_after(block + "And in src/b.py:\n"), "src/b.py");
    EXPECT_EQ(path_after(block + "Makefile\n"), "Makefile");
    EXPECT_EQ(path_after(block + "\n```\n\n```py\n"), "src/a.py") << "it follows directly";
    for (char const* line : { "And the other file:", "Done.", "Like src/a.py, so src/b.py:", "docs/my file.md",
             "See https://example.org/a.py", "Whichever is right, e.g.:", "In the second class, and/or version 2.0:" })
        EXPECT_EQ(path_after(block + line + "\n"), "") << line;
    EXPECT_EQ(path_after(block + "```tool\n{\"name\":\"outline\",\"arguments\":{}}\n```\n"), "") << "another form is between";
    EXPECT_EQ(path_after("```py\nimport src/c.py\n```\n"), "") << "what is shown in a block is no path of the next";
}

TEST(TextForms, keeps_the_prose_around_the_calls)
{
    auto const found =
        parse_text_calls("First.\n```tool\n{\"name\":\"outline\",\"arguments\":{\"path\":\"x\"}}\n```\nThen.\n```cpp\nint x;\n```\n");
    EXPECT_EQ(found.prose, "First.\nThen.\n```cpp\nint x;\n```");
    ASSERT_EQ(found.calls.size(), 1u);
    EXPECT_EQ(found.calls[0].name, "outline");
}

TEST(TextForms, what_is_not_whole_or_not_clear_is_never_carried_out)
{
    EXPECT_EQ(calls_in("src/a.cpp\n<<<<<<< SEARCH\nint a;\n=======\nint b;\n"), "edit_file PROBLEM\n");
    EXPECT_EQ(calls_in("src/a.cpp\n<<<<<<< SEARCH\nint a;\n"), "edit_file PROBLEM\n");
    EXPECT_EQ(calls_in("src/a.cpp\n<<<<<<< SEARCH\nTitle\n=======\ntext\n=======\nother\n>>>>>>> REPLACE\n"), "edit_file PROBLEM\n");
    EXPECT_EQ(calls_in("<<<<<<< SEARCH\nint a;\n=======\nint b;\n>>>>>>> REPLACE\n"), "edit_file PROBLEM\n") << "no path";
    EXPECT_EQ(calls_in("```tool\n{\"name\":\"x\"\n```\n"), "tool PROBLEM\n");
    EXPECT_EQ(calls_in("```tool\n{\"name\":\"x\",\"arguments\":[]}\n```\n"), "x PROBLEM\n");
    EXPECT_EQ(calls_in("```tool\n{\"name\":\"x\"}"), "tool PROBLEM\n");
    EXPECT_EQ(calls_in("```file src/a.cpp\nint x;\n"), "write_whole_file PROBLEM\n");
    EXPECT_EQ(calls_in("*** Begin Patch\n*** Add File: a\n+x\n"), "apply_patch PROBLEM\n");
    EXPECT_EQ(calls_in("*** Begin Patch\n*** Add File: a\n+x\n*** Update File: b\n@@\n+only new\n*** End Patch\n"), "apply_patch PROBLEM\n")
        << "a patch is read whole or not at all";
    EXPECT_EQ(calls_in("*** Begin Patch\nnonsense\n*** End Patch\n"), "apply_patch PROBLEM\n");
}

TEST(TextForms, a_whole_file_keeps_the_fences_in_it)
{
    auto const content = [](std::string const& text) {
        auto const found = parse_text_calls(text);
        return found.calls.size() == 1 && found.calls[0].problem.empty() ? found.calls[0].arguments.at("content").get<std::string>() : "";
    };
    std::string const readme = "# Title\n```sh\nmake\n```\nThe end, with ```code``` in it.\n";
    EXPECT_EQ(content("```file README.md\n" + readme + "```\n"), readme);
    EXPECT_EQ(content("````file README.md\n" + readme + "````\nThen:\n```\nmake\n```\n"), readme);
    std::string const bare = "# Title\n```\nmake\n```\nMore\n";
    EXPECT_EQ(content("````file README.md\n" + bare + "````\n"), bare);
    std::string const nested = "````md\n```\nmake\n```\n````\n";
    EXPECT_EQ(content("```file README.md\n" + nested + "```\n"), nested);
    std::string const indented = "def f():\n    \"\"\"\n    ```\n    f()\n    ```\n    \"\"\"\n";
    EXPECT_EQ(content("```file a.py\n" + indented + "```\n"), indented);
}

TEST(TextForms, a_whole_file_is_never_cut_at_a_fence_that_may_be_its_own)
{
    for (char const* text : { "```file a.md\nx\n```\nmake\n```\ny\n```\n", "```file a.md\nx\n```sh\nmake\n```\ny\n",
             "```file a.md\nx\n```\nThen run:\n```\nmake\n```\n", "```file a.md\n```sh\nmake\n```\n```file b.md\ny\n```\n```\n" })
        EXPECT_EQ(calls_in(text), "write_whole_file PROBLEM\n") << text;
    EXPECT_NE(parse_text_calls("```file a.md\n```\nx\n```\n```\n").calls.at(0).problem.find("more backticks"), std::string::npos);
    EXPECT_EQ(calls_in("```file a.md\nx\n```\n```file b.md\ny\n```\nsrc/a.cpp\n```\n<<<<<<< SEARCH\nint a;\n=======\nint b;\n>>>>>>> "
                       "REPLACE\n```\n"),
        "write_whole_file {\"content\":\"x\\n\",\"path\":\"a.md\"}\nwrite_whole_file {\"content\":\"y\\n\",\"path\":\"b.md\"}\n" + edit_a);
    EXPECT_NE(text_form_prompt({ { "edit_file", "d", Json::object() } }).find("four backticks"), std::string::npos);
}

TEST(TextForms, reads_patches)
{
    EXPECT_EQ(calls_in("*** Begin Patch\n*** Update File: src/a.cpp\n@@ class A\n ctx\n-old\n+new\n\n@@\n-x\n*** End of File\n*** Add "
                       "File: n.txt\n+one\n+two\n"
                       "*** Delete File: gone.txt\n*** Update File: m.txt\n*** Move to: w.txt\n-a\n+b\n*** End Patch\n"),
        R"(edit_file {"new_text":"ctx\nnew\n\n","old_text":"ctx\nold\n\n","path":"src/a.cpp"})"
        "\n"
        R"(edit_file {"new_text":"","old_text":"x\n","path":"src/a.cpp"})"
        "\n"
        R"(create_file {"content":"one\ntwo\n","path":"n.txt"})"
        "\n"
        R"(delete_file {"path":"gone.txt"})"
        "\n"
        R"(edit_file {"new_text":"b\n","old_text":"a\n","path":"m.txt"})"
        "\n"
        R"(move_file {"from":"m.txt","to":"w.txt"})"
        "\n");
    EXPECT_EQ(calls_in("```diff\n--- a/src/a.cpp\n+++ b/src/a.cpp\n@@ -10,1 +10,1 @@\n-int a;\n+int b;\n```\n"), edit_a);
    EXPECT_EQ(calls_in("```diff\n--- /dev/null\n+++ b/n.txt\n@@ -0,0 +1 @@\n+one\n```\n"),
        R"(create_file {"content":"one\n","path":"n.txt"})"
        "\n");
}

TEST(TextForms, blank_lines_may_part_the_files_of_a_patch)
{
    EXPECT_EQ(
        calls_in("*** Begin Patch\n\n*** Add File: n.txt\n+one\n\n*** Update File: src/a.cpp\n@@\n-int a;\n+int b;\n\n*** Delete File: "
                 "g\n\n*** Add File: m.txt\n+two\n\n*** End Patch\n"),
        "create_file {\"content\":\"one\\n\",\"path\":\"n.txt\"}\n" + edit_a
            + "delete_file {\"path\":\"g\"}\ncreate_file {\"content\":\"two\\n\",\"path\":\"m.txt\"}\n");
    EXPECT_EQ(calls_in("```diff\n--- /dev/null\n+++ b/n.txt\n@@ -0,0 +1 @@\n+one\n\\ No newline at end of file\n\n--- a/src/a.cpp\n+++ "
                       "b/src/a.cpp\n@@ -1 +1 @@\n-int a;\n+int b;\n\n```\n"),
        "create_file {\"content\":\"one\\n\",\"path\":\"n.txt\"}\n" + edit_a);
    EXPECT_EQ(calls_in("*** Begin Patch\n*** Add File: n.txt\n+one\n\n+two\n*** End Patch\n"), "apply_patch PROBLEM\n");
}

TEST(TextForms, removes_lines_that_begin_with_two_dashes)
{
    std::string const wanted = "edit_file {\"new_text\":\"++ new\\nb\\n\",\"old_text\":\"-- old\\nb\\n\",\"path\":\"a.sql\"}\n";
    EXPECT_EQ(calls_in("*** Begin Patch\n*** Update File: a.sql\n@@\n--- old\n+++ new\n b\n*** End Patch\n"), wanted);
    EXPECT_EQ(
        calls_in("```diff\n--- a/a.sql\n+++ b/a.sql\n@@ -1,2 +1,1 @@\n--- old\n b\n--- a/b.sql\n+++ b/b.sql\n@@ -1 +1 @@\n-x\n+y\n```\n"),
        "edit_file {\"new_text\":\"b\\n\",\"old_text\":\"-- old\\nb\\n\",\"path\":\"a.sql\"}\n"
        "edit_file {\"new_text\":\"y\\n\",\"old_text\":\"x\\n\",\"path\":\"b.sql\"}\n");
}

TEST(TextForms, a_diff_that_deletes_a_file_goes_on_to_the_next)
{
    std::string const wanted = "delete_file {\"path\":\"gone.txt\"}\n" + edit_a + "delete_file {\"path\":\"empty.txt\"}\n";
    EXPECT_EQ(
        calls_in("```diff\n--- a/gone.txt\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-one\n-two\n--- a/src/a.cpp\n+++ b/src/a.cpp\n@@ -1 +1 @@\n"
                 "-int a;\n+int b;\n--- a/empty.txt\n+++ /dev/null\n```\n"),
        wanted);
    EXPECT_EQ(
        calls_in(
            "```diff\ndiff --git a/gone.txt b/gone.txt\ndeleted file mode 100644\nindex 8a1b..0000\n--- a/gone.txt\n+++ /dev/null\n"
            "@@ -1 +0,0 @@\n-one\n\\ No newline at end of file\ndiff --git a/src/a.cpp b/src/a.cpp\nindex 1..2 100644\n--- a/src/a.cpp\n"
            "+++ b/src/a.cpp\n@@ -1 +1 @@\n-int a;\n+int b;\n--- a/empty.txt\n+++ /dev/null\n```\n"),
        wanted);
    EXPECT_EQ(calls_in("```diff\ndiff --git a/n.txt b/n.txt\nnew file mode 100644\nindex 0..0\ndiff --git a/src/a.cpp b/src/a.cpp\n--- "
                       "a/src/a.cpp\n+++ b/src/a.cpp\n@@ -1 +1 @@\n-int a;\n+int b;\n```\n"),
        "apply_patch PROBLEM\n")
        << "a file without its names is not left out";
}

TEST(TextForms, drafts_in_thoughts_are_not_carried_out)
{
    std::string const draft = "src/b.cpp\n<<<<<<< SEARCH\nx\n=======\ny\n>>>>>>> REPLACE\n```tool\n{\"name\":\"x\"}\n```\n```file a\n";
    std::string const edit = "src/a.cpp\n<<<<<<< SEARCH\nint a;\n=======\nint b;\n>>>>>>> REPLACE\n";
    for (std::string const tag : { "think", "thinking", "reasoning" }) {
        EXPECT_EQ(calls_in("<" + tag + ">\n" + draft + "</" + tag + ">\n" + edit), edit_a) << tag;
        EXPECT_EQ(calls_in("<" + tag + ">I may:\n" + draft + "So be it.</" + tag + ">" + edit), edit_a) << tag;
        EXPECT_EQ(calls_in("<" + tag + ">\n" + draft), "") << "thoughts without an end";
    }
    EXPECT_EQ(calls_in(draft.substr(0, draft.rfind("```file")) + "</think>\n" + edit), edit_a) << "the first tag was left out";
    EXPECT_EQ(calls_in(draft.substr(0, draft.rfind("```file")) + "That will do.</think>\n" + edit), edit_a);
    EXPECT_EQ(calls_in(edit + "The tag is `</think>`\n"), edit_a) << "said in a sentence";
    EXPECT_EQ(calls_in(edit + "I took away the stray </think>\n\n"), edit_a) << "nothing follows";
    EXPECT_EQ(calls_in("<think>Hm.</think>\n" + edit + "</think>\n"), edit_a);
    EXPECT_EQ(calls_in("a.md\n<<<<<<< SEARCH\n<think>\n=======\n</think>\n>>>>>>> REPLACE\n"),
        "edit_file {\"new_text\":\"</think>\\n\",\"old_text\":\"<think>\\n\",\"path\":\"a.md\"}\n")
        << "in a file they are text";
    EXPECT_EQ(parse_text_calls("<think>Hm.</think>\nYes.").prose, "<think>Hm.</think>\n\nYes.");
}

TEST(TextForms, the_calls_of_a_patch_stand_or_fall_together)
{
    std::string const patch = "*** Begin Patch\n*** Delete File: a\n*** Delete File: b\n*** End Patch\n";
    std::string const diff = "```diff\n--- a/c\n+++ /dev/null\n--- a/d\n+++ /dev/null\n```\n";
    std::vector<std::size_t> groups;
    for (ToolCall const& call : parse_text_calls(patch + "<tool_call>{\"name\":\"x\"}</tool_call>\n" + diff).calls)
        groups.push_back(call.group);
    EXPECT_EQ(groups, (std::vector<std::size_t> { 1, 1, 0, 2, 2 }));
}

TEST(TextForms, reads_no_call_out_of_plain_words)
{
    for (char const* text : { "", "An explanation with `a.cpp`.", "```cpp\nint main();\n```", "a\n=======\nb", ">>>>>>> REPLACE",
             "--- a/x\n+++ b/x", "```\nunclosed", "<<<<<<< HEAD\na\n=======\nb\n>>>>>>> main" })
        EXPECT_EQ(calls_in(text), "") << text;
}

/// Says what it is told to, and remembers what it was asked.
class Scripted final : public Provider {
public:
    explicit Scripted(std::vector<std::string> texts, Request& asked) : texts_(std::move(texts)), asked_(asked) { }
    std::string name() const override { return "scripted"; }
    Result<Reply> complete(Request const& request, std::function<void(Delta const&)> const&, std::stop_token) override
    {
        asked_ = request;
        Reply reply;
        reply.message.role = Role::assistant;
        reply.message.text = texts_.front();
        texts_.erase(texts_.begin());
        return reply;
    }

private:
    std::vector<std::string> texts_;
    Request& asked_;
};

TEST(TextCalls, a_whole_file_becomes_an_edit_of_what_was_read)
{
    Request asked;
    std::string const whole = "```file a.cpp\nint b;\n```\n";
    auto const provider = make_text_call_provider(
        std::make_unique<Scripted>(
            std::vector<std::string> { "```tool\n{\"name\":\"read_file\",\"arguments\":{\"path\":\"a.cpp\"}}\n```", whole, whole }, asked),
        Fence("key"));
    Request request;
    for (char const* name : { "read_file", "edit_file", "create_file" })
        request.tools.push_back({ name, "d", Json { { "properties", Json::object() } } });
    request.messages.push_back({ Role::user, "Go.", {}, {} });
    auto first = provider->complete(request, {}, {});
    ASSERT_TRUE(first);
    EXPECT_EQ(first->stop, StopReason::tool_use);
    EXPECT_TRUE(asked.tools.empty());
    EXPECT_NE(asked.system.find("read_file"), std::string::npos);

    request.messages.push_back(first->message);
    request.messages.push_back({ Role::user, "", {}, { { first->message.calls[0].id, "int a;\n", false } } });
    auto const second = provider->complete(request, {}, {});
    ASSERT_TRUE(second);
    EXPECT_EQ(second->message.calls[0].name, "edit_file");
    EXPECT_EQ(second->message.calls[0].arguments["old_text"], "int a;\n");
    EXPECT_EQ(asked.messages[1].text.substr(0, 7), "```tool") << "it sees its own words as it wrote them";
    EXPECT_NE(asked.messages[2].text.find("int a;"), std::string::npos);
    EXPECT_TRUE(asked.messages[2].results.empty());

    request.tools.pop_back();
    request.messages.resize(1);
    auto const third = provider->complete(request, {}, {});
    ASSERT_TRUE(third);
    EXPECT_FALSE(third->message.calls[0].problem.empty()) << "what is not offered is not called";
}

TEST(TextCalls, an_explanation_may_show_edits)
{
    Request asked, request;
    request.tools.push_back({ "read_file", "d", Json { { "properties", Json::object() } } });
    request.messages.push_back({ Role::user, "Explain.", {}, {} });
    for (std::string const text : { "It would be:\n```diff\n--- a/x.cpp\n+++ b/x.cpp\n-a\n+b\n```\n",
             "a.cpp\n<<<<<<< SEARCH\na\n=======\nb\n>>>>>>> REPLACE\n", "*** Begin Patch\n*** Delete File: a\n*** End Patch\n",
             "```file a.cpp\nint a;\n```\n", "```\n*** Begin Patch\n*** End Patch\n```\n" }) {
        auto const provider = make_text_call_provider(std::make_unique<Scripted>(std::vector<std::string> { text }, asked), Fence("key"));
        auto const reply = provider->complete(request, {}, {});
        ASSERT_TRUE(reply);
        EXPECT_EQ(reply->message.text, text);
        EXPECT_TRUE(reply->message.calls.empty()) << text;
        EXPECT_EQ(reply->stop, StopReason::end_turn);
    }
}

}
}
