// A run that goes on from an earlier proposal: what the model is told of it. Run's thread, pure.
#pragma once

#include "actions/action.h"
#include "review/proposal.h"

namespace countersign::session {

/// Puts the earlier proposal, what became of it and why into the choice, and the reason in the place of an instruction that is missing.
/// Errors: denied (it was made for another folder).
Result<> go_on_from(review::Proposal const& earlier, std::string const& root, actions::Choice& choice);

}
