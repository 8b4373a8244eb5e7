// Where a run's transcript lies. A run's id comes from people and from commands, so it is checked before it becomes a path.
#pragma once

#include "support/result.h"

#include <filesystem>
#include <string>

namespace countersign::agent {

/// Errors: invalid_params (not letters, digits and dashes, or too long).
Result<std::filesystem::path> transcript_path(std::filesystem::path const& state_directory, std::string const& run_id);

}
