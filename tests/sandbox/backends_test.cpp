// The other backends, with the inner program as they run it. No engine of containers is needed: a program in its place notes its command
// line and gives what that asks for by bubblewrap, without any capability, as an engine does.
#include "fixture.h"

#include <fmt/core.h>
#include <fstream>
#include <sstream>
#include <sys/stat.h>
#include <unistd.h>

namespace countersign::sandbox {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

namespace {

constexpr char const* engine_in_its_place = R"(#!/usr/bin/python3
import os, sys
words = sys.argv[1:]
with open(os.path.join(os.path.dirname(sys.argv[0]), "words"), "w") as file:
    file.write("\n".join(words) + "\n")
def all_of(name):
    return [word[len(name) + 3:] for word in words if word.startswith("--" + name + "=")]
user, group = all_of("user")[0].split(":")
command = ["bwrap", "--unshare-all", "--die-with-parent", "--as-pid-1", "--clearenv", "--cap-drop", "ALL", "--uid", user, "--gid", group]
for folder in ("/usr", "/bin", "/lib", "/lib64", "/etc/passwd", "/etc/alternatives"):
    command += ["--ro-bind-try", folder, folder]
command += ["--proc", "/proc", "--dev", "/dev"]
for place in all_of("tmpfs"):
    command += ["--tmpfs", place.split(":")[0]]
for volume in all_of("volume"):
    command += ["--ro-bind", *volume.split(":")[:2]]
os.execv("/usr/bin/bwrap", command + ["--remount-ro", "/", "--", all_of("entrypoint")[0], words[-1]])
)";

class InContainer : public Sandboxed {
protected:
    void choose_backend(BrokerOptions& options) override
    {
        options.backend = BackendKind::podman;
        options.image = "debian:12";
        options.engine = room_ / "engine";
        std::ofstream(options.engine) << engine_in_its_place;
        ::chmod(options.engine.c_str(), 0755);
        // As root the container is nobody's, who must be able to note the command line; as an ordinary user it is the person's.
        ::chmod(room_.c_str(), 0755);
    }

    std::string words() const
    {
        std::ifstream file(room_ / "words");
        std::ostringstream text;
        text << file.rdbuf();
        return text.str();
    }
};

class Unconfined : public Sandboxed {
protected:
    void choose_backend(BrokerOptions& options) override { options.backend = BackendKind::none; }
};

TEST_F(InContainer, is_started_without_network_rights_or_anything_of_the_host)
{
    EXPECT_EQ(0, sh("true").status);
    for (char const* word : { "run\n", "--rm\n", "--interactive\n", "--network=none\n", "--read-only\n", "--cap-drop=ALL\n",
             "--security-opt=no-new-privileges\n", "--pids-limit=512\n", "--memory=4294967296\n", "--cpus=2\n", "--entrypoint=/.inner\n",
             "debian:12\n--stdio\n" })
        EXPECT_THAT(words(), HasSubstr(word));
    EXPECT_THAT(words(), AllOf(Not(HasSubstr("--privileged")), Not(HasSubstr("--user=0:")), Not(HasSubstr(workspace_.string() + ":/"))));
}

TEST_F(InContainer, tells_the_same_changes_as_an_overlay)
{
    write("same.txt", "same\n");
    write("edited.txt", "before\n");
    write("removed.txt", "x\n");
    write("folder/one", "1", true);
    write(".env", "SECRET=1\n");
    std::filesystem::create_symlink("same.txt", workspace_ / "link");
    Request request = shell("cat view.txt link; touch same.txt; echo same > same.txt; echo after > edited.txt; rm removed.txt; mv folder "
                            "moved; cat .env; echo x > view.txt; mkfifo pipe");
    request.view = { { "view.txt", "of the buffer\n" } };
    request.masked = { ".env" };
    Outcome const outcome = run_well(request);
    EXPECT_TRUE(outcome.copied);
    EXPECT_EQ("podman", outcome.backend);
    EXPECT_EQ("of the buffer\nsame\n", outcome.standard_output);
    EXPECT_THAT(outcome.standard_error, HasSubstr(".env"));
    EXPECT_EQ("modified edited.txt\ndeleted folder/one\ncreated moved/one\ndeleted removed.txt\nmodified view.txt\nnot offered pipe: a "
              "named pipe\n",
        summary(outcome));
}

TEST_F(InContainer, holds_the_walls_that_do_not_need_mounts)
{
    write(".env", "SECRET=1\n");
    Request walls =
        shell("pwd; ! cat /.lower 2>/dev/null && ! touch /usr/x 2>/dev/null && ! touch /x 2>/dev/null && grep -q "
              "'CapEff:.0000000000000000' /proc/self/status && grep -q 'NoNewPrivs:.1' /proc/self/status && grep -q 'Seccomp:.2' "
              "/proc/self/status && ! cat /proc/1/environ 2>/dev/null && ! test -e .env && test \"$(grep -c : /proc/net/dev)\" = 1 "
              "&& kill -9 1; sleep 0.1; echo alive");
    walls.masked = { ".env" };
    EXPECT_EQ(workspace_.string() + "\nalive\n", run_well(walls).standard_output);
}

TEST_F(InContainer, passes_on_both_streams_and_every_end)
{
    Outcome const outcome = sh("echo out; echo err >&2; exit 7");
    EXPECT_EQ("out\n", outcome.standard_output);
    EXPECT_EQ("err\n", outcome.standard_error);
    EXPECT_EQ(7, outcome.status);
    EXPECT_EQ(5, sh("exec >&- 2>&-; exit 5").status);
    EXPECT_EQ("", run_well(request({ "cat" })).output);
    Request large = shell("yes abcdefg");
    large.limits.output_total = 4 * 1024 * 1024;
    EXPECT_EQ(Ending::output_limit, run_well(large).ending);
    Request stubborn = shell("trap '' TERM; (setsid sleep 86380 &); sleep 86380");
    stubborn.limits.wall_time = std::chrono::milliseconds(300);
    stubborn.limits.grace = std::chrono::milliseconds(100);
    EXPECT_EQ(Ending::timed_out, run_well(stubborn).ending);
    EXPECT_EQ(0, processes_with("86380"));
    EXPECT_EQ(ErrorCode::not_found, run(request({ "no-such-program" })).error().code);
}

TEST_F(InContainer, is_refused_with_the_engines_words_when_that_fails)
{
    std::ofstream(room_ / "engine") << "#!/bin/sh\necho 'no such image' >&2; exit 125\n";
    auto const outcome = run(shell("true"));
    ASSERT_FALSE(outcome);
    EXPECT_EQ(ErrorCode::denied, outcome.error().code);
    EXPECT_THAT(outcome.error().message, AllOf(HasSubstr("podman did not start"), HasSubstr("no such image")));
}

TEST_F(InContainer, refuses_what_is_too_large_to_copy)
{
    write("large", std::string(4 * 1024 * 1024, 'x'));
    Request request = shell("true");
    request.limits.view_bytes = 1024 * 1024;
    EXPECT_EQ(ErrorCode::too_large, run(request).error().code);
}

TEST_F(Unconfined, works_on_a_copy_and_leaves_no_process)
{
    write("a.txt", "one\n");
    Outcome const outcome = sh("cat a.txt; echo two > a.txt; echo err >&2; (setsid sleep 86381 >/dev/null 2>&1 &); exit 3");
    EXPECT_EQ("none", outcome.backend);
    EXPECT_EQ(3, outcome.status);
    EXPECT_EQ("one\n", outcome.standard_output);
    EXPECT_EQ("err\n", outcome.standard_error);
    EXPECT_EQ("modified a.txt\n", summary(outcome));
    EXPECT_EQ(0, processes_with("86381"));
    Request stubborn = shell("trap '' TERM; sleep 86382");
    stubborn.limits.wall_time = std::chrono::milliseconds(300);
    stubborn.limits.grace = std::chrono::milliseconds(100);
    EXPECT_EQ(Ending::timed_out, run_well(stubborn).ending);
    EXPECT_EQ(0, processes_with("86382"));
}

}

}
