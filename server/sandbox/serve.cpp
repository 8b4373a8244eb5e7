// The broker's own main loop: a thread for each command that the server hands in.
#include "sandbox/confined_run.h"
#include "sandbox/descriptors.h"
#include "sandbox/inner_program.h"
#include "support/log.h"

#include <cstdlib>
#include <fcntl.h>
#include <sys/prctl.h>
#include <thread>
#include <unistd.h>

namespace countersign::sandbox {

namespace {

constexpr int server_descriptor = 3;

BackendKind kind_of(std::string const& name)
{
    return name == "podman" ? BackendKind::podman
        : name == "docker"  ? BackendKind::docker
        : name == "none"    ? BackendKind::none
                            : BackendKind::bwrap;
}

}

int serve_broker(std::string const& backend, std::string const& image, std::string const& engine)
{
    // Whatever else the editor or the server left open is not for commands.
    ::close_range(4, ~0U, 0);
    ::fcntl(server_descriptor, F_SETFD, FD_CLOEXEC);
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    static BrokerOptions options;
    options.backend = kind_of(backend.substr(0, backend.find('+')));
    options.copy_view = backend.ends_with("+copy");
    options.image = image;
    options.engine = engine;
    for (char const* name : broker_variables) {
        if (char const* const value = ::getenv(name))
            options.environment[name] = value;
    }
    auto program = inner_program_file();
    if (!program) {
        log::error("{}", program.error().message);
        return 1;
    }
    int const program_file = program->get();
    while (support::UniqueFd command = receive_descriptor(server_descriptor)) {
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
