#include "tests/unit/tools/command_fixture.h"
#include "tools/test_command.h"

namespace countersign::tools {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class RunCommandTest : public CommandTest {
protected:
    RunCommandTest() { set_files({ { "a.txt", "one\n" }, { "b.txt", "two\n" }, { ".gitignore", "build/\n" } }); }

    std::string run(Json arguments) { return CommandTest::run("run_command", arguments); }
};

sandbox::Changed changed(std::string path, sandbox::ChangeKind kind, std::optional<std::string> bytes = std::nullopt)
{
    return { std::move(path), kind, std::move(bytes), 0644 };
}

TEST_F(RunCommandTest, says_how_it_ended_and_what_was_printed)
{
    commands_.on_run = [](CommandCall const&) { return ended_with(3, "hello\n"); };
    std::string const text = run({ { "argv", { "make", "x" } } });
    EXPECT_THAT(text, HasSubstr("exit status 3"));
    EXPECT_THAT(text, HasSubstr("\nhello\n"));
    EXPECT_THAT(commands_.calls.at(0).request.command.argv, ElementsAre("make", "x"));
    ASSERT_EQ(commands_.evidence.size(), 1u);
    EXPECT_EQ(commands_.evidence[0].result, Evidence::Result::failed);
    EXPECT_EQ(commands_.evidence[0].command, "make x");
}

TEST_F(RunCommandTest, gives_the_command_unsaved_buffers_and_the_runs_edits_but_not_what_is_as_on_disk)
{
    auto const buffer = [](std::string path, std::string text) {
        auto shared = std::make_shared<std::string const>(std::move(text));
        return std::make_shared<workspace::Document const>(
            workspace::Document { "/workspace/" + path, "", 3, shared, support::LineIndex(*shared) });
    };
    open(std::make_shared<workspace::MemoryFiles>(std::map<std::string, std::string> { { "a.txt", "one\n" }, { "b.txt", "two\n" } }),
        { buffer("a.txt", "unsaved\n"), buffer("b.txt", "two\n") });
    ASSERT_TRUE(overlay_->create("new.txt", "new\n"));
    run({ { "argv", { "make" } } });
    EXPECT_EQ(commands_.seen("a.txt"), "unsaved\n");
    EXPECT_EQ(commands_.seen("b.txt"), std::nullopt);
    EXPECT_EQ(commands_.seen("new.txt"), "new\n");

    std::string const before = commands_.calls.back().view;
    ASSERT_TRUE(overlay_->remove("b.txt"));
    run({ { "argv", { "make" } } });
    EXPECT_EQ(commands_.seen("b.txt"), "(deleted)");
    EXPECT_NE(commands_.calls.back().view, before);
}

TEST_F(RunCommandTest, drops_what_the_command_changed_unless_it_is_to_be_kept)
{
    commands_.on_run = [](CommandCall const&) {
        auto outcome = ended_with(0, "");
        outcome.changes = { changed("a.txt", sandbox::ChangeKind::modified, "ONE\n") };
        return outcome;
    };
    EXPECT_THAT(run({ { "argv", { "fmt" } } }), HasSubstr("dropped: modified a.txt"));
    EXPECT_EQ(text("a.txt"), "one\n");
    EXPECT_THAT(run({ { "argv", { "fmt" } }, { "keep_changes", true } }), HasSubstr("proposed: modified a.txt"));
    EXPECT_EQ(text("a.txt"), "ONE\n");
}

TEST_F(RunCommandTest, keeps_only_text_in_places_where_a_run_may_propose)
{
    commands_.on_run = [](CommandCall const&) {
        auto outcome = ended_with(0, "");
        outcome.changes = { changed("b.txt", sandbox::ChangeKind::deleted),
            changed("c.bin", sandbox::ChangeKind::created, std::string("\0\xFF", 2)),
            changed("d.txt", sandbox::ChangeKind::created, "new\n"), changed("link", sandbox::ChangeKind::linked, "a.txt"),
            changed("large.txt", sandbox::ChangeKind::created), changed("../out.txt", sandbox::ChangeKind::created, "x"),
            changed(".git/hooks/x", sandbox::ChangeKind::created, "x"), changed(".env", sandbox::ChangeKind::created, "x"),
            changed(".countersign.toml", sandbox::ChangeKind::created, "x") };
        outcome.not_offered = { { "pipe", "a fifo" } };
        return outcome;
    };
    std::string const said = run({ { "argv", { "x" } }, { "keep_changes", true } });
    EXPECT_THAT(said, HasSubstr("proposed: deleted b.txt"));
    EXPECT_THAT(said, HasSubstr("proposed: created d.txt"));
    for (char const* path : { "c.bin", "link", "large.txt", "../out.txt", ".git/hooks/x", ".env", ".countersign.toml" })
        EXPECT_THAT(said, HasSubstr(std::string(path) + ": ")) << path;
    EXPECT_THAT(said, HasSubstr("not kept: pipe: a fifo"));
    std::vector<std::string> paths;
    for (auto const& change : overlay_->changes())
        paths.push_back(change.path);
    EXPECT_THAT(paths, ElementsAre("b.txt", "d.txt"));
}

TEST_F(RunCommandTest, keeps_nothing_when_the_disk_changed_meanwhile)
{
    commands_.on_run = [](CommandCall const&) {
        auto outcome = ended_with(0, "");
        outcome.stale = true;
        outcome.changes = { changed("a.txt", sandbox::ChangeKind::modified, "ONE\n") };
        return outcome;
    };
    EXPECT_THAT(run({ { "argv", { "x" } }, { "keep_changes", true } }), HasSubstr("run it again"));
    EXPECT_TRUE(overlay_->changes().empty());
}

TEST_F(RunCommandTest, wants_no_change_of_what_is_ignored_or_protected)
{
    run({ { "argv", { "x" } } });
    auto const& wanted = commands_.calls.at(0).request.wanted;
    EXPECT_TRUE(wanted("src/a.txt"));
    EXPECT_FALSE(wanted("build/deep/a.o"));
    EXPECT_FALSE(wanted("src/build/a.o"));
    EXPECT_FALSE(wanted(".git/index"));
    EXPECT_FALSE(wanted("src/.env"));
}

TEST_F(RunCommandTest, refuses_what_is_no_argument_vector)
{
    EXPECT_THAT(run({ { "argv", Json::array() } }), HasSubstr("invalid_params: argv: expected a program"));
    EXPECT_THAT(run({ { "argv", { "" } } }), HasSubstr("invalid_params: argv: expected a program"));
    EXPECT_EQ(run({ { "argv", "ls -l" } }), "invalid_params: argv: expected an array, got the string \"ls -l\"");
    EXPECT_EQ(run({ { "argv", { "ls", 3 } } }), "invalid_params: argv[1]: expected a string, got the number 3");
    EXPECT_THAT(run({ { "argv", { "ls", std::string("a\0b", 3) } } }), HasSubstr("argv[1]: a NUL character"));
    EXPECT_THAT(run({ { "argv", { "ls" } }, { "directory", "../x" } }), HasSubstr("denied: ../x leads outside"));
    EXPECT_TRUE(commands_.calls.empty());
}

TEST_F(RunCommandTest, shows_the_beginning_and_the_end_of_a_long_output)
{
    output_limit_ = 2000;
    commands_.on_run = [](CommandCall const&) { return ended_with(0, "first\n" + std::string(100'000, 'x') + "\nlast\n"); };
    std::string const said = run({ { "argv", { "x" } } });
    EXPECT_LE(said.size(), output_limit_);
    EXPECT_THAT(said, HasSubstr("first\n"));
    EXPECT_THAT(said, HasSubstr("\nlast\n"));
    EXPECT_THAT(said, HasSubstr("bytes left out"));
}

TEST_F(RunCommandTest, is_refused_where_no_commands_can_run)
{
    EXPECT_EQ(call("run_command", { { "argv", { "ls" } } }), "denied: commands cannot be run here");
}

TEST_F(RunCommandTest, leaves_evidence_of_what_was_refused_too)
{
    commands_.on_run = [](CommandCall const&) -> Result<sandbox::Outcome> { return fail(ErrorCode::denied, "you said no"); };
    EXPECT_EQ(run({ { "argv", { "ls" } } }), "denied: you said no");
    ASSERT_EQ(commands_.evidence.size(), 1u);
    EXPECT_EQ(commands_.evidence[0].result, Evidence::Result::not_run);
    EXPECT_EQ(commands_.evidence[0].detail, "you said no");
}

class RunTestsTest : public CommandTest {
protected:
    std::vector<std::string> command_for(std::map<std::string, std::string> files, std::string const& path = {})
    {
        set_files(std::move(files));
        said_ = run("run_tests", path.empty() ? Json::object() : Json { { "path", path } });
        return commands_.calls.empty() ? std::vector<std::string> {} : commands_.calls.back().request.command.argv;
    }
    std::string said_;
};

TEST_F(RunTestsTest, finds_each_projects_own_command)
{
    EXPECT_THAT(command_for({ { "CMakeLists.txt", "enable_testing()\n" }, { "Makefile", "test:\n" } }),
        ElementsAre("ctest", "--build-and-test", ".", "/tmp/countersign-build", "--build-generator", "Unix Makefiles", "--build-noclean",
            "--test-command", "ctest", "--output-on-failure"));
    EXPECT_THAT(command_for({ { "Cargo.toml", "" } }), ElementsAre("cargo", "test", "--offline"));
    EXPECT_THAT(command_for({ { "go.mod", "module x\n" } }), ElementsAre("go", "test", "./..."));
    EXPECT_THAT(command_for({ { "pom.xml", "" } }), ElementsAre("mvn", "--offline", "--batch-mode", "test"));
    EXPECT_THAT(command_for({ { "build.gradle.kts", "" } }), ElementsAre("gradle", "--offline", "--console=plain", "test"));
    EXPECT_THAT(command_for({ { "package.json", R"({"scripts":{"test":"jest"}})" } }), ElementsAre("npm", "test"));
    EXPECT_EQ(command_for({ { "pyproject.toml", "[tool.pytest.ini_options]\n" } }).at(2), "pytest");
    EXPECT_EQ(command_for({ { "tests/test_a.py", "import pytest\n" } }).at(2), "pytest");
    EXPECT_EQ(command_for({ { "tests/test_a.py", "import unittest\n" } }).at(2), "unittest");
    EXPECT_THAT(command_for({ { "Makefile", "all:\n\ncheck: all\n" } }), ElementsAre("make", "check"));
}

TEST_F(RunTestsTest, takes_the_nearest_project_and_prefers_the_files_language)
{
    std::map<std::string, std::string> const files { { "package.json", R"({"scripts":{"test":"jest"}})" }, { "pyproject.toml", "pytest\n" },
        { "back/go.mod", "module x\n" }, { "back/deep/a.go", "" }, { "lib/a.py", "" } };
    EXPECT_EQ(command_for(files, "back/deep/a.go").at(0), "go");
    EXPECT_EQ(commands_.calls.back().request.command.directory, "back");
    EXPECT_EQ(command_for(files, "lib/a.py").at(2), "pytest");
    EXPECT_EQ(commands_.calls.back().request.command.directory, "");
    EXPECT_EQ(command_for(files).at(0), "npm");
    EXPECT_EQ(command_for({ { "tests/test_a.py", "import unittest\n" }, { "a.py", "" } }, "tests/test_a.py").at(2), "unittest");
    EXPECT_EQ(commands_.calls.back().request.command.directory, "");
}

TEST_F(RunTestsTest, takes_the_program_where_the_interpreter_has_no_such_module)
{
    commands_.on_run = [](CommandCall const& call) {
        return call.request.command.argv.front() == "python3" ? ended_with(1, "/usr/local/bin/python3: No module named pytest\n")
                                                              : ended_with(0, "3 passed in 0.01s\n");
    };
    EXPECT_EQ(command_for({ { "pytest.ini", "" } }).front(), "pytest");
    EXPECT_THAT(said_, HasSubstr("3 of 3 tests pass"));
    ASSERT_EQ(commands_.evidence.size(), 1u);
    EXPECT_EQ(commands_.evidence[0].result, Evidence::Result::passed);
    EXPECT_TRUE(is_otherwise(commands_.evidence[0].command, "python3 -m " + commands_.evidence[0].command));
    // A test that fails since it lacks a module is a failed test.
    commands_.on_run = [](CommandCall const&) {
        return ended_with(1, "E   ModuleNotFoundError: No module named 'x'\n1 failed in 0.01s\n");
    };
    EXPECT_EQ(command_for({ { "pytest.ini", "" } }).front(), "python3");
}

TEST_F(RunTestsTest, says_what_it_looked_for_when_there_is_nothing)
{
    EXPECT_TRUE(command_for({ { "package.json", R"({"scripts":{"test":"echo \"Error: no test specified\" && exit 1"}})" },
                                { "CMakeLists.txt", "project(x)\n" }, { "Makefile", "all:\n" } })
                    .empty());
    EXPECT_THAT(said_, HasSubstr("not_found: no command that tests the workspace was found; looked for CMake with tests, Cargo"));
}

TEST_F(RunTestsTest, survives_manifests_that_are_no_manifests)
{
    for (char const* text : { "", "[", "[]", "null", R"({"scripts":[]})", R"({"scripts":{"test":1}})" })
        EXPECT_TRUE(command_for({ { "package.json", text } }).empty()) << text;
}

TEST_F(RunTestsTest, puts_the_count_into_the_evidence)
{
    commands_.on_run = [](CommandCall const&) { return ended_with(0, "Ran 7 tests in 0.001s\n\nOK (skipped=3)\n"); };
    command_for({ { "test_a.py", "import unittest\n" } });
    ASSERT_EQ(commands_.evidence.size(), 1u);
    EXPECT_EQ(commands_.evidence[0].detail, "4 of 7 tests passed, 3 skipped");
    EXPECT_EQ(commands_.evidence[0].result, Evidence::Result::passed);
    EXPECT_TRUE(commands_.calls.back().may_ask);
    run("run_tests", { { "ask", false } });
    EXPECT_FALSE(commands_.calls.back().may_ask);
}

}
}
