// The last steps before the command: in its own process, which becomes the command. After this it has no capability, cannot gain one,
// writes only where the rules say, and cannot make the system calls that reach past a namespace.
#pragma once

#include "sandbox/messages.h"

namespace countersign::sandbox::inner {

/// A namespace of users in which the command is who the person is and has power over nothing, the mounts above all.
/// `user` and `group` are what it sees itself as. Errors: denied.
Result<> enter_own_user_namespace(std::uint32_t user, std::uint32_t group);

/// Limits of resources; `of_processes`: of their number, too. Errors: denied.
Result<> limit_resources(Limits const& limits, bool of_processes);

/// Landlock where the kernel has it (a second lock, for which the first need not fail), no new privileges, no capabilities, the filter
/// of system calls. `writable` are folders. Errors: denied.
Result<> lock_down(std::vector<std::string> const& writable);

}
