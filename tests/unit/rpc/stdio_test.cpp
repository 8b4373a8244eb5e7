#include "rpc/stdio.h"

#include "wire.h"

#include <cstdio>
#include <fcntl.h>
#include <sys/wait.h>

namespace countersign::rpc {
namespace {

/// Runs `body` in a child whose standard streams are pipes; returns what it wrote to stdout and stderr.
std::pair<std::string, std::string> in_child(std::string_view input, void (*body)())
{
    Pipe in;
    Pipe out;
    Pipe err;
    std::fflush(nullptr); // or the child would write what this process has not yet
    pid_t const child = ::fork();
    if (child == 0) {
        ::dup2(in.read.get(), 0);
        ::dup2(out.write.get(), 1);
        ::dup2(err.write.get(), 2);
        body();
        ::_exit(0);
    }
    in.read.reset();
    out.write.reset();
    err.write.reset();
    EXPECT_TRUE(support::write_all(in.write.get(), input));
    in.write.reset();
    auto const written = support::read_all(out.read.get(), 1'000'000);
    auto const complained = support::read_all(err.read.get(), 1'000'000);
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
    return { written.value_or("error"), complained.value_or("error") };
}

TEST(Stdio, keeps_stray_prints_and_readers_away_from_the_protocol)
{
    auto const [out, err] = in_child("input", [] {
        auto const streams = take_stdio();
        if (!streams || streams->in.get() < 3 || streams->out.get() < 3)
            ::_exit(1);
        if (::write(1, "stray", 5) != 5 || ::write(streams->out.get(), "protocol", 8) != 8)
            ::_exit(2);
        char buffer[16];
        if (::read(0, buffer, sizeof buffer) != 0 || ::read(streams->in.get(), buffer, sizeof buffer) != 5)
            ::_exit(3);
        if ((::fcntl(streams->in.get(), F_GETFD) & FD_CLOEXEC) == 0 || (::fcntl(streams->out.get(), F_GETFD) & FD_CLOEXEC) == 0)
            ::_exit(4);
    });
    EXPECT_EQ(out, "protocol");
    EXPECT_EQ(err, "stray");
}

TEST(Stdio, works_without_a_stderr)
{
    auto const [out, err] = in_child("", [] {
        ::close(2);
        auto const streams = take_stdio();
        if (!streams || ::write(1, "stray", 5) != 5 || ::write(2, "stray", 5) != 5 || ::write(streams->out.get(), "protocol", 8) != 8)
            ::_exit(1);
    });
    EXPECT_EQ(out, "protocol");
    EXPECT_EQ(err, "");
}

}
}
