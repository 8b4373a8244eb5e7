// The server locks itself in: from here on the kernel refuses what the server must never do, whatever code comes to run in it.
//
// Landlock takes away every write, creation, renaming and removal outside a few directories of our own, and every TCP connection but
// those to the providers' ports; a seccomp filter takes away what Landlock leaves open (modes, owners, times and attributes of files, other
// processes, io_uring, sockets by path). Reading stays free: which paths are read is the jail's business, so a folder that is added later
// needs no more rights. Descriptors that are open already stay what they are: log, trace and the broker's socket are opened before.
//
// `lsp`, `run` and `tool` call it once, after the configuration is read, the state directory made and the broker started, and before any
// thread exists: Landlock binds the calling thread and all that it starts. It cannot be undone. UDP (names are resolved by it) stays open.
#pragma once

#include "support/result.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace countersign::sandbox {

struct LockInRules {
    std::vector<std::filesystem::path> writable; ///< directories; everything beneath may be written. They must exist.
    std::vector<std::uint16_t> ports;            ///< TCP ports, at any address
    bool may_set_modes = false;                  ///< chmod stays, for who writes files by intention
    bool with_landlock = true;                   ///< false only to prove that the tests would notice
    bool with_filter = true;
};

/// What the kernel granted, or would grant.
struct LockIn {
    int landlock_abi = 0;    ///< 0: none
    bool files = false;      ///< no writes outside the writable directories
    bool truncation = false; ///< that covers truncate, too (ABI 3)
    bool network = false;    ///< TCP only to the given ports (ABI 4)
    bool scope = false;      ///< no signals and abstract sockets to processes outside (ABI 6)
    bool filter = false;     ///< the system calls above are refused

    /// What the status and doctor say: "kernel lock-in: files, network, signals, system calls".
    std::string summary() const;
    /// What is missing, each with how to get it; empty if all is there.
    std::vector<std::string> missing() const;
};

/// What this kernel would grant. Changes nothing.
LockIn probe_lock_in();

/// Locks the calling thread and all later ones in. What the kernel lacks is left out and shows in the answer. Errors: io (a rule was
/// refused that this kernel should know, a writable directory cannot be opened); then nothing is in force but perhaps no_new_privs.
Result<LockIn> lock_in(LockInRules const& rules);

}
