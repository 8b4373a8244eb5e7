// Edits that a model wrote as blocks of text: search and replace, and whole files. Pure.
#pragma once

#include "model/text_lines.h"

namespace countersign::model {

/// The reader stands on "<<<<<<< SEARCH".
ToolCall read_search_replace(LineReader& reader, std::string const& path);

/// The reader stands on the fence "```file PATH".
ToolCall read_whole_file(LineReader& reader);

}
