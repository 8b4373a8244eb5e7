#include "rpc/stdio.h"

#include <fcntl.h>
#include <unistd.h>

namespace countersign::rpc {

namespace {

/// Never one of 0, 1, 2, even if one of them was closed when we were started.
Result<support::UniqueFd> moved_away(int fd, char const* name)
{
    int const copy = ::fcntl(fd, F_DUPFD_CLOEXEC, 3);
    if (copy < 0)
        return fail(ErrorCode::io, std::string("cannot take ") + name + ": " + support::errno_message());
    return support::UniqueFd(copy);
}

Result<> point(int fd, int at)
{
    if (::dup2(at, fd) < 0)
        return fail(ErrorCode::io, "cannot redirect a standard stream: " + support::errno_message());
    return {};
}

}

Result<Streams> take_stdio()
{
    Streams streams;
    streams.in = TRY(moved_away(STDIN_FILENO, "stdin"));
    streams.out = TRY(moved_away(STDOUT_FILENO, "stdout"));
    support::UniqueFd nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
    if (!nothing)
        return fail(ErrorCode::io, "cannot open /dev/null: " + support::errno_message());
    TRY(point(STDIN_FILENO, nothing.get()));
    bool const has_stderr = ::fcntl(STDERR_FILENO, F_GETFD) >= 0;
    TRY(point(STDOUT_FILENO, has_stderr ? STDERR_FILENO : nothing.get()));
    if (nothing.get() <= STDERR_FILENO)
        nothing.release(); // it took the place of a closed stderr and has to stay there
    return streams;
}

}
