// The one place where our errors become codes on the wire, and where a client's errors become ours.
#pragma once

#include "protocol/json_rpc.h"
#include "support/result.h"

namespace countersign::rpc {

/// invalid_params is -32602, cancelled -32800, stale -32801 (ContentModified), internal -32603; all else is
/// RequestFailed (-32803), with the word of the code in `data.reason` so that a client can tell them apart.
protocol::ResponseError to_response_error(Error const& error);

/// What a client's refusal means to us: -32800 and -32802 cancelled, -32801 stale, -32602 invalid_params,
/// -32601 not_found, all else io. The message is kept.
Error to_error(protocol::ResponseError const& error);

}
