// Tool calls and edits that a model wrote as text, because it cannot call tools: read into the same calls as any other's. Pure.
//
// Read are: a fenced block `tool` (or <tool_call>) with {"name","arguments"}; search/replace blocks; a patch between "*** Begin Patch" and
// "*** End Patch"; a unified diff in a fenced block; a whole file in a fenced block `file PATH`. What is not complete, or can be read in
// two ways, becomes a call with a problem, which is never carried out; the model is told.
#pragma once

#include "model/provider.h"

#include <string>
#include <string_view>
#include <vector>

namespace countersign::model {

struct TextCalls {
    std::string prose; ///< what stands around the calls
    std::vector<ToolCall> calls;
};

/// A whole file becomes a call `write_whole_file {path, content}`, which only the caller can resolve: it is an edit or a new file.
/// Where nothing can be edited, the forms of edits are prose: an explanation may show a diff.
enum class EditForms { read, prose };
TextCalls parse_text_calls(std::string_view text, EditForms edits = EditForms::read);

/// Whether a run with these tools edits anything.
EditForms edit_forms_for(std::vector<ToolSpec> const& tools);

inline constexpr std::string_view whole_file_call = "write_whole_file";

/// What a model is told of the forms. `tools` are described in it.
std::string text_form_prompt(std::vector<ToolSpec> const& tools);

}
