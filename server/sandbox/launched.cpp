#include "sandbox/launched.h"

#include "sandbox/c_strings.h"
#include "sandbox/inner_program.h"
#include "sandbox/messages.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fmt/core.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

namespace countersign::sandbox {

using support::UniqueFd;

namespace {

/// A descriptor out of the way of those that the launched program is given.
UniqueFd set_aside(int fd) { return UniqueFd(::fcntl(fd, F_DUPFD_CLOEXEC, 10)); }

}

void Process::end()
{
    control.reset();
    constexpr int tries = 200;
    for (int i = 0; by_stdio && id > 0 && i < tries; ++i) {
        if (::waitpid(id, nullptr, WNOHANG) == id)
            id = -1;
        else
            ::poll(nullptr, 0, 10);
    }
    if (id > 0) {
        ::kill(id, SIGKILL);
        ::waitpid(id, nullptr, 0);
    }
    id = -1;
}

Result<> spawn(Process& process, Launch launch, int program, bool with_proxy)
{
    std::vector<std::string>& arguments = launch.argv;
    std::array<int, 2> output {};
    std::array<int, 2> error {};
    std::array<int, 2> control {};
    if (::pipe2(output.data(), O_CLOEXEC) != 0 || ::fcntl(output[0], F_SETFL, O_NONBLOCK) != 0)
        return fail(ErrorCode::io, fmt::format("no pipe for the command: {}", support::errno_message()));
    process.output.reset(output[0]);
    UniqueFd const output_end(output[1]);
    if (::pipe2(error.data(), O_CLOEXEC) != 0 || ::fcntl(error[0], F_SETFL, O_NONBLOCK) != 0)
        return fail(ErrorCode::io, fmt::format("no pipe for the command: {}", support::errno_message()));
    process.error.reset(error[0]);
    UniqueFd const error_end(error[1]);
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, control.data()) != 0)
        return fail(ErrorCode::io, fmt::format("no socket for the command: {}", support::errno_message()));
    process.control.reset(control[0]);
    UniqueFd const control_end(control[1]);

    std::array<int, 2> proxied { -1, -1 };
    if (with_proxy && ::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, proxied.data()) != 0)
        return fail(ErrorCode::io, fmt::format("no socket for the proxy: {}", support::errno_message()));
    process.proxied.reset(proxied[0]);
    UniqueFd const proxied_end(proxied[1]);
    UniqueFd const proxied_aside = with_proxy ? set_aside(proxied_end.get()) : UniqueFd();

    UniqueFd const ends[] = { set_aside(output_end.get()), set_aside(error_end.get()), set_aside(control_end.get()), set_aside(program) };
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    process.by_stdio = launch.place != Place::namespaces;
    if (process.by_stdio) {
        for (int const target : { 0, 1 })
            ::posix_spawn_file_actions_adddup2(&actions, ends[2].get(), target);
        ::posix_spawn_file_actions_adddup2(&actions, ends[1].get(), 2);
        ::posix_spawn_file_actions_adddup2(&actions, ends[3].get(), program_descriptor);
    } else {
        ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
        for (int target = 1; UniqueFd const& end : ends)
            ::posix_spawn_file_actions_adddup2(&actions, end.get(), target++);
        if (with_proxy)
            ::posix_spawn_file_actions_adddup2(&actions, proxied_aside.get(), proxy_descriptor);
    }
    posix_spawnattr_t attributes;
    ::posix_spawnattr_init(&attributes);
    sigset_t none;
    sigset_t all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setsigdefault(&attributes, &all);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    int const failed = ::posix_spawn(
        &process.id, arguments[0].c_str(), &actions, &attributes, c_strings(arguments).data(), c_strings(launch.environment).data());
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) {
        process.id = -1;
        errno = failed;
        return fail(ErrorCode::denied, fmt::format("{} cannot be started: {}", arguments[0], support::errno_message()));
    }
    return {};
}

Room::~Room()
{
    std::error_code error;
    if (!path_.empty())
        std::filesystem::remove_all(path_, error);
}

Result<> Room::make()
{
    std::string pattern = "/tmp/countersign-XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr)
        return fail(ErrorCode::io, fmt::format("no temporary folder for the command: {}", support::errno_message()));
    path_ = pattern;
    for (char const* folder : { "/view", "/home" })
        ::mkdir((path_ + folder).c_str(), 0700);
    UniqueFd const program(::open((path_ + "/inner").c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0755));
    if (!program)
        return fail(ErrorCode::io, fmt::format("no temporary file for the command: {}", support::errno_message()));
    return support::write_all(program.get(), inner_program());
}

}
