// The tests of a proposal that waits, run because the person picked that: once more the agent's tool and gate, on what the files would be
// if all that is pending were applied to what they are now. A thread of its own; blocks.
#pragma once

#include "agent/command_gate.h"
#include "review/proposal.h"
#include "session/settings.h"
#include "workspace/snapshot.h"

#include <memory>
#include <stop_token>

namespace countersign::session {

/// The command that the proposal says was not run for want of a yes; empty if there is none.
std::string command_to_verify(review::Proposal const& proposal);

/// The evidence that takes the place of what the proposal had. The pick is the yes to `shown_command`, and to no other. Errors: stale (a
/// file moved on, or another command would test the project now), not_found, denied, and as the tool run_tests.
Result<std::vector<review::Evidence>> verify(review::Proposal const& proposal, std::string const& shown_command,
    std::shared_ptr<workspace::Snapshot const> snapshot, Settings const& settings, agent::GateParts commands, std::stop_token stop);

std::vector<review::Evidence> to_evidence(std::vector<tools::Evidence> const& evidence);

}
