#include "builtin/fix.h"

namespace countersign::builtin {

std::optional<std::string> fix(Conversation&, Task const&) { return "not yet"; }

}
