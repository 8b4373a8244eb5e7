// The broker: the process that confines. `lsp`, `run`, `tool` and `sandbox` start it first of all, before the server locks itself in,
// since a locked-in process may not mount. It is this same program with a hidden subcommand, exec'ed with an environment of four names
// and one socket besides 0, 1 and 2, so that it holds no key and none of the server's memory. It ends when the server does.
#pragma once

#include "sandbox/sandbox.h"

#include <map>

namespace countersign::sandbox {

enum class BackendKind {
    bwrap,  ///< bubblewrap: the default
    podman, ///< a container engine
    docker,
    none, ///< no confinement at all: only by a flag on the person's own command line
};

struct BrokerOptions {
    BackendKind backend = BackendKind::bwrap;
    std::string image;      ///< for podman and docker
    std::string engine;     ///< the engine's program; empty: found in the usual folders. For tests
    bool copy_view = false; ///< copies the workspace even where the kernel could lay a layer over it
    std::string executable; ///< the program to exec; empty: this one
    /// Where broker_variables are taken from. Nothing else of it is used.
    std::map<std::string, std::string> environment;
};

/// What the broker gets of the person's environment: where toolchains are, and where an engine of containers is.
inline constexpr char const* broker_variables[] = { "PATH", "HOME", "XDG_RUNTIME_DIR", "DOCKER_HOST" };

/// The name of the hidden subcommand.
inline constexpr char const* broker_subcommand = "sandbox-broker";

/// Starts the broker. What the machine lacks shows in run(), not here. Errors: io.
Result<std::unique_ptr<Sandbox>> start_broker(BrokerOptions const& options);

/// The broker itself: serves requests until the socket on descriptor 3 closes. Returns the exit status.
int serve_broker(std::string const& backend, std::string const& image, std::string const& engine);

}
