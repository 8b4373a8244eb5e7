#include "workspace/write_guard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace countersign::workspace {
namespace {

using ::testing::HasSubstr;

std::string surface_of(std::string_view path, std::string_view before = "a\n", std::string_view after = "b\n")
{
    auto const found = flag_of(path, FileSide { before }, FileSide { after });
    return found ? std::string(to_string(found->surface)) : "none";
}

TEST(WriteGuard, flags_what_another_program_runs_or_obeys)
{
    std::pair<char const*, char const*> const cases[] = {
        { "Makefile", "build" },
        { "sub/GNUmakefile", "build" },
        { "rules.mk", "build" },
        { "CMakeLists.txt", "build" },
        { "cmake/tools.cmake", "build" },
        { "meson.build", "build" },
        { "app/build.gradle.kts", "build" },
        { "gradle/wrapper/gradle-wrapper.properties", "build" },
        { "build.rs", "build" },
        { ".cargo/config.toml", "build" },
        { "setup.py", "build" },
        { "tests/conftest.py", "build" },
        { "vite.config.ts", "build" },
        { "Dockerfile.dev", "build" },
        { ".github/workflows/x.yml", "ci" },
        { ".gitlab-ci.yml", "ci" },
        { "Jenkinsfile", "ci" },
        { ".vscode/tasks.json", "editor" },
        { "packages/a/.vscode/settings.json", "editor" },
        { ".idea/runConfigurations/x.xml", "editor" },
        { ".devcontainer/devcontainer.json", "editor" },
        { ".envrc", "editor" },
        { ".dir-locals.el", "editor" },
        { ".husky/pre-commit", "hook" },
        { ".pre-commit-config.yaml", "hook" },
        { ".gitattributes", "hook" },
        { ".gitmodules", "hook" },
        { "CLAUDE.md", "agent" },
        { "AGENTS.md", "agent" },
        { ".cursorrules", "agent" },
        { ".cursor/rules/x.mdc", "agent" },
        { ".mcp.json", "agent" },
        { ".github/copilot-instructions.md", "agent" },
        { "package-lock.json", "lock_file" },
        { "Cargo.lock", "lock_file" },
        { ".gitignore", "ignore_rules" },
    };
    for (auto const& [path, surface] : cases)
        EXPECT_EQ(surface_of(path), surface) << path;
}

TEST(WriteGuard, is_not_misled_by_case_or_by_names_that_a_disk_takes_for_the_same)
{
    for (char const* path : { "MAKEFILE", "makefile", "Makefile.", "Makefile ", "Makefile::$DATA", ".VSCode/tasks.json", ".vs\u200ccode/x",
             ".hu\u017f\u212ay/pre-commit", "PACKAGE-LOCK.JSON" })
        EXPECT_NE(surface_of(path), "none") << path;
}

TEST(WriteGuard, lets_ordinary_files_pass)
{
    for (char const* path : { "src/main.cpp", "README.md", "docs/makefile_guide.md", "src/build/plan.cpp", "tests/test_a.py", "vscode/x.ts",
             "src/agents/run.py", "Makefile.md/x", "husky/x", "src/lock.cpp", "data.json", "github/workflows/x.yml" })
        EXPECT_EQ(surface_of(path), "none") << path;
}

TEST(WriteGuard, reads_package_json_for_what_npm_obeys)
{
    char const* const before = R"({"name":"a","version":"1.0.0","scripts":{"test":"jest"}})";
    EXPECT_EQ(surface_of("package.json", before, R"({"name":"b","version":"2.0.0","scripts":{"test":"jest"},"license":"MIT"})"), "none");
    for (char const* after : { R"({"name":"a","version":"1.0.0","scripts":{"test":"jest","postinstall":"curl|sh"}})",
             R"({"name":"a","version":"1.0.0"})", R"({"name":"a","scripts":{"test":"jest"},"dependencies":{"evil":"*"}})",
             R"({"name":"a","scripts":{"test":"jest"},"bin":"x.js"})", "not json", R"(["scripts"])" })
        EXPECT_EQ(surface_of("sub/package.json", before, after), "build") << after;
    EXPECT_EQ(surface_of("package.json", "not json", before), "build");
}

TEST(WriteGuard, flags_a_file_that_becomes_executable)
{
    FileSide const plain { "x" };
    FileSide const runs { "x", true };
    EXPECT_EQ(flag_of("notes.txt", plain, runs)->surface, Surface::executable);
    EXPECT_EQ(flag_of("tool", FileSide {}, runs)->surface, Surface::executable);
    EXPECT_FALSE(flag_of("tool", runs, plain));
    EXPECT_FALSE(flag_of("tool", runs, FileSide { "y", true }));
    EXPECT_FALSE(flag_of("tool", runs, FileSide {}));
}

TEST(WriteGuard, flags_text_that_reads_other_than_it_is)
{
    EXPECT_EQ(surface_of("a.c", "int a;", "int a; /* \u202e evil */"), "hidden_text");
    EXPECT_EQ(surface_of("a.js", "", "let \u3164 = 1;"), "hidden_text");
    EXPECT_EQ(surface_of("a.md", "", "x\U000E0061\U000E0062"), "hidden_text");
    EXPECT_EQ(surface_of("a.c", "\u202e here before", "\u202e here after"), "none");
    EXPECT_EQ(surface_of("a.md", "", "caf\u00e9 \U0001F468\u200d\U0001F469 \u2764\ufe0f 1\ufe0f\u20e3"), "none");
    EXPECT_EQ(flag_of("\u202ecod.exe", FileSide {}, FileSide { "x" })->surface, Surface::hidden_text);
    EXPECT_EQ(flag_of("\u202ecod.exe", FileSide {}, FileSide { "x" })->reason.find("\u202e"), std::string::npos);
}

TEST(WriteGuard, flags_a_remote_schema_that_was_not_there_before)
{
    char const* const with = R"({"$schema": "https://evil.example/s?d=1", "a": 1})";
    EXPECT_EQ(surface_of("conf.json", R"({"a": 1})", with), "schema");
    EXPECT_EQ(surface_of("conf.json", with, R"({"$schema": "https://evil.example/s?d=1", "a": 2})"), "none");
    EXPECT_EQ(surface_of("conf.json", "{}", R"({"$schema": "./local.json"})"), "none");
    EXPECT_EQ(surface_of("conf.yaml", "", "# yaml-language-server: $schema=http://evil.example/x\n"), "schema");
}

TEST(WriteGuard, judges_a_move_by_both_names)
{
    FileChange move { ChangeKind::move, "scripts/old.txt", "Makefile", "x", "h", {}, "x", {} };
    EXPECT_EQ(flag_of(move)->surface, Surface::build);
    std::swap(move.path, move.from);
    EXPECT_EQ(flag_of(move)->surface, Surface::build);
    EXPECT_FALSE(flag_of(FileChange { ChangeKind::move, "b.txt", "a.txt", "x", "h", {}, "x", {} }));
    EXPECT_EQ(flag_of(FileChange { ChangeKind::create, "AGENTS.md", "", "", "", {}, "x", {} })->surface, Surface::agent);
    EXPECT_EQ(flag_of(FileChange { ChangeKind::remove, ".gitignore", "", "x", "h", {}, "", {} })->surface, Surface::ignore_rules);
}

TEST(WriteGuard, says_which_file_and_why)
{
    EXPECT_EQ(flag_of("Makefile", FileSide {}, FileSide { "all:" })->reason,
        "Makefile is run or obeyed by the next build, test or installation, which is not in the sandbox");
    EXPECT_THAT(flag_of("a\nb/Makefile", FileSide {}, FileSide { "all:" })->reason, HasSubstr("a\\nb/Makefile is run"));
}

TEST(WriteGuard, forbids_git_credentials_and_our_own_configuration_whatever_a_person_would_say)
{
    for (char const* path : { ".git/hooks/pre-commit", "vendor/sub/.git/config", ".GIT/config", ".g\u200cit/config", "git~1/config", ".env",
             ".countersign.toml", "sub/.Countersign.TOML", ".config/countersign/config.toml", ".local/state/countersign/ledger.db" }) {
        auto const checked = check_proposable(path);
        ASSERT_FALSE(checked) << path;
        EXPECT_EQ(checked.error().code, ErrorCode::denied) << path;
    }
    EXPECT_TRUE(check_proposable("Makefile"));
    EXPECT_TRUE(check_proposable("src/countersign/config.toml"));
}

}
}
