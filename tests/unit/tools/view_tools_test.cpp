// list_files, outline, references and diagnostics.
#include "tests/unit/tools/tool_fixture.h"

namespace countersign::tools {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class ListFilesTest : public ToolTest { };

TEST_F(ListFilesTest, lists_what_the_run_sees_sorted)
{
    set_files({ { "b.txt", "" }, { "a/x.cpp", "" }, { "a/y.h", "" }, { "gone.txt", "x\n" } });
    call("create_file", { { "path", "a/new.cpp" }, { "content", "" } });
    call("delete_file", { { "path", "gone.txt" } });
    EXPECT_EQ(call("list_files", Json::object()), "a/new.cpp\na/x.cpp\na/y.h\nb.txt\n");
    EXPECT_EQ(call("list_files", { { "glob", "a/*.{cpp,h}" } }), "a/new.cpp\na/x.cpp\na/y.h\n");
    EXPECT_EQ(call("list_files", { { "glob", "*.rs" } }), "no file matches *.rs");
    EXPECT_THAT(call("list_files", { { "glob", "{a" } }), StartsWith("invalid_params: "));
    EXPECT_TRUE(seen_.is_listed);
}

TEST_F(ListFilesTest, says_so_if_there_is_none)
{
    set_files({});
    EXPECT_EQ(call("list_files", Json::object()), "the workspace has no files");
}

TEST_F(ListFilesTest, says_how_many_it_left_out)
{
    std::map<std::string, std::string> files;
    for (int i = 1000; i < 3000; ++i)
        files["file_" + std::to_string(i)] = "";
    set_files(files);
    output_limit_ = 1000;
    std::string const text = call("list_files", Json::object());
    EXPECT_LE(text.size(), 1000u);
    EXPECT_THAT(text, HasSubstr("file_1079\n[cut: 80 of 2000 files; narrow the glob]\n"));
}

TEST_F(ListFilesTest, shows_a_name_with_a_line_feed_on_one_line)
{
    set_files({ { "a\nb\tc", "" } });
    EXPECT_EQ(call("list_files", Json::object()), "a\\u{A}b\\u{9}c\n");
}

class OutlineTest : public ToolTest { };

TEST_F(OutlineTest, gives_first_and_last_line_kind_and_name)
{
    set_files(
        { { "a.cpp", "struct Point {\n    int norm() const\n    {\n        return 1;\n    }\n};\n\nint answer() { return 42; }\n" } });
    std::string const text = call("outline", { { "path", "a.cpp" } });
    EXPECT_THAT(text, HasSubstr("1-6 struct Point\n"));
    EXPECT_THAT(text, HasSubstr("2-5 method norm\n"));
    EXPECT_THAT(text, HasSubstr("8-8 function answer\n"));
}

TEST_F(OutlineTest, says_why_there_is_none)
{
    set_files({ { "notes.xyz", "text\n" }, { "empty.cpp", "" } });
    EXPECT_EQ(call("outline", { { "path", "notes.xyz" } }), "invalid_params: there is no grammar for notes.xyz; use read_file or search");
    EXPECT_EQ(call("outline", { { "path", "empty.cpp" } }), "empty.cpp defines no symbols");
    EXPECT_THAT(call("outline", { { "path", "none.cpp" } }), StartsWith("not_found: "));
    EXPECT_EQ(call("outline", { { "path", "../x.cpp" } }), "denied: ../x.cpp leads outside the workspace");
}

class ReferencesTest : public ToolTest {
protected:
    ReferencesTest()
    {
        set_files({ { "a.cpp", "int answer() { return 42; }\nint twice() { return answer() * 2; }\n" },
            { "b.cpp", "int answer();\nauto f = &answer; // answer\nchar const* s = \"answer\";\n" }, { "c.md", "the answer\n" },
            { "d.py", "def question():\n    return answer()\n" } });
    }
};

TEST_F(ReferencesTest, tells_definitions_calls_and_uses_apart)
{
    std::string const text = call("references", { { "name", "answer" } });
    EXPECT_THAT(text, HasSubstr("a.cpp:1:5: definition in top level: int answer() { return 42; }\n"));
    EXPECT_THAT(text, HasSubstr("a.cpp:2:22: call in twice: int twice() { return answer() * 2; }\n"));
    EXPECT_THAT(text, HasSubstr("b.cpp:2:11: use in f: auto f = &answer; // answer\n"));
    EXPECT_THAT(text, HasSubstr("d.py:2:12: call in question: return answer()\n"));
    EXPECT_THAT(text, ::testing::Not(HasSubstr("b.cpp:3")));
    EXPECT_THAT(text, ::testing::Not(HasSubstr("c.md")));
}

TEST_F(ReferencesTest, narrows_to_a_file)
{
    EXPECT_EQ(call("references", { { "name", "answer" }, { "path", "d.py" } }), "d.py:2:12: call in question: return answer()\n");
    EXPECT_FALSE(seen_.is_listed);
    EXPECT_THAT(call("references", { { "name", "answer" }, { "path", "none.cpp" } }), StartsWith("not_found: "));
    EXPECT_EQ(
        call("references", { { "name", "answer" }, { "path", "../../etc/x.c" } }), "denied: ../../etc/x.c leads outside the workspace");
}

TEST_F(ReferencesTest, takes_a_qualified_name_by_its_last_part)
{
    EXPECT_EQ(call("references", { { "name", "app::answer" }, { "path", "d.py" } }), "d.py:2:12: call in question: return answer()\n");
    EXPECT_EQ(call("references", { { "name", "app." } }), "invalid_params: name: expected an identifier");
}

TEST_F(ReferencesTest, says_so_if_there_is_none)
{
    EXPECT_EQ(
        call("references", { { "name", "nothing" } }), "no identifier nothing in files that have a grammar; search looks at all text\n");
}

TEST_F(ReferencesTest, sees_the_runs_own_edits)
{
    call("edit_file", { { "path", "d.py" }, { "old_text", "return answer()" }, { "new_text", "return reply()" } });
    EXPECT_EQ(call("references", { { "name", "reply" } }), "d.py:2:12: call in question: return reply()\n");
}

class DiagnosticsTest : public ToolTest { };

TEST_F(DiagnosticsTest, returns_what_the_editor_sent_for_that_file)
{
    set_files({ { "a.cpp", "int x\n" } });
    diagnostics_ = { { "a.cpp", 1, 5, 1, 6, "error", "clangd", "expected", "expected ';'" },
        { "b.cpp", 1, 1, 1, 2, "error", "", "", "other" }, { "a.cpp", 2, 1, 2, 1, "", "", "", "two\nlines \x1b[0m" } };
    EXPECT_EQ(call("diagnostics", { { "path", "./a.cpp" } }),
        "1:5-1:6 error [clangd expected]: expected ';'\n2:1-2:1 error: two\\u{A}lines \\u{1B}[0m\n");
    EXPECT_EQ(call("diagnostics", { { "path", "c.cpp" } }), "the editor reported nothing for c.cpp");
    EXPECT_EQ(call("diagnostics", { { "path", "../b.cpp" } }), "denied: ../b.cpp leads outside the workspace");
}

class JailedViewTest : public JailedToolTest { };

TEST_F(JailedViewTest, no_tool_looks_outside)
{
    EXPECT_EQ(call("list_files", Json::object()), "src/a.cpp\n");
    EXPECT_EQ(call("list_files", { { "glob", "../**" } }), "no file matches ../**");
    for (std::string const tool : { "outline", "diagnostics" }) {
        for (std::string const path : { "../secret.txt", "/etc/passwd", ".env" })
            EXPECT_THAT(call(tool, { { "path", path } }), StartsWith("denied: ")) << tool << " " << path;
    }
    for (std::string const path : { "link.txt", "out/secret.txt", "pipe" })
        EXPECT_THAT(call("outline", { { "path", path } }), StartsWith("denied: ")) << path;
    for (std::string const path : { "../secret.txt", "link.txt", "out/secret.txt", ".env", "pipe" })
        EXPECT_THAT(call("references", { { "name", "secret" }, { "path", path } }), StartsWith("denied: ")) << path;
    EXPECT_THAT(call("references", { { "name", "secret" } }), StartsWith("no identifier secret"));
}

}
}
