// edit_file, create_file, delete_file and move_file.
#include "tests/unit/tools/tool_fixture.h"

#include <thread>

namespace countersign::tools {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class EditToolsTest : public ToolTest {
protected:
    EditToolsTest() { set_files({ { "a.txt", "one\ntwo\ntwo\nthree\n" }, { "dos.txt", "one\r\ntwo\r\n" }, { "b.txt", "b\n" } }); }

    std::string edit(std::string const& path, std::string const& old_text, std::string const& new_text)
    {
        return call("edit_file", { { "path", path }, { "old_text", old_text }, { "new_text", new_text } });
    }
};

TEST_F(EditToolsTest, replaces_the_only_occurrence)
{
    EXPECT_EQ(edit("a.txt", "three\n", "3\n4\n"), "edited a.txt at line 4 (1 line became 2)");
    EXPECT_EQ(text("a.txt"), "one\ntwo\ntwo\n3\n4\n");
    EXPECT_EQ(edit("a.txt", "one\n", ""), "edited a.txt at line 1 (1 line became 0)");
    EXPECT_EQ(text("a.txt"), "two\ntwo\n3\n4\n");
    auto const changes = overlay_->changes();
    ASSERT_EQ(changes.size(), 1u);
    EXPECT_EQ(changes[0].base_text, "one\ntwo\ntwo\nthree\n");
}

TEST_F(EditToolsTest, refuses_what_it_cannot_place)
{
    EXPECT_THAT(edit("a.txt", "four", "4"), StartsWith("not_found: "));
    EXPECT_THAT(edit("a.txt", "two", "2"), StartsWith("ambiguous: "));
    EXPECT_THAT(edit("a.txt", "", "2"), StartsWith("invalid_params: "));
    EXPECT_THAT(edit("a.txt", "one", "one"), StartsWith("invalid_params: "));
    EXPECT_THAT(edit("none.txt", "a", "b"), StartsWith("not_found: "));
    EXPECT_THAT(edit("a.txt", "one", std::string("\0", 1)), StartsWith("invalid_params: "));
    EXPECT_THAT(edit("a.txt", "one", "\xff"), StartsWith("invalid_params: "));
    EXPECT_THAT(edit("a.txt", "one", std::string(9 * 1024 * 1024, 'x')), StartsWith("too_large: "));
    EXPECT_TRUE(overlay_->changes().empty());
}

TEST_F(EditToolsTest, keeps_the_files_line_ends_and_says_how_it_matched)
{
    EXPECT_THAT(edit("dos.txt", "one\ntwo\n", "one\n2\n"), HasSubstr("; old_text was not found exactly, it matched after allowing for "));
    EXPECT_EQ(text("dos.txt"), "one\r\n2\r\n");
}

TEST_F(EditToolsTest, edits_at_the_same_time_are_all_kept)
{
    std::string file;
    for (int i = 0; i < 16; ++i)
        file += "line_" + std::to_string(i) + ";\n";
    set_files({ { "a.txt", file } });
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 16; ++i) {
            threads.emplace_back([this, i] {
                std::string const line = "line_" + std::to_string(i) + ";";
                EXPECT_THAT(edit("a.txt", line, "edited_" + std::to_string(i) + ";"), StartsWith("edited"));
            });
        }
    }
    for (int i = 0; i < 16; ++i)
        EXPECT_THAT(text("a.txt"), HasSubstr("edited_" + std::to_string(i) + ";\n"));
}

TEST_F(EditToolsTest, creates_a_file_once)
{
    EXPECT_EQ(call("create_file", { { "path", "new/dir/c.txt" }, { "content", "x\ny" } }), "created new/dir/c.txt (2 lines)");
    EXPECT_EQ(text("new/dir/c.txt"), "x\ny");
    for (std::string const path : { "new/dir/c.txt", "a.txt", "new/dir", "a.txt/below", "new/dir/c.txt/below", "." })
        EXPECT_THAT(call("create_file", { { "path", path }, { "content", "x" } }), StartsWith("denied: ")) << path;
    EXPECT_THAT(call("create_file", { { "path", "nul.txt" }, { "content", std::string("a\0b", 3) } }), StartsWith("invalid_params: "));
    EXPECT_EQ(overlay_->changes().size(), 1u);
    EXPECT_TRUE(seen_.paths.contains("new/dir/c.txt"));
}

TEST_F(EditToolsTest, deletes_a_file)
{
    EXPECT_EQ(call("delete_file", { { "path", "a.txt" } }), "deleted a.txt");
    EXPECT_THAT(call("delete_file", { { "path", "a.txt" } }), StartsWith("not_found: "));
    EXPECT_THAT(call("read_file", { { "path", "a.txt" } }), StartsWith("not_found: "));
    EXPECT_THAT(edit("a.txt", "one", "1"), StartsWith("not_found: "));
    EXPECT_EQ(call("create_file", { { "path", "a.txt" }, { "content", "new\n" } }), "created a.txt (1 line)");
}

TEST_F(EditToolsTest, moves_a_file)
{
    EXPECT_EQ(call("move_file", { { "from", "a.txt" }, { "to", "sub/c.txt" } }), "moved a.txt to sub/c.txt");
    EXPECT_EQ(text("sub/c.txt"), "one\ntwo\ntwo\nthree\n");
    EXPECT_THAT(call("move_file", { { "from", "a.txt" }, { "to", "d.txt" } }), StartsWith("not_found: "));
    EXPECT_THAT(call("move_file", { { "from", "b.txt" }, { "to", "dos.txt" } }), StartsWith("denied: "));
    EXPECT_EQ(call("move_file", { { "from", "b.txt" }, { "to", "./b.txt" } }), "invalid_params: to: is b.txt itself");
    auto const changes = overlay_->changes();
    ASSERT_EQ(changes.size(), 1u);
    EXPECT_EQ(changes[0].kind, workspace::ChangeKind::move);
    EXPECT_EQ(changes[0].from, "a.txt");
}

class JailedEditTest : public JailedToolTest { };

TEST_F(JailedEditTest, proposes_nothing_outside)
{
    std::vector<std::string> const ways_out { "../secret.txt", "/etc/passwd", "src/../../secret.txt", "link.txt", "out/secret.txt", ".env",
        "pipe", ".git/hooks/pre-commit" };
    for (std::string const& path : ways_out) {
        EXPECT_THAT(call("edit_file", { { "path", path }, { "old_text", "secret" }, { "new_text", "public" } }), StartsWith("denied: "))
            << path;
        EXPECT_THAT(call("create_file", { { "path", path }, { "content", "x" } }), StartsWith("denied: ")) << path;
        EXPECT_THAT(call("delete_file", { { "path", path } }), StartsWith("denied: ")) << path;
        EXPECT_THAT(call("move_file", { { "from", path }, { "to", "src/b.cpp" } }), StartsWith("denied: ")) << path;
        EXPECT_THAT(call("move_file", { { "from", "src/a.cpp" }, { "to", path } }), StartsWith("denied: ")) << path;
    }
    EXPECT_THAT(call("create_file", { { "path", "out/new.txt" }, { "content", "x" } }), StartsWith("denied: "));
    EXPECT_THAT(call("create_file", { { "path", "../new.txt" }, { "content", "x" } }), "denied: ../new.txt leads outside the workspace");
    EXPECT_TRUE(overlay_->changes().empty());
}

TEST_F(JailedEditTest, writes_nothing_to_the_disk)
{
    call("edit_file", { { "path", "src/a.cpp" }, { "old_text", "42" }, { "new_text", "43" } });
    call("create_file", { { "path", "src/b.cpp" }, { "content", "x" } });
    call("move_file", { { "from", "src/b.cpp" }, { "to", "src/c.cpp" } });
    EXPECT_EQ(overlay_->changes().size(), 2u);
    EXPECT_FALSE(std::filesystem::exists(root_ / "src/b.cpp"));
    EXPECT_FALSE(std::filesystem::exists(root_ / "src/c.cpp"));
    std::ifstream stream(root_ / "src/a.cpp");
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>(stream), {}), "int answer() { return 42; }\n");
}

}
}
