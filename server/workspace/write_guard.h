// Which proposed changes do harm outside the file they are in: files that some program runs or obeys later, without the sandbox and
// without asking (build files, hooks, CI, editor and agent configuration, lock files), and texts that look like other than they are.
//
// A flag refuses nothing: the change is shown with the reason and needs a yes of its own, for which the policy and the review care. What
// may never be proposed (git's own files, credentials, our own configuration) is an error of check_proposable. Pure; any thread.
#pragma once

#include "support/result.h"
#include "workspace/overlay.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace countersign::workspace {

enum class Surface {
    build,        ///< run by the next build or test: Makefile, CMakeLists.txt, conftest.py, the scripts of package.json
    ci,           ///< run by a CI service with its secrets
    editor,       ///< obeyed when a folder is opened or entered: .vscode, .idea, .devcontainer, .envrc
    hook,         ///< run by git or when code is committed: .husky, .pre-commit-config.yaml, .gitattributes
    agent,        ///< instructions and tools of coding agents: AGENTS.md, .cursorrules, .mcp.json
    lock_file,    ///< decides which code of others is installed
    ignore_rules, ///< decides what searches and reviews pass over
    executable,   ///< the file becomes executable
    schema,       ///< names a remote schema that an editor fetches
    hidden_text,  ///< invisible or bidirectional characters in the name or the new text
};

/// "build", "ci", ...: for JSON and the ledger.
std::string_view to_string(Surface surface);

struct Flag {
    Surface surface;
    std::string reason; ///< for the person: "Makefile is run by the next build, outside the sandbox"
};

/// One side of a change; no text: there is no such file.
struct FileSide {
    std::optional<std::string_view> text;
    bool executable = false;
};

/// Why this change of `path` (relative, with '/') needs a yes of its own, or nothing. Names are compared without regard to case, at any
/// depth. The content counts only for files that are mostly harmless, such as package.json.
std::optional<Flag> flag_of(std::string_view path, FileSide const& before, FileSide const& after);

/// Of a change that a run proposed; a move is judged by both of its names.
std::optional<Flag> flag_of(FileChange const& change);

/// Errors: denied, if no change of `path` may be proposed whatever a person would say to it.
Result<> check_proposable(std::string_view path);

}
