// Files with the person's words for every task (an AGENTS.md that they have read, habits of their own): only those that their own
// configuration names. A run's thread.
#pragma once

#include "workspace/snapshot.h"

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace countersign::session {

struct Instructions {
    std::string text;
    std::vector<std::string> problems; ///< for the person: what could not be read, and why
};

/// The texts of those of `paths` that count for this workspace: the ones in it, read through its jail, and the ones beneath the
/// configuration directory. Those in other places belong to other workspaces.
Instructions read_instructions(
    std::span<std::string const> paths, workspace::Snapshot const& snapshot, std::filesystem::path const& config_directory);

}
