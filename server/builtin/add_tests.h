#pragma once

#include "builtin/conversation.h"
#include "builtin/task.h"

#include <optional>
#include <string>

namespace countersign::builtin {

std::optional<std::string> add_tests(Conversation& conversation, Task const& task);

}
