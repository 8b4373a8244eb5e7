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

TEST(Engines, are_given_no_network_no_privilege_and_every_limit)
{
    auto const argv = engine_command(BackendKind::docker, "/usr/bin/docker", "debian:12", "/run/inner", small_request(), 1000, 1001);
    EXPECT_THAT(argv,
        ElementsAre("/usr/bin/docker", "run", "--rm", "--interactive", "--pull=never", "--network=none", "--read-only", "--cap-drop=ALL",
            "--security-opt=no-new-privileges", "--pids-limit=100", "--memory=1000", "--memory-swap=1000", "--cpus=2", "--ipc=private",
            "--uts=private", "--hostname=sandbox", "--log-driver=none", "--ulimit=nofile=50", "--ulimit=core=0",
            "--tmpfs=/tmp:rw,nosuid,nodev,exec,mode=1777,size=2000",
            "--tmpfs=/home/ada/project:rw,nosuid,nodev,exec,mode=0777,size=2000,nr_inodes=200000", "--user=1000:1001",
            "--volume=/run/inner:/.inner:ro", "--entrypoint=/.inner", "debian:12", "--stdio"));
}

TEST(Engines, are_found_in_the_systems_folders_only_and_need_an_image)
{
    for (BackendKind const kind : { BackendKind::podman, BackendKind::docker }) {
        auto const launch = plan_launch({ .backend = kind, .engine = "/usr/bin/true" }, small_request(), "/room");
        ASSERT_FALSE(launch);
        EXPECT_EQ(ErrorCode::denied, launch.error().code);
        EXPECT_THAT(launch.error().message, HasSubstr("sandbox_image"));
        auto const planned = plan_launch({ .backend = kind, .image = "i", .engine = "/usr/bin/true" }, small_request(), "/room");
        ASSERT_TRUE(planned);
        EXPECT_NE(0u, planned->user);
        EXPECT_THAT(planned->argv, Contains("--volume=/room/inner:/.inner:ro"));
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
