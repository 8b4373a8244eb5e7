// What the built-in engine can carry out, by the names of actions/: one line in the table of actions.cpp.
#pragma once

#include "builtin/conversation.h"
#include "builtin/task.h"

#include <optional>
#include <string>
#include <string_view>

namespace countersign::builtin {

/// The text that ends the run; nothing while results of calls are to come.
using ActionFunction = std::optional<std::string> (*)(Conversation& conversation, Task const& task);

/// Null if there is none of that name.
ActionFunction find_action(std::string_view name);

}
