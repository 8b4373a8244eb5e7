// The action add_tests: a scaffold in the project's own framework, one case for each branch that the syntax tree shows. It never
// makes up what is expected: each case reports itself as skipped and says what a person has to state.
#pragma once

#include "builtin/conversation.h"
#include "builtin/task.h"

#include <optional>
#include <string>

namespace countersign::builtin {

/// Nothing while results are to come.
std::optional<std::string> add_tests(Conversation& conversation, Task const& task);

}
