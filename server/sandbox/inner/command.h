// The command as a child of PID 1: started confined, watched, and dead with all that it started when this is done with it.
#pragma once

#include "sandbox/inner/root.h"
#include "sandbox/messages.h"

#include <array>

namespace countersign::sandbox::inner {

/// Where frames come from and go to.
struct Channel {
    int in = -1;
    int out = -1;
};

class CommandProcess {
public:
    /// Forks it. While the root is built it makes itself a namespace of users; it goes on only in run(). Closes descriptors 1 and 2 of
    /// this process, which are the command's; outside namespaces the command gets pipes, and what it prints goes out in frames. Keeps
    /// `job`. Errors: io.
    static Result<CommandProcess> start(Job const& job);

    /// Closes the root behind the command and runs it to its end: its own, the clock's, the memory's, or what the broker asks for on
    /// `channel` (whose end of file means that nobody waits any more: that is an io error). When this returns, no process but this one
    /// lives in the namespace. Errors: not_found (no such program), denied (it cannot be confined or executed), io.
    Result<Ended> run(Channel channel);

private:
    Job const* job_ = nullptr;
    pid_t process_ = -1;
    support::UniqueFd ready_;                  ///< tells that the namespace is made
    support::UniqueFd go_;                     ///< lets it go on
    support::UniqueFd report_;                 ///< what went wrong before the command
    support::UniqueFd proxy_;                  ///< listens for the command's connections to the proxy
    std::array<support::UniqueFd, 2> printed_; ///< both streams, where they are not the broker's own pipes
};

}
