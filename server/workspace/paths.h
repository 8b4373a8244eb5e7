// Paths inside a workspace folder: what a string names, said without touching the disk, and how a path is shown.
//
// Every FileSource answers `resolve` with this, so that a test's files and a disk's obey one rule. Nothing is decoded or
// expanded: "%2e%2e", "~" and "$HOME" are names like any other. Any thread.
#pragma once

#include "support/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace countersign::workspace {

/// The relative path that `path` names in a folder whose absolute path is one of `roots` (as the person named it, and as
/// the kernel does). "" is the folder itself; a ".." that stays inside is taken away.
/// Errors: invalid_params (empty, NUL, longer than the system's PATH_MAX), denied (outside; protected, see credentials.h).
Result<std::string> resolve_path(std::string_view path, std::vector<std::string> const& roots);

/// `path` on one line: controls, line feeds and invisible characters escaped. "." for the folder itself.
std::string display_path(std::string_view path);

/// "a/b" of "a/b/c"; empty for "c".
std::string_view parent_of(std::string_view path);
/// "c" of "a/b/c".
std::string_view name_of(std::string_view path);

}
