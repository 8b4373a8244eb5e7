#include "builtin/ask.h"

namespace countersign::builtin {

std::optional<std::string> ask(Conversation&, Task const&) { return "not yet"; }

}
