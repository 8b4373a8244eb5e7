// A copy of the workspace in memory, where the kernel has no overlay for users: slower and bounded, but no weaker. Folders, regular files
// and symbolic links; times are kept, so that builds see nothing new.
#pragma once

#include "support/result.h"

#include <string>
#include <vector>

namespace countersign::sandbox::inner {

/// How many files and folders a copy may have. Beyond it a command is refused rather than kept waiting.
inline constexpr std::size_t copied_entries_limit = 50'000;

/// Copies what is below `from` into `to`, without the paths of `left_out`. Errors: too_large, io.
Result<> copy_tree(int from, int to, std::vector<std::string> const& left_out);

/// Whether the file system of `folder` keeps extended attributes of users, which an overlay needs to replace folders.
bool keeps_attributes(int folder);

}
