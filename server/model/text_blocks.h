// Edits that a model wrote as blocks of text: search and replace, and whole files. Pure.
#pragma once

#include "model/text_lines.h"

#include <optional>

namespace countersign::model {

/// The reader stands on "<<<<<<< SEARCH".
ToolCall read_search_replace(LineReader& reader, std::string const& path);

/// The line of the search/replace block or patch that the fence at `fence` is only dress of.
std::optional<std::size_t> dressed_edit(Lines const& lines, std::size_t fence);

/// The reader stands on the fence "```file PATH".
ToolCall read_whole_file(LineReader& reader);

}
