#include "fixture.h"

#include <csignal>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace countersign::sandbox {

using testing::HasSubstr;
using testing::Not;

namespace {

TEST_F(Sandboxed, runs_a_script_that_is_edited_but_not_saved)
{
    write("run.sh", "#!/bin/sh\necho of the disk\n", true);
    Request edited = request({ "./run.sh" });
    edited.view = { { "run.sh", "#!/bin/sh\necho of the buffer\n" } };
    Outcome const outcome = run_well(edited);
    EXPECT_EQ("of the buffer\n", outcome.output);
    EXPECT_EQ("", summary(outcome));
}

TEST_F(Sandboxed, gives_the_exit_status_and_what_was_printed)
{
    Outcome const outcome = sh("echo out; echo err >&2; exit 7");
    EXPECT_EQ(Ending::exited, outcome.ending);
    EXPECT_EQ(7, outcome.status);
    EXPECT_EQ("out\n", outcome.standard_output);
    EXPECT_EQ("err\n", outcome.standard_error);
    EXPECT_EQ(8u, outcome.output.size());
    EXPECT_FALSE(outcome.stale);
    EXPECT_EQ("bubblewrap", outcome.backend);
}

TEST_F(Sandboxed, names_the_signal_that_ended_the_command)
{
    Outcome const outcome = sh("kill -SEGV $$");
    EXPECT_EQ(Ending::signalled, outcome.ending);
    EXPECT_EQ(SIGSEGV, outcome.status);
}

TEST_F(Sandboxed, runs_where_the_workspace_is_and_in_its_folders)
{
    write("sub/dir/file", "");
    EXPECT_EQ(workspace_.string() + "\n", sh("pwd").standard_output);
    Request in_folder = shell("pwd; ls");
    in_folder.command.directory = "sub/dir";
    EXPECT_EQ(workspace_.string() + "/sub/dir\nfile\n", run_well(in_folder).standard_output);
    in_folder.command.directory = "sub/../..";
    EXPECT_EQ(ErrorCode::invalid_params, run(in_folder).error().code);
    in_folder.command.directory = "absent";
    EXPECT_EQ(ErrorCode::not_found, run(in_folder).error().code);
}

TEST_F(Sandboxed, shows_unsaved_buffers_and_proposed_edits_and_takes_them_for_no_change)
{
    write("saved.txt", "on disk\n");
    write("gone.txt", "still on disk\n");
    Request view = shell("cat saved.txt new/deep.txt; ./tool; test ! -e gone.txt");
    view.view = { { "saved.txt", "in the editor\n" }, { "new/deep.txt", "proposed\n" }, { "gone.txt", std::nullopt },
        { "tool", "#!/bin/sh\necho ran\n", true } };
    Outcome const outcome = run_well(view);
    EXPECT_EQ(0, outcome.status);
    EXPECT_EQ("in the editor\nproposed\nran\n", outcome.standard_output);
    EXPECT_EQ("", summary(outcome));
}

TEST_F(Sandboxed, tells_what_the_command_itself_changed)
{
    write("same.txt", "same\n");
    write("edited.txt", "before\n");
    write("removed.txt", "x\n");
    write("script.sh", "echo\n");
    write("folder/one", "1");
    write("folder/two", "2");
    Request const request = [&] {
        Request made =
            shell("cat same.txt > t; cat t > same.txt; rm t; touch same.txt; echo after > edited.txt; rm removed.txt; chmod +x script.sh;"
                  "mv folder moved; mkdir -p a/b; echo new > a/b/c; echo viewed > view.txt; ln -s a/b/c inside");
        made.view = { { "view.txt", "of the buffer\n" } };
        return made;
    }();
    Outcome const outcome = run_well(request);
    EXPECT_EQ(
        "created a/b/c\nmodified edited.txt\ndeleted folder/one\ndeleted folder/two\nlinked inside\ncreated moved/one\ncreated moved/two\n"
        "deleted removed.txt\nmodified script.sh\nmodified view.txt\n",
        summary(outcome));
    EXPECT_EQ("after\n", outcome.changes[1].bytes);
    EXPECT_EQ("a/b/c", outcome.changes[4].bytes);
    EXPECT_EQ(0755u, outcome.changes[8].mode);
}

TEST_F(Sandboxed, tells_of_a_folder_that_is_made_anew_and_of_files_that_become_folders)
{
    write("again/old", "x");
    write("again/kept", "k");
    write("file", "f");
    write("tree/leaf", "l");
    Outcome const outcome = sh("rm -r again; mkdir again; printf k > again/kept; echo n > again/new; rm file; mkdir file; echo i > "
                               "file/inner; rm -r tree; echo t > tree");
    EXPECT_EQ(
        "created again/new\ndeleted again/old\ndeleted file\ncreated file/inner\ncreated tree\ndeleted tree/leaf\n", summary(outcome));
}

TEST_F(Sandboxed, reads_back_only_what_is_wanted)
{
    Request wanted = shell("mkdir build; echo o > build/a.o; echo s > a.c");
    wanted.wanted = [](std::string const& path) { return !path.starts_with("build/"); };
    EXPECT_EQ("created a.c\n", summary(run_well(wanted)));
}

TEST_F(Sandboxed, hides_credentials_and_is_not_told_that_they_are_gone)
{
    write(".env", "SECRET=1\n");
    write("deploy/.ssh/id_rsa", "key\n");
    Request masked = shell("cat .env; ls deploy/.ssh; find . -type f");
    masked.masked = { ".env", "deploy/.ssh" };
    Outcome const outcome = run_well(masked);
    EXPECT_EQ("", outcome.standard_output);
    EXPECT_EQ("", summary(outcome));
}

TEST_F(Sandboxed, sets_no_variables_but_its_own_and_those_of_the_request)
{
    ::setenv("COUNTERSIGN_TEST_SECRET", "hush", 1);
    Request request = shell("env; cat /proc/1/environ /proc/self/environ 2>/dev/null");
    request.command.environment = { { "GREETING", "hello there" } };
    Outcome const outcome = run_well(request);
    EXPECT_THAT(outcome.standard_output, HasSubstr("GREETING=hello there"));
    EXPECT_THAT(outcome.standard_output, HasSubstr("HOME=/tmp/home"));
    EXPECT_THAT(outcome.standard_output, Not(HasSubstr("hush")));
    for (char const* name : { "LD_PRELOAD", "NODE_OPTIONS", "PYTHONSTARTUP", "https_proxy", "BASH_ENV", "PATH", "" }) {
        request.command.environment = { { name, "/x" } };
        EXPECT_EQ(ErrorCode::denied, run(request).error().code) << name;
    }
}

TEST_F(Sandboxed, refuses_what_is_no_command)
{
    EXPECT_EQ(ErrorCode::invalid_params, run(request({})).error().code);
    EXPECT_EQ(ErrorCode::invalid_params, run(request({ "ls", std::string("a\0b", 3) })).error().code);
    EXPECT_EQ(ErrorCode::too_large, run(request({ "echo", std::string(200'000, 'x') })).error().code);
    std::vector<std::string> many(200'001, "x");
    many[0] = "ls";
    EXPECT_EQ(ErrorCode::too_large, run(request(many)).error().code);
    auto const absent = run(request({ "no-such-program" }));
    EXPECT_EQ(ErrorCode::not_found, absent.error().code);
    EXPECT_THAT(absent.error().message, HasSubstr("no-such-program"));
    write("notes.txt", "text");
    EXPECT_EQ(ErrorCode::denied, run(request({ "./notes.txt" })).error().code);
}

TEST_F(Sandboxed, looks_no_program_up_in_the_workspace)
{
    write("git", "#!/bin/sh\necho hijacked\n", true);
    write("uniquely-named", "#!/bin/sh\necho hijacked\n", true);
    EXPECT_EQ(ErrorCode::not_found, run(request({ "uniquely-named" })).error().code);
    EXPECT_THAT(sh("git --version").standard_output, Not(HasSubstr("hijacked")));
}

TEST_F(Sandboxed, follows_no_link_of_the_repository_when_it_writes_the_view)
{
    std::filesystem::create_symlink("/tmp", workspace_ / "out");
    std::filesystem::create_symlink("/etc/passwd", workspace_ / "link");
    Request view = shell("cat link");
    view.view = { { "link", "a file now\n" } };
    EXPECT_EQ("a file now\n", run_well(view).standard_output);
    view.view = { { "out/file", "x" } };
    EXPECT_EQ(ErrorCode::io, run(view).error().code);
    view.view = { { "../file", "x" } };
    EXPECT_EQ(ErrorCode::invalid_params, run(view).error().code);
}

TEST_F(Sandboxed, says_when_a_file_changes_on_disk_meanwhile)
{
    write("base.txt", "one\n");
    std::thread editor([&] {
        while (processes_with("stale-mark-7193") == 0)
            std::this_thread::yield();
        write("base.txt", "two\n");
        write(".done", "");
    });
    auto const outcome =
        run(shell(": stale-mark-7193; n=0; while [ $n -lt 200 ]; do n=$((n+1)); sleep 0.02; grep -q two base.txt && break; done"));
    editor.join();
    ASSERT_TRUE(outcome) << outcome.error().message;
    EXPECT_TRUE(outcome->stale);
}

TEST_F(Sandboxed, runs_several_commands_at_once)
{
    std::vector<std::thread> threads;
    std::vector<std::string> outputs(8);
    for (std::size_t index = 0; index < outputs.size(); ++index) {
        threads.emplace_back([&, index] {
            auto const outcome = run(shell("echo " + std::to_string(index) + " > same-name; cat same-name"));
            outputs[index] = outcome ? outcome->standard_output : outcome.error().message;
        });
    }
    for (std::thread& thread : threads)
        thread.join();
    for (std::size_t index = 0; index < outputs.size(); ++index)
        EXPECT_EQ(std::to_string(index) + "\n", outputs[index]);
}

TEST_F(Sandboxed, is_the_owner_of_the_workspace_also_where_root_starts_it)
{
    write("theirs.txt", "x\n");
    if (::geteuid() == 0) {
        std::filesystem::permissions(workspace_.parent_path(), std::filesystem::perms(0755));
        for (char const* path : { "", "theirs.txt" })
            ASSERT_EQ(0, ::lchown((workspace_ / path).c_str(), 41234, 41234));
    }
    Outcome const outcome = sh("test \"$(id -u)\" = \"$(stat -c %u /ws/theirs.txt)\" && echo y >> theirs.txt");
    EXPECT_EQ(0, outcome.status) << outcome.output;
    EXPECT_EQ("modified theirs.txt\n", summary(outcome));
}

TEST_F(Sandboxed, answers_when_the_workspace_is_gone)
{
    std::filesystem::remove_all(workspace_);
    auto const outcome = run(shell("true"));
    ASSERT_FALSE(outcome);
    EXPECT_EQ(ErrorCode::not_found, outcome.error().code);
}

}

}
