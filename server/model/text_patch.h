// Patches that a model wrote as text, read whole or not at all. Pure.
//
// Line numbers are not believed: the text tells where a hunk belongs.
#pragma once

#include "model/text_lines.h"

namespace countersign::model {

/// From "*** Begin Patch" on, where the reader stands, to "*** End Patch".
std::vector<ToolCall> read_patch(LineReader& reader);

/// A unified diff in a fenced block; the reader stands on its fence.
std::vector<ToolCall> read_unified_diff(LineReader& reader);

}
