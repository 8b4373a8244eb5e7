// Proposals that follow from another one: what takes an applied one back, and what is left of a pending one once its files have
// moved on. Each is an ordinary proposal that the person has to approve like any other; the store gives it an id of its own. Pure.
#pragma once

#include "review/proposal.h"

namespace countersign::review {

/// The proposal that takes back what of this one was applied: files as they were before, removed where it created them, moved back.
/// Errors: not_found (nothing of it was applied).
Result<Proposal> undo_of(Proposal const& proposal);

struct Rebased {
    std::optional<Proposal> proposal;   ///< what still fits, made for the texts as they are now; nothing if no hunk does
    std::vector<std::string> hunks;     ///< ids, in the old proposal, of what it carries on
    std::vector<std::string> conflicts; ///< ids of the pending hunks whose lines, or lines next to them, were changed since
};

/// A three-way merge, hunk by hunk, of what is pending into the files as they are now. Creating a file that is there now, and removing or
/// moving one that changed, are conflicts. Errors: what `current` fails with, but for not_found.
Result<Rebased> rebase(Proposal const& proposal, CurrentText const& current);

}
