// How the inner program gets to be PID 1 of a place of its own: one launcher for each kind of backend, each a command line. They decide
// nothing; what the command sees is the Job's, which the inner program carries out.
#pragma once

#include "sandbox/broker.h"
#include "sandbox/messages.h"

namespace countersign::sandbox {

struct Launch {
    std::vector<std::string> argv;        ///< argv[0] is an absolute path
    std::vector<std::string> environment; ///< NAME=value
    std::string backend;                  ///< what to call it
    Place place = Place::namespaces;      ///< outside namespaces, frames go over descriptors 0 and 1
    std::string view;                     ///< where the copy of the workspace lies then
    std::uint32_t user = 0;               ///< whose the sandbox is
    std::uint32_t group = 0;
};

/// Which descriptors the launched program gets besides 0, 1 and 2.
inline constexpr int control_descriptor = 3;
inline constexpr int program_descriptor = 4;

/// `room` is a folder of this command's own: with the inner program in it as `inner` for an engine of containers, and for what is copied
/// where nothing confines. Errors: denied, with what to install or to set.
Result<Launch> plan_launch(BrokerOptions const& options, Request const& request, std::string const& room);

/// Whether plan_launch needs a room.
bool needs_room(BackendKind backend);

/// The command line of an engine of containers: `engine` is its path, `program` the inner program's on the host. Nothing of the host is
/// in the container but that program; the workspace comes as a copy. `user` is never 0.
std::vector<std::string> engine_command(BackendKind backend, std::string const& engine, std::string const& image,
    std::string const& program, Request const& request, std::uint32_t user, std::uint32_t group);

/// Why bubblewrap did not get as far as the inner program, and what to do: from what it said and what the kernel's switches are.
Error explain_failed_launch(std::string const& said);
/// The same for an engine of containers.
Error explain_failed_engine(std::string const& engine, std::string const& said);

/// The limit for process numbers that this kernel lets a sandbox have for itself (6.14 and later), else 0.
std::uint32_t own_pid_max(std::uint32_t processes);

}
