// What model calls have cost, per run, day and workspace: totals in the ledger's database, shared by every process on it.
//
// The model room reserves an estimate before a request and settles it with what the provider reported. Checking and reserving are one
// transaction, so that two windows cannot pass one budget together. What a process that died had reserved stays counted: it may have been
// spent. Totals are not part of the hash chain; each call's cost is, as an event of its run. Any thread.
#pragma once

#include "support/clock.h"
#include "support/result.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

namespace countersign::ledger {

/// A sum of requests, or an estimate of one. Never negative.
struct Spent {
    std::int64_t requests = 0;
    std::int64_t input_tokens = 0; ///< with the cached ones
    std::int64_t output_tokens = 0;
    std::int64_t cached_input_tokens = 0;
    std::int64_t microdollars = 0;      ///< millionths of a US dollar, of the requests whose price is known
    std::int64_t unpriced_requests = 0; ///< those whose price is not known: the true cost is then more than `microdollars`
    std::chrono::milliseconds wall {};

    bool operator==(Spent const&) const = default;
};

/// What a total is of. A day is one of UTC, the clock's.
enum class SpendScope { run, day, workspace };

/// Who spends.
struct SpendPlace {
    std::string run;
    std::string workspace; ///< absolute path
};

/// The most that a scope may spend. A zero is no limit.
struct SpendLimit {
    SpendScope scope = SpendScope::day;
    std::int64_t tokens = 0; ///< input and output together
    std::int64_t microdollars = 0;
    std::int64_t requests = 0;
    std::chrono::milliseconds wall {}; ///< of waiting for answers

    bool operator==(SpendLimit const&) const = default;
};

/// Room in the budget, held until it is settled.
struct SpendReservation {
    SpendPlace place;
    std::string day; ///< "2026-03-01", of when it was reserved
    Spent estimate;
};

class Spend {
public:
    virtual ~Spend() = default;
    /// Errors: io, as Ledger::open.
    static Result<std::unique_ptr<Spend>> open(std::filesystem::path const& state_directory, support::Clock const& clock);

    /// Reservations included. Errors: io.
    virtual Result<Spent> total(SpendScope scope, SpendPlace const& place) const = 0;

    /// Adds the estimate to the totals if no limit would be passed by it, else changes nothing.
    /// Errors: budget, naming the limit, what is spent and what the request may take; invalid_params (a negative number); io.
    virtual Result<SpendReservation> reserve(SpendPlace const& place, Spent const& estimate, std::span<SpendLimit const> limits) = 0;

    /// Replaces the estimate by what was spent: zeros for a request that never left. Once for each reservation. Errors: io.
    virtual Result<> settle(SpendReservation const& reservation, Spent const& actual) = 0;
};

}
