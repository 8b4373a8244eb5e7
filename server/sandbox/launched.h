// What the broker starts for one command: the launcher as a process with its pipes, and a folder for backends that need files. Both are
// gone with their objects.
#pragma once

#include "sandbox/launcher.h"
#include "support/fd.h"

namespace countersign::sandbox {

struct Process {
    pid_t id = -1;
    support::UniqueFd output;
    support::UniqueFd error;
    support::UniqueFd control;
    support::UniqueFd proxied; ///< connections of the command to the proxy, if it has one
    bool by_stdio = false;

    Process() = default;
    Process(Process const&) = delete;
    Process& operator=(Process const&) = delete;
    ~Process() { end(); }

    /// Kills it. An engine is given the time to take its container away first: the inner program ends when nobody listens any more.
    void end();
};

/// Errors: denied (it cannot be executed), io.
Result<> spawn(Process& process, Launch launch, int program, bool with_proxy);

/// `inner`, the program; `view` and `home`, empty folders.
class Room {
public:
    Room() = default;
    Room(Room const&) = delete;
    Room& operator=(Room const&) = delete;
    ~Room();

    /// Errors: io.
    Result<> make();
    std::string const& path() const { return path_; }

private:
    std::string path_;
};

}
