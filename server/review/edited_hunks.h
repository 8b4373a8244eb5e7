// Which pending hunks the blocks of an edited review document carry out, and what became of their texts: the memory that
// keeps the rest of the file applicable afterwards. Internal to review/. Pure.
#pragma once

#include "review/file_state.h"
#include "review/placed_block.h"

namespace countersign::review {

/// The hunks as they are to be remembered once they are applied: unchanged, or with `edited` and the old lines that it stands for. A change
/// belongs to the hunk whose lines it replaces, else to the one that its block names or shows.
/// Errors: denied, "line 12: ...": a change that belongs to no pending hunk, or reaches into what an applied one wrote.
Result<std::vector<Hunk>> hunks_of_blocks(FileState const& state, std::vector<PlacedBlock> const& blocks);

}
