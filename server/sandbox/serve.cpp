// The broker's own main loop: a thread for each command that the server hands in.
#include "sandbox/confined_run.h"
#include "sandbox/inner_program.h"
#include "support/log.h"

#include <array>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace countersign::sandbox {

namespace {

constexpr int server_descriptor = 3;

/// The socket of the next command; empty when the server is gone.
support::UniqueFd next_command()
{
    char byte = 0;
    iovec content { &byte, 1 };
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control {};
    msghdr message {};
    message.msg_iov = &content;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    ssize_t got = 0;
    while ((got = ::recvmsg(server_descriptor, &message, MSG_CMSG_CLOEXEC)) < 0 && errno == EINTR) { }
    cmsghdr const* const header = got == 1 ? CMSG_FIRSTHDR(&message) : nullptr;
    if (header == nullptr || header->cmsg_type != SCM_RIGHTS)
        return {};
    int descriptor = -1;
    std::memcpy(&descriptor, CMSG_DATA(header), sizeof descriptor);
    return support::UniqueFd(descriptor);
}

BackendKind kind_of(std::string const& name)
{
    return name == "podman" ? BackendKind::podman
        : name == "docker"  ? BackendKind::docker
        : name == "none"    ? BackendKind::none
                            : BackendKind::bwrap;
}

}

int serve_broker(std::string const& backend, std::string const& image)
{
    // Whatever else the editor or the server left open is not for commands.
    ::close_range(4, ~0U, 0);
    ::fcntl(server_descriptor, F_SETFD, FD_CLOEXEC);
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    static BrokerOptions options;
    options.backend = kind_of(backend.substr(0, backend.find('+')));
    options.copy_view = backend.ends_with("+copy");
    options.image = image;
    for (char const* name : { "PATH", "HOME" }) {
        if (char const* const value = ::getenv(name))
            options.environment[name] = value;
    }
    auto program = inner_program_file();
    if (!program) {
        log::error("{}", program.error().message);
        return 1;
    }
    int const program_file = program->get();
    while (support::UniqueFd command = next_command()) {
        try {
            std::thread([program_file, command = std::move(command)]() mutable {
                serve_request(options, program_file, std::move(command));
            }).detach();
        } catch (std::system_error const&) {
            log::warn("no thread for another command"); // the socket closes: the server is told that this one came to nothing
        }
    }
    // Not through exit(): threads still run. What they started dies with them.
    ::_exit(0);
}

}
