#include "session/services.h"

#include "support/files.h"

#include <algorithm>

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
    parts.unconfined = services_.unconfined;
    parts.why_no_sandbox = services_.why_no_sandbox;
    parts.ledger = [this] { return ledger(); };
    parts.counter = &counter_;
    return parts;
}

std::optional<std::chrono::hours> State::kept_for() const
{
    constexpr std::int64_t century = 36'500; // more than that is for ever, and would not fit into the clock's numbers
    std::int64_t const days = std::min(services_.ledger.keep_days, century);
    return days > 0 ? std::optional(std::chrono::hours(24 * days)) : std::nullopt;
}

Result<review::Store*> State::store()
{
    std::lock_guard const lock(mutex_);
    if (!store_) {
        TRY(support::make_private_directory(services_.state_directory));
        store_ = TRY(review::Store::open(services_.state_directory));
        if (auto const age = kept_for())
            TRY(store_->forget_decided(*age));
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
        TRY(checkpoints_->prune(kept, kept_for()));
    }
    return &*checkpoints_;
}

}
