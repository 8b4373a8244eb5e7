// What the tools that run commands share: the view that a command is given, and its outcome as text for a model. Any thread.
#pragma once

#include "tools/commands.h"
#include "tools/tool.h"

#include <string>
#include <vector>

namespace countersign::tools {

/// A call whose view is the workspace as the run sees it: unsaved buffers and this run's edits over the disk. Errors: as Overlay::read.
Result<CommandCall> make_call(Context const& context, std::string tool, std::vector<std::string> argv, std::string directory);

/// What the evidence of a command that ran on the present view has in `view`. Errors: as Overlay::read.
Result<std::string> hash_of_view(Context const& context);

/// Runs it, and adds the evidence unless it was stopped. `detail` says of an outcome what a person wants to know; one that `is_void` leaves
/// no evidence.
Result<sandbox::Outcome> run_and_note(Context& context, CommandCall const& call, std::string (*detail)(sandbox::Outcome const& outcome),
    bool (*is_void)(sandbox::Outcome const& outcome) = nullptr);

/// Whether it ran to its end and said that all went well.
bool succeeded(sandbox::Outcome const& outcome);

/// Makes what the command changed part of what the run proposes, as far as it is text in the workspace. Returns a row for each change.
std::vector<std::string> keep_changes(Context& context, sandbox::Outcome const& outcome);
/// A row for each change, which is dropped.
std::vector<std::string> list_changes(sandbox::Outcome const& outcome);

/// "exit status 0 after 1.2 s", the output, and `rows` about changes, within the context's limit.
std::string render(Context const& context, sandbox::Outcome const& outcome, std::vector<std::string> const& rows);

}
