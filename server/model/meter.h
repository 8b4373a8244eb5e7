// The budget of one run: each request is booked before it leaves, and settled with what it took.
//
// A request that would pass a limit is refused before it leaves. Towards the end of the budget a reply's length is lowered to what is
// left. What nobody reports is estimated, high rather than low. Used on the run's thread.
#pragma once

#include "ledger/spend.h"
#include "model/prices.h"
#include "model/provider.h"
#include "support/clock.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace countersign::model {

struct MeterSetup {
    ledger::Spend* spend = nullptr; ///< outlives the meter
    ledger::SpendPlace place;
    std::vector<ledger::SpendLimit> limits;
    Prices const* prices = nullptr; ///< outlives the meter
};

/// Tokens that `bytes` of a request may be: source code has at least two bytes a token in every tokenizer in use.
std::int64_t most_tokens(std::size_t bytes);
/// Tokens that `bytes` are likely to be.
std::int64_t likely_tokens(std::size_t bytes);

class Meter {
public:
    Meter(MeterSetup setup, support::Clock const& clock) : setup_(std::move(setup)), clock_(clock) { }

    struct Asked {
        std::string_view provider;
        std::string_view model;
        std::size_t request_bytes = 0;
        std::int64_t likely_input = 0; ///< tokens that the request probably has
        std::int64_t max_output_tokens = 0;
        bool is_free = false; ///< a model on this machine
    };
    struct Booking {
        ledger::SpendReservation reservation;
        std::optional<Price> price;
        std::size_t request_bytes = 0;
        std::int64_t max_output_tokens = 0;          ///< lowered, if the budget says so
        std::chrono::steady_clock::time_point begin; ///< of the request; what was waited before is not the provider's time
        std::string notice;                          ///< for the person: the estimate, or that a budget is nearly used up; mostly empty
    };

    /// Errors: budget, saying which limit; io.
    Result<Booking> book(Asked const& asked);
    /// The request was answered. Completes the reply's usage: what was not reported is estimated, and the cost added if it is known.
    Result<> settle(Booking const& booking, Reply& reply);
    /// The request got no whole answer. What it may have cost stays booked if it may be charged, as what was cut off in the middle; what
    /// was refused, or never arrived, is not.
    Result<> settle_failed(Booking const& booking, bool may_be_charged);
    /// "today 12 requests, 34567 tokens, $0.1234; this workspace $1.2345". Errors: io.
    Result<std::string> spent() const;

private:
    Result<std::int64_t> affordable_output(Asked const& asked, std::optional<Price> const& price, std::int64_t input) const;
    Result<std::string> notice(ledger::Spent const& estimate, Asked const& asked, std::optional<Price> const& price);

    MeterSetup setup_;
    support::Clock const& clock_;
    bool has_estimated_ = false;
    bool has_warned_ = false;
};

}
