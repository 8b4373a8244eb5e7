#include "tests/unit/tools/tool_fixture.h"

#include "support/text.h"

namespace countersign::tools {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class SearchTest : public ToolTest {
protected:
    std::string search(std::string const& pattern, std::string const& glob = {})
    {
        Json arguments { { "pattern", pattern } };
        if (!glob.empty())
            arguments["glob"] = glob;
        return call("search", arguments);
    }
};

TEST_F(SearchTest, lists_matching_lines_in_path_order)
{
    set_files({ { "b.txt", "no\n  needle two\n" }, { "a.txt", "needle one\nneedle needle\n" }, { "sub/c.txt", "the needle" } });
    EXPECT_EQ(search("needle"),
        "a.txt:1: needle one\n"
        "a.txt:2: needle needle\n"
        "b.txt:2:   needle two\n"
        "sub/c.txt:1: the needle\n");
    EXPECT_TRUE(seen_.is_listed);
}

TEST_F(SearchTest, matches_line_by_line_whatever_the_line_ends)
{
    set_files({ { "crlf.txt", "foo\r\nbar\r\n" }, { "lf.txt", "foo\nbar" } });
    EXPECT_EQ(search("^foo$"), "crlf.txt:1: foo\nlf.txt:1: foo\n");
    EXPECT_EQ(search("bar\\z"), "crlf.txt:2: bar\nlf.txt:2: bar\n");
    EXPECT_EQ(search("(?-m:^bar)"), "crlf.txt:2: bar\nlf.txt:2: bar\n");
    EXPECT_EQ(search("(?i)FOO"), "crlf.txt:1: foo\nlf.txt:1: foo\n");
    EXPECT_EQ(search("foo\\nbar"), "no line matches; a pattern is matched within one line, so \\n never matches");
    EXPECT_EQ(search("^$"), "no line matches");
}

TEST_F(SearchTest, narrows_by_glob)
{
    set_files({ { "src/a.cpp", "x\n" }, { "src/a.h", "x\n" }, { "src/deep/b.cpp", "x\n" }, { "doc.md", "x\n" } });
    EXPECT_EQ(search("x", "src/**/*.{cpp,h}"), "src/a.cpp:1: x\nsrc/a.h:1: x\nsrc/deep/b.cpp:1: x\n");
    EXPECT_EQ(search("x", "*.rs"), "no line matches");
    EXPECT_THAT(search("x", "[a"), StartsWith("invalid_params: "));
}

TEST_F(SearchTest, says_what_is_wrong_with_a_pattern)
{
    set_files({ { "a.txt", "x\n" } });
    EXPECT_EQ(search("a(b"), "invalid_params: pattern: missing ): a(b (RE2 syntax)");
    EXPECT_THAT(search("(?=x)"), StartsWith("invalid_params: pattern: "));
    EXPECT_THAT(search(std::string(3000, 'a')), HasSubstr("has 3000 bytes, at most 2000"));
    EXPECT_THAT(search("((a{100}){10}){9}"), StartsWith("invalid_params: pattern: "));
    EXPECT_EQ(call("search", { { "pattern", "" } }), "invalid_params: pattern: must not be empty");
}

TEST_F(SearchTest, sees_what_the_run_edited_created_moved_and_deleted)
{
    set_files({ { "edited.txt", "old\n" }, { "deleted.txt", "new\n" }, { "from.txt", "new\n" } });
    call("edit_file", { { "path", "edited.txt" }, { "old_text", "old" }, { "new_text", "new" } });
    call("create_file", { { "path", "created.txt" }, { "content", "new\n" } });
    call("delete_file", { { "path", "deleted.txt" } });
    call("move_file", { { "from", "from.txt" }, { "to", "to.txt" } });
    EXPECT_EQ(search("new"), "created.txt:1: new\nedited.txt:1: new\nto.txt:1: new\n");
    EXPECT_EQ(search("old"), "no line matches");
}

TEST_F(SearchTest, leaves_out_binary_files_and_what_is_ignored)
{
    set_files({ { ".gitignore", "build/\n" }, { "build/a.txt", "needle\n" }, { "image.png", std::string("needle\0", 7) },
        { "bad.txt", "needle \xff\n" }, { "a.txt", "needle\n" } });
    EXPECT_EQ(search("needle"), "a.txt:1: needle\n");
}

TEST_F(SearchTest, shortens_a_long_line_around_the_match_and_escapes_what_cannot_be_seen)
{
    set_files({ { "long.txt", std::string(300'000, 'x') + "needle" + std::string(300'000, 'y') + "\n" },
        { "wide.txt", std::string("é") + std::string(200, 'z') + "needleé" + std::string(5000, 'z') },
        { "sly.txt", "needle\xE2\x80\xAE\x1b[2Jhidden\n" } });
    std::string const text = search("needle");
    EXPECT_EQ(support::find_invalid_utf8(text), std::string::npos);
    EXPECT_THAT(text, HasSubstr("long.txt:1: …" + std::string(80, 'x') + "needle" + std::string(154, 'y') + "…\n"));
    EXPECT_THAT(text, HasSubstr("sly.txt:1: needle\\u{202E}\\u{1B}[2Jhidden\n"));
    EXPECT_THAT(text, HasSubstr("needleé"));
}

TEST_F(SearchTest, gives_the_first_lines_and_says_that_there_are_more)
{
    std::string many;
    for (int i = 0; i < 5000; ++i)
        many += "x\n";
    std::map<std::string, std::string> files;
    for (int i = 0; i < 40; ++i)
        files["f" + std::to_string(100 + i)] = many;
    set_files(files);
    std::string const text = search("x");
    EXPECT_THAT(text, HasSubstr("f100:2000: x\n[cut: the first 2000 lines; narrow the pattern or the glob]\n"));
    EXPECT_EQ(text, search("x"));
    output_limit_ = 500;
    EXPECT_THAT(search("x"), HasSubstr("of 2000 matching lines; narrow the pattern or the glob]"));
    EXPECT_LE(search("x").size(), 500u);
    EXPECT_EQ(seen_.paths, std::set<std::string> { "f100" });
}

TEST_F(SearchTest, ends_when_the_run_is_stopped)
{
    set_files({ { "a.txt", "x\n" } });
    stop_.request_stop();
    EXPECT_THAT(search("x"), StartsWith("cancelled: "));
}

TEST_F(SearchTest, is_not_held_up_by_patterns_that_backtracking_engines_choke_on)
{
    set_files({ { "a.txt", std::string(2'000'000, 'a') + "\n" } });
    EXPECT_EQ(search("(a+)+$b"), "no line matches");
    EXPECT_EQ(search("(a|a)*(a|a)*c"), "no line matches");
}

class JailedSearchTest : public JailedToolTest { };

TEST_F(JailedSearchTest, does_not_look_outside_or_into_credentials)
{
    EXPECT_EQ(call("search", { { "pattern", "secret|TOKEN" } }), "no line matches");
    EXPECT_EQ(call("search", { { "pattern", "secret" }, { "glob", "../*" } }), "no line matches");
    EXPECT_EQ(call("search", { { "pattern", "root" }, { "glob", "/etc/*" } }), "no line matches");
    EXPECT_EQ(call("search", { { "pattern", "answer" } }), "src/a.cpp:1: int answer() { return 42; }\n");
}

}
}
