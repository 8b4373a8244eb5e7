// The action explain: Markdown about a symbol, a whole file, or a text that we have no grammar for.
#pragma once

#include "builtin/conversation.h"
#include "builtin/source.h"
#include "builtin/task.h"

#include <optional>
#include <string>

namespace countersign::builtin {

/// Nothing while results are to come.
std::optional<std::string> explain(Conversation& conversation, Task const& task);

std::optional<std::string> explain_symbol(Conversation& conversation, Source const& source, syntax::Symbol const& symbol);
std::string explain_file(Source const& source);
std::string explain_text(Source const& source);

}
