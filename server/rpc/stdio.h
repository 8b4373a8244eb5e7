// The protocol's two streams, taken away from everything else in the process.
#pragma once

#include "support/fd.h"
#include "support/result.h"

namespace countersign::rpc {

struct Streams {
    support::UniqueFd in;
    support::UniqueFd out;
};

/// Moves the real stdin and stdout to private descriptors (close-on-exec). Afterwards fd 1 is stderr, so that a
/// stray print cannot corrupt the protocol, and fd 0 is /dev/null, so that no child can eat a message.
/// Call before anything prints or starts a thread. Errors: io.
Result<Streams> take_stdio();

}
