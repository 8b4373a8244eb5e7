// A record of every message in either direction, for tests and for bug reports.
#pragma once

#include "support/json.h"
#include "support/result.h"

#include <functional>
#include <string>

namespace countersign::rpc {

enum class Sender { client, server };

/// Sees each message in the order in which it was handled or sent. Called under a lock, from any thread.
using Observer = std::function<void(Sender sender, Json const& message)>;

/// An observer that appends JSON lines `{"from":"client"|"server","message":{...}}` to the file `path`
/// (created with mode 0600: messages hold the text of documents). Errors: io.
Result<Observer> trace_to_file(std::string const& path);

}
