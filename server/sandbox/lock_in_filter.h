// The lock-in's seccomp filter: a short list of system calls that the server never needs. Only for lock_in.
#pragma once

#include "support/result.h"

namespace countersign::sandbox {

/// Whether this kernel filters system calls.
bool has_filter();

/// Puts the filter on every thread of the process. Refused calls answer EPERM. no_new_privs must be set. Errors: io.
Result<> install_filter(bool may_set_modes);

}
