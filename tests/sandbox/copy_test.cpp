#include "fixture.h"

#include <fmt/core.h>

namespace countersign::sandbox {

using testing::HasSubstr;

namespace {

class SandboxedCopy : public Sandboxed {
protected:
    SandboxedCopy() : Sandboxed(true) { }
};

TEST_F(SandboxedCopy, tells_the_same_changes_as_an_overlay)
{
    write("same.txt", "same\n");
    write("edited.txt", "before\n");
    write("removed.txt", "x\n");
    write("folder/one", "1", true);
    write(".env", "SECRET=1\n");
    std::filesystem::create_symlink("same.txt", workspace_ / "link");
    Request request = shell("cat view.txt link; touch same.txt; echo after > edited.txt; rm removed.txt; mv folder moved; cat .env; echo x "
                            "> view.txt; mkfifo pipe");
    request.view = { { "view.txt", "of the buffer\n" } };
    request.masked = { ".env" };
    Outcome const outcome = run_well(request);
    EXPECT_TRUE(outcome.copied);
    EXPECT_EQ("of the buffer\nsame\n", outcome.standard_output);
    EXPECT_EQ("modified edited.txt\ndeleted folder/one\ncreated moved/one\ndeleted removed.txt\nmodified view.txt\nnot offered pipe: a "
              "named pipe\n",
        summary(outcome));
    EXPECT_EQ(0755u, outcome.changes[2].mode);
}

TEST_F(SandboxedCopy, keeps_times_so_that_builds_see_nothing_new)
{
    write("file", "x");
    auto const old = std::filesystem::last_write_time(workspace_ / "file") - std::chrono::hours(24);
    std::filesystem::last_write_time(workspace_ / "file", old);
    EXPECT_EQ(0, sh("test -n \"$(find file -mmin +600)\"").status);
}

TEST_F(SandboxedCopy, refuses_what_is_too_large_to_copy)
{
    write("large", std::string(4 * 1024 * 1024, 'x'));
    Request request = shell("true");
    request.limits.view_bytes = 1024 * 1024;
    auto const outcome = run(request);
    ASSERT_FALSE(outcome);
    EXPECT_EQ(ErrorCode::too_large, outcome.error().code);
    EXPECT_THAT(outcome.error().message, HasSubstr("too large to be copied"));
}

}

}
