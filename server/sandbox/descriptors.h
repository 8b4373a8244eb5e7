// Open files handed from one process to another over a socket of the machine (unix(7), SCM_RIGHTS). Compiled into the inner program, too.
#pragma once

#include "support/fd.h"

namespace countersign::sandbox {

/// One message with a descriptor. False if the other end is gone.
bool send_descriptor(int socket, int descriptor);
/// Waits for one. Empty when the other end is gone, or sent something else.
support::UniqueFd receive_descriptor(int socket);

}
