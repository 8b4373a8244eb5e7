#include "sandbox/launcher.h"

#include "sandbox/inner_program.h"

#include <algorithm>
#include <gmock/gmock.h>

namespace countersign::sandbox {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

Request small_request()
{
    Request request;
    request.workspace = "/home/ada/project";
    request.limits.processes = 100;
    request.limits.memory = 1000;
    request.limits.view_bytes = 2000;
    request.limits.open_files = 50;
    return request;
}

}

TEST(Podman, is_given_no_network_no_privilege_and_every_limit)
{
    EXPECT_THAT(podman_command("/usr/bin/podman", "debian:12", "/run/inner", small_request()),
        ElementsAre("/usr/bin/podman", "run", "--rm", "--interactive", "--network=none", "--read-only", "--cap-drop=ALL",
            "--security-opt=no-new-privileges", "--pids-limit=100", "--memory=1000", "--cpus=2", "--ipc=private", "--uts=private",
            "--hostname=sandbox", "--ulimit=nofile=50", "--ulimit=core=0", "--tmpfs=/ws:rw,nosuid,nodev,exec,mode=0777,size=2000",
            "--tmpfs=/tmp:rw,nosuid,nodev,exec,mode=1777,size=2000", "--volume=/home/ada/project:/.lower:ro", "--userns=keep-id",
            "--volume=/run/inner:/.inner:ro", "--entrypoint=/.inner", "debian:12", "--stdio"));
}

TEST(Docker, is_nobody_special_inside)
{
    auto const argv = docker_command("/usr/bin/docker", "debian:12", "/run/inner", small_request(), 1000, 1001);
    EXPECT_THAT(argv, Contains("--user=1000:1001"));
    EXPECT_THAT(argv, Contains("--network=none"));
    EXPECT_THAT(argv, Contains("--cap-drop=ALL"));
    EXPECT_EQ(0, std::count(argv.begin(), argv.end(), "--privileged"));
}

TEST(Launcher, refuses_backends_that_do_not_work_here_rather_than_run_weaker)
{
    for (BackendKind kind : { BackendKind::podman, BackendKind::docker, BackendKind::none }) {
        auto const launch = plan_launch({ .backend = kind }, small_request());
        ASSERT_FALSE(launch);
        EXPECT_EQ(ErrorCode::denied, launch.error().code);
    }
}

TEST(Launcher, explains_why_bubblewrap_did_not_start)
{
    Error const error = explain_failed_launch("bwrap: No permissions to create new namespace");
    EXPECT_EQ(ErrorCode::denied, error.code);
    EXPECT_THAT(error.message, HasSubstr("No permissions to create new namespace"));
}

TEST(InnerProgram, is_a_program)
{
    EXPECT_TRUE(inner_program().starts_with("\177ELF"));
    EXPECT_TRUE(inner_program_file());
}

}
