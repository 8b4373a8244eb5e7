// The kernel's lock-in as this process uses it: which directories and ports the server keeps.
#pragma once

#include "cli/process.h"
#include "sandbox/lock_in.h"

namespace countersign::cli {

/// Makes the state directory and locks this process in with nothing else writable: temporary files go beneath it, too. Says in
/// process.services what was granted and what is missing. To be called before any thread is started, and after everything is open that
/// lies elsewhere. A kernel that grants less is reported in the log, once, and no reason not to serve.
void lock_in_server(Process& process);

}
