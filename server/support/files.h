// Files of our own state directory. Nothing here may be used on a workspace: that is the jail's business.
#pragma once

#include "support/fd.h"
#include "support/result.h"

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace countersign::support {

/// Replaces `path` as a whole: a temporary file beside it, fsync, rename, fsync of the directory. Mode 0600. Errors: io.
Result<> write_file_atomically(std::filesystem::path const& path, std::string_view content);

/// Errors: not_found, too_large, io.
Result<std::string> read_file(std::filesystem::path const& path, std::size_t limit = 64 * 1024 * 1024);

/// Locks a file of ours, which is made if need be, against every other holder, in this process too. Given up with the descriptor, so by a
/// kill as well. Waits for another holder. Errors: io.
Result<UniqueFd> lock_file(std::filesystem::path const& path);
/// As lock_file, but never waits: no descriptor if somebody else holds it. Errors: io.
Result<UniqueFd> try_lock_file(std::filesystem::path const& path);

/// Whether it was last written longer ago than that. False for what is not there, and for a file of the future: a clock that jumped back.
bool is_older(std::filesystem::path const& path, std::chrono::minutes age);

/// Creates the directory and its parents, each new one with mode 0700. Errors: io.
Result<> make_private_directory(std::filesystem::path const& path);

}
