#include "builtin/explain.h"

#include "builtin/phrase.h"

#include <fmt/core.h>

namespace countersign::builtin {

std::optional<std::string> explain(Conversation& conversation, Task const& task)
{
    auto const source = read_source(conversation, task.path, task.language);
    if (!source)
        return std::nullopt;
    if (!*source)
        return fmt::format("{}\n\n{} could not be read: {}.", built_in_note, code(task.path), source->error().message);
    if (!(*source)->tree)
        return explain_text(**source);
    ByteRange const selection = selection_in(**source, task);
    // Everything selected means the file, not what happens to stand first in it.
    bool const is_whole_file = selection.size() > 0 && selection.begin == 0 && selection.end >= (*source)->text->size();
    auto const symbol = is_whole_file ? std::nullopt : symbol_of(**source, task);
    if (!symbol)
        return explain_file(**source);
    return explain_symbol(conversation, **source, *symbol);
}

}
