// Files of our own state directory. Nothing here may be used on a workspace: that is the jail's business.
#pragma once

#include "support/result.h"

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace countersign::support {

/// Replaces `path` as a whole: a temporary file beside it, fsync, rename, fsync of the directory. Mode 0600. Errors: io.
Result<> write_file_atomically(std::filesystem::path const& path, std::string_view content);

/// Errors: not_found, too_large, io.
Result<std::string> read_file(std::filesystem::path const& path, std::size_t limit = 64 * 1024 * 1024);

/// Creates the directory and its parents, each new one with mode 0700. Errors: io.
Result<> make_private_directory(std::filesystem::path const& path);

}
