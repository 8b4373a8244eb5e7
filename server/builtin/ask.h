// The action ask: plain instructions that name one of the engine's own abilities are carried out; for everything else it says what
// it is and what it can do.
#pragma once

#include "builtin/conversation.h"
#include "builtin/task.h"

#include <optional>
#include <string>

namespace countersign::builtin {

/// Nothing while results are to come.
std::optional<std::string> ask(Conversation& conversation, Task const& task);

}
