#include "tests/unit/tools/tool_fixture.h"

#include "support/text.h"

namespace countersign::tools {
namespace {

using ::testing::HasSubstr;

class ReadFileTest : public ToolTest { };

TEST_F(ReadFileTest, returns_the_exact_text)
{
    set_files({ { "a.txt", "one\r\n\ttwo\nthree" }, { "empty.txt", "" } });
    EXPECT_EQ(call("read_file", { { "path", "a.txt" } }), "one\r\n\ttwo\nthree");
    EXPECT_EQ(call("read_file", { { "path", "empty.txt" } }), "");
    EXPECT_EQ(seen_.paths, (std::set<std::string> { "a.txt", "empty.txt" }));
}

TEST_F(ReadFileTest, returns_the_lines_that_are_asked_for)
{
    set_files({ { "a.txt", "one\ntwo\nthree\n" } });
    EXPECT_EQ(call("read_file", { { "path", "a.txt" }, { "start_line", 2 } }), "two\nthree\n");
    EXPECT_EQ(call("read_file", { { "path", "a.txt" }, { "end_line", 1 } }), "one\n");
    EXPECT_EQ(call("read_file", { { "path", "a.txt" }, { "start_line", 3 }, { "end_line", 3 } }), "three\n");
    EXPECT_EQ(call("read_file", { { "path", "a.txt" }, { "start_line", 2 }, { "end_line", 18446744073709551615u } }), "two\nthree\n");
}

TEST_F(ReadFileTest, says_where_the_file_ends_if_asked_for_more)
{
    set_files({ { "a.txt", "one\ntwo\n" }, { "empty.txt", "" } });
    EXPECT_EQ(call("read_file", { { "path", "a.txt" }, { "start_line", 3 } }),
        "invalid_params: start_line: 3 is past the end; a.txt has 2 lines");
    EXPECT_EQ(call("read_file", { { "path", "empty.txt" }, { "start_line", 2 } }),
        "invalid_params: start_line: 2 is past the end; empty.txt has 0 lines");
    EXPECT_EQ(call("read_file", { { "path", "a.txt" }, { "start_line", 2 }, { "end_line", 1 } }),
        "invalid_params: end_line: 1 is before start_line 2");
}

TEST_F(ReadFileTest, cuts_at_a_line_and_pages_through_the_whole_file)
{
    std::string file;
    for (int i = 1; i <= 10'000; ++i)
        file += "line " + std::to_string(i) + "\n";
    set_files({ { "big.txt", file } });
    output_limit_ = 4000;
    std::string all;
    std::size_t next = 1;
    for (int pages = 0; pages < 100; ++pages) {
        std::string page = call("read_file", { { "path", "big.txt" }, { "start_line", next } });
        ASSERT_LE(page.size(), output_limit_);
        std::size_t const notice = page.rfind("[cut: lines ");
        all += page.substr(0, notice);
        if (notice == std::string::npos)
            break;
        std::size_t const last = support::split_lines(page.substr(0, notice)).size() + next - 1;
        ASSERT_EQ(page.substr(notice),
            "[cut: lines " + std::to_string(next) + " to " + std::to_string(last) + " of 10000; continue with start_line "
                + std::to_string(last + 1) + "]");
        next = last + 1;
    }
    EXPECT_EQ(all, file);
}

TEST_F(ReadFileTest, shows_the_beginning_of_a_line_that_is_longer_than_a_result)
{
    std::string line;
    for (int i = 0; i < 1'000'000; ++i)
        line += "é";
    set_files({ { "minified.js", line + "\nlast\n" } });
    std::string const text = call("read_file", { { "path", "minified.js" } });
    EXPECT_LE(text.size(), output_limit_);
    EXPECT_EQ(support::find_invalid_utf8(text), std::string::npos);
    EXPECT_THAT(text, HasSubstr("[cut: line 1 of 2 has 2000001 bytes, this is the first 65416; continue with start_line 2]"));
    EXPECT_EQ(call("read_file", { { "path", "minified.js" }, { "start_line", 2 } }), "last\n");
}

TEST_F(ReadFileTest, shows_what_the_run_itself_wrote)
{
    set_files({ { "a.txt", "one\n" } });
    ASSERT_EQ(call("edit_file", { { "path", "a.txt" }, { "old_text", "one" }, { "new_text", "two" } }),
        "edited a.txt at line 1 (1 line became 1)");
    EXPECT_EQ(call("read_file", { { "path", "a.txt" } }), "two\n");
}

class JailedReadFileTest : public JailedToolTest { };

TEST_F(JailedReadFileTest, never_leaves_the_workspace)
{
    EXPECT_EQ(call("read_file", { { "path", "src/a.cpp" } }), "int answer() { return 42; }\n");
    EXPECT_EQ(call("read_file", { { "path", (root_ / "src/a.cpp").string() } }), "int answer() { return 42; }\n");
    EXPECT_EQ(call("read_file", { { "path", "../secret.txt" } }), "denied: ../secret.txt leads outside the workspace");
    for (std::string const path : { "/etc/passwd", "src/../../secret.txt", "link.txt", "out/secret.txt", ".env", "pipe", ".", "src" })
        EXPECT_THAT(call("read_file", { { "path", path } }), ::testing::StartsWith("denied: ")) << path;
    EXPECT_THAT(call("read_file", { { "path", "" } }), ::testing::StartsWith("invalid_params: "));
    EXPECT_THAT(call("read_file", { { "path", std::string("a\0b", 3) } }), ::testing::StartsWith("invalid_params: "));
    EXPECT_THAT(call("read_file", { { "path", "src/none.cpp" } }), ::testing::StartsWith("not_found: "));
}

}
}
