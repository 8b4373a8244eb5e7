#include "session/services.h"

#include "support/files.h"

namespace countersign::session {

Result<ledger::Ledger*> State::ledger()
{
    std::lock_guard const lock(mutex_);
    if (!ledger_) {
        TRY(support::make_private_directory(services_.state_directory));
        ledger_ = TRY(ledger::Ledger::open(services_.state_directory, *services_.clock, services_.ledger));
    }
    return ledger_.get();
}

agent::GateParts State::gate_parts()
{
    agent::GateParts parts;
    parts.sandbox = services_.sandbox.get();
    parts.why_no_sandbox = services_.why_no_sandbox;
    parts.ledger = [this] { return ledger(); };
    parts.counter = &counter_;
    return parts;
}

Result<review::Store*> State::store()
{
    std::lock_guard const lock(mutex_);
    if (!store_) {
        TRY(support::make_private_directory(services_.state_directory));
        store_ = TRY(review::Store::open(services_.state_directory));
    }
    return &*store_;
}

Result<review::Checkpoints*> State::checkpoints()
{
    std::lock_guard const lock(mutex_);
    if (!checkpoints_) {
        constexpr std::size_t kept = 500;
        TRY(support::make_private_directory(services_.state_directory));
        checkpoints_ = TRY(review::Checkpoints::open(services_.state_directory));
        TRY(checkpoints_->prune(kept));
    }
    return &*checkpoints_;
}

}
