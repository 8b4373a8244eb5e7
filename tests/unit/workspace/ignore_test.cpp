#include "workspace/ignore.h"

#include "temporary_folder.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <random>

namespace countersign::workspace {
namespace {

using workspace::testing::has_git;
using workspace::testing::output_of;
using workspace::testing::TemporaryFolder;

bool glob(std::string_view pattern, std::string_view path)
{
    auto const compiled = Glob::compile(pattern);
    EXPECT_TRUE(compiled) << pattern;
    return compiled && compiled->matches(path);
}

bool ignores(std::string_view rules, std::string_view path, bool is_directory = false)
{
    return IgnoreRules::parse(rules).verdict(path, is_directory) == IgnoreVerdict::ignored;
}

TEST(Glob, stars_stop_at_slashes_and_double_stars_do_not)
{
    EXPECT_TRUE(glob("src/*.cpp", "src/a.cpp"));
    EXPECT_FALSE(glob("src/*.cpp", "src/x/a.cpp"));
    EXPECT_TRUE(glob("src/**/*.cpp", "src/a.cpp"));
    EXPECT_TRUE(glob("src/**/*.cpp", "src/x/y/a.cpp"));
    EXPECT_TRUE(glob("src/**", "src/x/y"));
    EXPECT_FALSE(glob("src/**", "source/x"));
    EXPECT_TRUE(glob("**/test/**", "a/test/b"));
    EXPECT_TRUE(glob("**/test/**", "test/b"));
    EXPECT_FALSE(glob("a/**/b", "a/xxb"));
    EXPECT_TRUE(glob("**", "any/thing"));
    EXPECT_TRUE(glob("src/?.h", "src/a.h"));
    EXPECT_FALSE(glob("a?b", "a/b"));
}

TEST(Glob, without_slash_is_about_the_name_at_any_depth)
{
    EXPECT_TRUE(glob("*.cpp", "a/b/c.cpp"));
    EXPECT_TRUE(glob("CMakeLists.txt", "x/CMakeLists.txt"));
    EXPECT_FALSE(glob("/*.cpp", "a/c.cpp"));
    EXPECT_TRUE(glob("/*.cpp", "c.cpp"));
    EXPECT_TRUE(glob("./src/*.h", "src/a.h"));
    EXPECT_TRUE(glob("src/", "src/a/b"));
}

TEST(Glob, has_alternatives_and_sets)
{
    EXPECT_TRUE(glob("*.{h,cpp}", "a.h"));
    EXPECT_TRUE(glob("*.{h,cpp}", "a.cpp"));
    EXPECT_FALSE(glob("*.{h,cpp}", "a.c"));
    EXPECT_TRUE(glob("{src,tests/{unit,wire}}/**", "tests/wire/a"));
    EXPECT_TRUE(glob("{src,tests/{unit,wire}}/**", "src/a"));
    EXPECT_FALSE(glob("{src,tests/{unit,wire}}/**", "tests/a"));
    EXPECT_TRUE(glob("a{,b}c", "ac"));
    EXPECT_TRUE(glob("a{,b}c", "abc"));
    EXPECT_TRUE(glob("{**/x,y}/z", "a/b/x/z"));
    EXPECT_TRUE(glob("[a-c]x[!0-9]", "bxy"));
    EXPECT_FALSE(glob("[a-c]x[!0-9]", "bx1"));
    EXPECT_TRUE(glob("[[:upper:]]*", "Readme"));
    EXPECT_TRUE(glob("[]]", "]"));
    EXPECT_TRUE(glob("\\*", "*"));
    EXPECT_FALSE(glob("\\*", "a"));
    EXPECT_FALSE(glob("a[/]b", "a/b"));
}

TEST(Glob, says_what_makes_no_sense)
{
    for (std::string_view pattern : { "", "[a", "{a", "a}", "a\\", "[[:nope:]]" }) {
        auto const compiled = Glob::compile(pattern);
        ASSERT_FALSE(compiled) << pattern;
        EXPECT_EQ(compiled.error().code, ErrorCode::invalid_params);
    }
    EXPECT_TRUE(Glob::compile(std::string(4096, 'a')));
    EXPECT_FALSE(Glob::compile(std::string(4097, 'a')));
}

TEST(Glob, answers_hostile_patterns)
{
    std::string stars;
    for (int i = 0; i < 1000; ++i)
        stars += "*a";
    EXPECT_FALSE(glob(stars + "b", std::string(4000, 'a')));
    std::string folders;
    for (int i = 0; i < 500; ++i)
        folders += "**/";
    EXPECT_FALSE(glob(folders + "b", std::string(2000, '/')));
    std::string braces;
    for (int i = 0; i < 500; ++i)
        braces += "{a,a}";
    EXPECT_TRUE(glob(braces, std::string(500, 'a')));
    EXPECT_FALSE(glob(braces, std::string(501, 'a')));
    EXPECT_TRUE(glob(std::string(1000, '{') + "a" + std::string(1000, '}'), "a"));
}

TEST(IgnoreRules, obey_the_manual)
{
    EXPECT_TRUE(ignores("*.o", "a/b.o"));
    EXPECT_TRUE(ignores("/x", "x"));
    EXPECT_FALSE(ignores("/x", "a/x"));
    EXPECT_FALSE(ignores("a/x", "b/a/x"));
    EXPECT_TRUE(ignores("build/", "build", true));
    EXPECT_FALSE(ignores("build/", "build", false));
    EXPECT_FALSE(ignores("*.o\n!keep.o", "keep.o"));
    EXPECT_TRUE(ignores("!keep.o\n*.o", "keep.o"));
    EXPECT_FALSE(ignores("# comment\n\n", "# comment"));
    EXPECT_TRUE(ignores("\\#name", "#name"));
    EXPECT_TRUE(ignores("\\!name", "!name"));
    EXPECT_TRUE(ignores("a.txt   ", "a.txt"));
    EXPECT_TRUE(ignores("a\\ ", "a "));
    EXPECT_TRUE(ignores("a.txt\r\nb.txt\r\n", "a.txt"));
    EXPECT_TRUE(ignores("\xEF\xBB\xBF*.log", "x.log"));
    EXPECT_TRUE(ignores("{a,b}", "{a,b}"));
    EXPECT_FALSE(ignores("{a,b}", "a"));
    EXPECT_FALSE(ignores("[a\n/\n\\", "a"));
}

TEST(IgnoreScope, nearer_rules_win)
{
    auto const outer = std::make_shared<IgnoreScope const>(nullptr, "", IgnoreRules::parse("*.log\n/sub/x\n"));
    IgnoreScope const inner(outer, "sub", IgnoreRules::parse("!keep.log\n/y\n"));
    EXPECT_FALSE(inner.ignores("sub/keep.log", false));
    EXPECT_TRUE(inner.ignores("sub/other.log", false));
    EXPECT_TRUE(inner.ignores("sub/x", false));
    EXPECT_TRUE(inner.ignores("sub/y", false));
    EXPECT_FALSE(inner.ignores("sub/z/y", false));
}

/// A .gitignore line at random; "**" only between slashes, because git's treatment of it elsewhere is an accident.
std::string random_rule(std::mt19937& random)
{
    static constexpr std::string_view parts[] = { "a", "b", "ab", "*", "?", "a*", "*b", "*a*", "[ab]", "[!a]", "[a-b]c", "\\a", "c", "**",
        "a.b", "[[:alpha:]]", "*?", "a**b" };
    auto const pick = [&](std::size_t count) { return random() % count; };
    std::string rule = pick(5) == 0 ? "!" : "";
    rule += pick(4) == 0 ? "/" : "";
    std::size_t const components = 1 + pick(3);
    for (std::size_t i = 0; i < components; ++i) {
        rule += i > 0 ? "/" : "";
        rule += parts[pick(std::size(parts))];
    }
    rule += pick(4) == 0 ? "/" : "";
    rule += pick(10) == 0 ? "  " : "";
    return rule;
}

TEST(IgnoreRules, agree_with_git)
{
    if (!has_git())
        GTEST_SKIP() << "NOT TESTED: git is not installed, so ignore rules were not compared with it";
    std::mt19937 random(7);
    TemporaryFolder const folder;
    output_of(folder.path(), "git init -q");
    std::vector<std::string> paths;
    std::string input;
    for (std::string a : { "a", "b", "ab", "c" }) {
        for (std::string b : { "a", "b", "ac", "bc", "a.b" }) {
            for (std::string c : { "a", "ab", "c", "xb" }) {
                std::string const path = a + "/" + b + "/" + c;
                folder.write(path, "");
                for (std::string const& each : { a, a + "/" + b, path })
                    paths.push_back(each);
            }
        }
    }
    std::sort(paths.begin(), paths.end());
    paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
    for (std::string const& path : paths)
        input += path + "\n";
    folder.write(".git/paths", input);
    for (int round = 0; round < 150; ++round) {
        std::string rules;
        for (std::size_t i = 0; i <= random() % 4; ++i)
            rules += random_rule(random) + "\n";
        folder.write(".gitignore", rules);
        std::string const ignored = "\n" + output_of(folder.path(), "git check-ignore --no-index --stdin < .git/paths");
        IgnoreRules const ours = IgnoreRules::parse(rules);
        for (std::string const& path : paths) {
            // git ignores what lies in an ignored folder; the walk never gets there.
            bool found = false;
            for (std::size_t end = path.find('/'); !found; end = path.find('/', end + 1)) {
                std::string const so_far = path.substr(0, end);
                found = ours.verdict(so_far, std::filesystem::is_directory(folder / so_far)) == IgnoreVerdict::ignored;
                if (end == std::string::npos)
                    break;
            }
            ASSERT_EQ(found, ignored.find("\n" + path + "\n") != std::string::npos) << path << " with rules:\n" << rules;
        }
    }
}

}
}
