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
    EXPECT_THAT(search("a{1000}b{1000}c{1000}d{1000}e{1000}"), StartsWith("invalid_params: pattern: "));
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

TEST_F(SearchTest, a_pattern_with_too_many_states_is_cut_short_in_one_long_line)
{
    std::string line;
    std::uint32_t random = 1;
    while (line.size() < 8'000'000) {
        random = random * 1664525 + 1013904223;
        line += (random >> 24) % 2 == 0 ? 'a' : 'b';
    }
    set_files({ { "a.txt", line + "\n" } });
    EXPECT_THAT(search("(a|b)*a(a|b){100}x"), StartsWith("no line matches"));
}

TEST_F(SearchTest, finds_a_match_anywhere_in_a_long_line)
{
    for (std::size_t const before : { 0, 100, 12'280, 12'288, 16'380, 16'384, 65'530, 65'536, 131'072, 200'000 }) {
        std::string const line = std::string(before, 'x') + "needle" + std::string(100'000, 'y');
        set_files({ { "a.txt", "first\n" + line + "\nlast needle\n" } });
        std::string const text = search("nee(d|D)le");
        EXPECT_THAT(text, StartsWith("a.txt:2: ")) << before;
        EXPECT_THAT(text, HasSubstr("\na.txt:3: last needle\n")) << before;
        EXPECT_EQ(search("^needle").find("a.txt:2:") == 0, before == 0) << before;
        EXPECT_THAT(search("needley+$"), StartsWith("no line matches")) << "longer than what is looked at together";
        EXPECT_THAT(search("yy$"), StartsWith("a.txt:2: ")) << before;
        EXPECT_EQ(search("^y"), "no line matches") << before;
        EXPECT_EQ(search("x$"), "no line matches") << before;
    }
}

TEST_F(SearchTest, counts_lines_over_many_blocks)
{
    std::string file;
    for (int i = 1; i <= 60'000; ++i)
        file += i % 20'000 == 0 ? "the needle\n" : "some hay\n";
    set_files({ { "a.txt", file } });
    EXPECT_EQ(search("needle$"), "a.txt:20000: the needle\na.txt:40000: the needle\na.txt:60000: the needle\n");
    EXPECT_EQ(search("(?:needle)$"), search("needle$"));
    EXPECT_EQ(search("^hay"), "no line matches");
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
