#include "fixture.h"

#include <csignal>
#include <fmt/core.h>
#include <fstream>
#include <future>
#include <thread>

namespace countersign::sandbox {

using testing::HasSubstr;
using testing::Lt;
using testing::Not;

namespace {

void wait_for_process(std::string const& mark)
{
    while (processes_with(mark) == 0)
        std::this_thread::yield();
}

TEST_F(Sandboxed, leaves_none_of_three_hundred_daemons)
{
    Request request = shell(
        "i=0; while [ $i -lt 300 ]; do i=$((i+1)); (setsid sh -c 'trap \"\" TERM HUP; exec sleep 86399' >/dev/null 2>&1 &); done; exit 3");
    request.limits.processes = 1024;
    Outcome const outcome = run_well(request);
    EXPECT_EQ(3, outcome.status);
    EXPECT_EQ(0, processes_with("86399"));
}

TEST_F(Sandboxed, bounds_how_many_processes_there_are)
{
    Request request = shell("i=0; while [ $i -lt 3000 ]; do i=$((i+1)); sleep 86398 & done; jobs | wc -l");
    request.limits.processes = 64;
    run_well(request);
    EXPECT_EQ(0, processes_with("86398"));
    // A fork bomb ends with its first failure or with the clock, and the next command runs.
    Request bomb = shell("f() { f | f & f; }; f");
    bomb.limits.wall_time = std::chrono::seconds(2);
    bomb.limits.processes = 64;
    EXPECT_TRUE(run(bomb));
    EXPECT_EQ(0, sh("true").status);
}

TEST_F(Sandboxed, stops_what_takes_too_long_also_if_it_ignores_the_request)
{
    Request polite = shell("trap 'echo ending; exit 0' TERM; while :; do sleep 0.05; done");
    polite.limits.wall_time = std::chrono::milliseconds(400);
    Outcome const ended = run_well(polite);
    EXPECT_EQ(Ending::timed_out, ended.ending);
    EXPECT_THAT(ended.output, HasSubstr("ending"));
    Request stubborn = shell("trap '' TERM HUP INT; echo changed > file; while :; do sleep 86397; done");
    stubborn.limits.wall_time = std::chrono::milliseconds(300);
    stubborn.limits.grace = std::chrono::milliseconds(200);
    Outcome const killed = run_well(stubborn);
    EXPECT_EQ(Ending::timed_out, killed.ending);
    EXPECT_EQ("created file\n", summary(killed));
    EXPECT_EQ(0, processes_with("86397"));
}

TEST_F(Sandboxed, stops_what_prints_for_ever)
{
    Request request = shell("yes abcdefg");
    request.limits.output_total = 4 * 1024 * 1024;
    Outcome const outcome = run_well(request);
    EXPECT_EQ(Ending::output_limit, outcome.ending);
    EXPECT_THAT(outcome.output.size(), Lt(request.limits.output_for_model + 200));
    EXPECT_THAT(outcome.output, HasSubstr("bytes left out"));
    EXPECT_GT(outcome.output_dropped, 3u * 1024 * 1024);
}

TEST_F(Sandboxed, cleans_what_is_printed) { EXPECT_EQ("ab\n", sh("printf 'a\\033]52;c;ZXZpbA==\\007b\\n'").output); }

TEST_F(Sandboxed, is_not_held_up_by_closed_pipes_or_by_those_that_keep_them)
{
    Outcome const closed = sh("exec >&- 2>&-; exit 5");
    EXPECT_EQ(5, closed.status);
    Outcome const kept = sh("sleep 86396 & echo started; exit 0");
    EXPECT_EQ("started\n", kept.standard_output);
    EXPECT_EQ(0, processes_with("86396"));
}

TEST_F(Sandboxed, gives_end_of_file_and_no_terminal)
{
    EXPECT_EQ(0, run_well(request({ "cat" })).status);
    EXPECT_EQ(0, sh("! test -t 0 && ! test -t 1 && ! test -t 2 && ! (: > /dev/tty)").status);
}

TEST_F(Sandboxed, fills_no_more_than_its_layer)
{
    Request large = shell("head -c 10000000000 /dev/zero > big; echo status $?; ls -l big | wc -l");
    large.limits.view_bytes = 32 * 1024 * 1024;
    large.limits.file_bytes = 1024 * 1024 * 1024;
    large.limits.changed_bytes = 1024 * 1024;
    Outcome const outcome = run_well(large);
    EXPECT_THAT(outcome.output, HasSubstr("No space left"));
    EXPECT_EQ("not offered big: too large to be offered\n", summary(outcome));
    Request capped = shell("head -c 3000000 /dev/zero > big");
    capped.limits.file_bytes = 1024 * 1024;
    EXPECT_NE(0, run_well(capped).status);
    Request many = shell("i=0; while [ $i -lt 500 ]; do i=$((i+1)); : > f$i || exit 9; done");
    many.limits.view_inodes = 100;
    many.limits.changed_files = 10;
    Outcome const full = run_well(many);
    EXPECT_NE(0, full.status);
    EXPECT_EQ(10u, full.changes.size());
    EXPECT_THAT(summary(full), HasSubstr("one of too many changes"));
    Request elsewhere = shell("head -c 100000000 /dev/zero > /tmp/big; head -c 100000000 /dev/zero > /dev/shm/big; du -sm /tmp /dev/shm");
    elsewhere.limits.view_bytes = 16 * 1024 * 1024;
    EXPECT_THAT(run_well(elsewhere).output, HasSubstr("No space left"));
}

TEST_F(Sandboxed, stops_what_takes_too_much_memory)
{
    Request request = shell("exec awk 'BEGIN { s = \"x\"; while (1) s = s s }'");
    request.limits.memory = 256 * 1024 * 1024;
    Outcome const outcome = run_well(request);
    EXPECT_EQ(Ending::memory_limit, outcome.ending);
}

TEST_F(Sandboxed, offers_no_special_file_and_no_link_that_leads_out)
{
    Outcome const outcome =
        sh("mkfifo pipe; ln -s /etc/passwd out; ln -s ../../etc/shadow up; ln -s out2 fine; cp /bin/true suid; chmod 6755 suid;"
           "mkdir -p .git/hooks sub/.git; echo x > .git/hooks/pre-commit; echo x > sub/.git/config;"
           "! mknod device c 1 3 2>/dev/null; mkdir stuck; chmod 0 stuck; printf 'x' > \"$(printf 'a\\nb')\"");
    EXPECT_EQ(0, outcome.status) << outcome.output;
    std::string const told = summary(outcome);
    EXPECT_THAT(told, HasSubstr("not offered pipe: a named pipe\n"));
    EXPECT_THAT(told, HasSubstr("not offered out: a symbolic link that leads out of the workspace\n"));
    EXPECT_THAT(told, HasSubstr("not offered up: a symbolic link that leads out of the workspace\n"));
    EXPECT_THAT(told, HasSubstr("linked fine\n"));
    EXPECT_THAT(told, HasSubstr("not offered .git: changes in .git are never offered\n"));
    EXPECT_THAT(told, HasSubstr("not offered sub/.git: changes in .git are never offered\n"));
    EXPECT_THAT(told, HasSubstr("its name has characters that cannot be shown"));
    EXPECT_THAT(told, Not(HasSubstr("device")));
    for (Changed const& changed : outcome.changes)
        EXPECT_EQ(0u, changed.mode & ~0777u) << changed.path;
}

TEST_F(Sandboxed, reads_back_what_was_made_unreadable)
{
    write("file", "x");
    EXPECT_EQ("modified file\n", summary(sh("echo y > file; chmod 0 file")));
}

TEST_F(Sandboxed, walks_no_deeper_than_it_should)
{
    Outcome const outcome = sh("i=0; while [ $i -lt 400 ]; do i=$((i+1)); mkdir d; cd d; done; : > deep; cd /ws; : > flat");
    EXPECT_THAT(summary(outcome), HasSubstr("deeper than 128 folders"));
    EXPECT_THAT(summary(outcome), HasSubstr("created flat"));
}

TEST_F(Sandboxed, says_that_a_file_has_other_names)
{
    write("one", "x");
    std::filesystem::create_hard_link(workspace_ / "one", workspace_ / "two");
    Outcome const outcome = sh("echo y > one");
    ASSERT_EQ("modified one\n", summary(outcome));
    EXPECT_TRUE(outcome.changes[0].other_names);
}

TEST_F(Sandboxed, deletes_nothing_for_real)
{
    write("src/a", "a");
    write("src/b", "b");
    std::filesystem::create_symlink(std::filesystem::path("/tmp"), workspace_ / "link");
    EXPECT_EQ("deleted link\ndeleted src/a\ndeleted src/b\n", summary(sh("rm -rf /* 2>/dev/null; rm -rf /ws/* link/ 2>/dev/null; true")));
}

TEST_F(Sandboxed, stops_when_asked_and_leaves_nothing)
{
    std::stop_source source;
    auto running =
        std::async(std::launch::async, [&] { return run(shell("trap '' TERM; setsid sleep 86395 & sleep 86395"), source.get_token()); });
    wait_for_process("86395");
    source.request_stop();
    auto const outcome = running.get();
    ASSERT_FALSE(outcome);
    EXPECT_EQ(ErrorCode::cancelled, outcome.error().code);
    EXPECT_EQ(0, processes_with("86395"));
    EXPECT_EQ(ErrorCode::cancelled, run(shell("true"), source.get_token()).error().code);
}

TEST_F(Sandboxed, outlives_its_broker)
{
    auto running = std::async(std::launch::async, [&] { return run(shell("sleep 86394")); });
    wait_for_process("86394");
    // The broker is the only child of this process.
    std::ifstream children(fmt::format("/proc/self/task/{}/children", ::getpid()));
    pid_t broker = 0;
    children >> broker;
    ASSERT_GT(broker, 0);
    ::kill(broker, SIGKILL);
    auto const outcome = running.get();
    ASSERT_FALSE(outcome);
    EXPECT_EQ(ErrorCode::io, outcome.error().code);
    EXPECT_EQ(ErrorCode::io, run(shell("true")).error().code);
    // Without a parent the launcher dies, and with it everything.
    while (processes_with("86394") > 0)
        std::this_thread::yield();
}

TEST_F(Sandboxed, takes_no_file_for_a_workspace)
{
    write("file", "");
    Request request = shell("true");
    request.workspace += "/file";
    EXPECT_EQ(ErrorCode::not_found, run(request).error().code);
    request.workspace = "/";
    EXPECT_EQ(ErrorCode::denied, run(request).error().code);
}

}

}
