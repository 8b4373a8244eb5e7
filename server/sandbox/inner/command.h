// The command as a child of PID 1: started confined, watched, and dead with all that it started when this is done with it.
#pragma once

#include "sandbox/inner/root.h"
#include "sandbox/messages.h"

namespace countersign::sandbox::inner {

/// Runs the command to its end: its own, the clock's, the memory's, or what the broker asks for on `control` (whose end of file means
/// that nobody waits any more: that is an io error). When this returns, no process but this one lives in the namespace.
/// Closes descriptors 1 and 2 of this process once the command has them.
/// Errors: not_found (no such program), denied (it cannot be confined or executed), io.
Result<Ended> run_command(Job const& job, int control);

}
