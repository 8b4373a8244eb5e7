// The action refactor: one rule at the selection, or every rule that improves code by common agreement, over a symbol, again and
// again until none applies.
#pragma once

#include "builtin/conversation.h"
#include "builtin/source.h"
#include "builtin/task.h"

#include <optional>
#include <string>

namespace countersign::builtin {

/// Nothing while results are to come.
std::optional<std::string> refactor(Conversation& conversation, Task const& task);

}
