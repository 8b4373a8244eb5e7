// A proposal carried over to what its files say now, each hunk by a three-way merge of its own: base, hunk, and what the person made of the
// file. session/ calls it on the background thread when typing pauses and before it plans an application; undo uses it too. Pure.
//
// A hunk stays as it was made: only its place changes. Where its lines or those that touch them changed, it is in conflict, because
// which of two texts is right is the person's to say. All starts from the base again each time, so that a conflict that is typed away is
// gone.
#pragma once

#include "review/proposal.h"

namespace countersign::review {

/// The proposal as its files say now, with the next revision if its review document changes by that; nothing if no file says anything new.
/// Looks only at `paths` (all, if empty), and of them only at files with a pending hunk. What cannot be read (gone, binary, denied) is in
/// conflict, but stays as it was if `current` says stale: nobody knows what it is just now. Errors: io.
Result<std::optional<Proposal>> rebase(Proposal const& proposal, std::vector<std::string> const& paths, CurrentText const& current);

/// Finds the place of each pending hunk of a modification in `text`, or why it has none, and makes it ProposedFile::present.
void place_hunks(ProposedFile& file, std::string text);

}
