// One command in the broker: the launcher started, its output collected, its clock kept from outside, its end told to the server.
// One thread for each, straight-line; the thread must outlive the launcher, which dies with it.
#pragma once

#include "sandbox/broker.h"
#include "support/fd.h"

namespace countersign::sandbox {

/// Reads one request from `server`, runs it and answers there. Whatever goes wrong is answered too; when the server's end closes, the
/// command is killed. Returns when nothing of it lives any more.
void serve_request(BrokerOptions const& options, int program, support::UniqueFd server);

}
