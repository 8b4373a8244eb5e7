// The kernel's lock-in as this process uses it: which directories and ports the server keeps.
#pragma once

#include "cli/process.h"
#include "sandbox/lock_in.h"

namespace countersign::cli {

struct KeepsRights {
    bool state = true;           ///< the state directory, which is made if need be
    bool provider = true;        ///< connections to providers, and the command that prints the key
    bool later_settings = false; ///< an editor may still name another provider
    bool workspace = false;      ///< writes there, modes included: only for who was told to apply
};

/// Locks this process in with nothing else writable; temporary files go beneath the state directory, too. Says in process.services what
/// was granted and what is missing. To be called before any thread is started, and after everything is open that lies elsewhere. A
/// kernel that grants less is reported in the log, once, and no reason not to serve.
void lock_in(Process& process, KeepsRights const& keeps);

}
