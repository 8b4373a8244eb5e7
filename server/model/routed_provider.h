// A route of models behind one Provider: attempts again after what passes by itself, waits as long as the server asks, keeps to the rate
// and the budget, and goes to the next model when one's provider is out of order.
//
// One object a run, on its thread. The policy is that of the vendors' own clients: two more attempts, half a second doubling up to eight,
// a quarter of it random; `retry-after` wins.
#pragma once

#include "model/api_client.h"
#include "model/meter.h"
#include "model/provider.h"
#include "model/rate.h"
#include "model/response_cache.h"
#include "support/clock.h"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

namespace countersign::model {

/// Time and chance, so that a test can hand over others.
struct Patience {
    support::Clock const* clock = nullptr;
    /// Returns when the time is over or a stop is requested.
    std::function<void(std::chrono::milliseconds, std::stop_token)> pause;
    std::function<double()> random; ///< from 0 to below 1
};
/// The real ones. `clock` must outlive it.
Patience real_patience(support::Clock const& clock);

struct RetryPolicy {
    int retries = 2;
    /// A longer wait is not waited: another model is asked, or the person is told.
    std::chrono::milliseconds longest_wait = std::chrono::seconds(60);
};

/// How long to wait before attempt `retry` (0-based) after `failure`.
std::chrono::milliseconds wait_before_retry(Failure const& failure, int retry, double random);

struct Stop {
    ApiClient client;
    RateWindow* rate = nullptr; ///< outlives the provider; may be null
    RateLimits limits;
};

struct Route {
    std::vector<std::unique_ptr<Http>> recordings; ///< what stops of this run ask through, if not the process's own
    std::vector<Stop> stops;                       ///< not empty; the first is asked first
    RetryPolicy policy;
    Patience patience;
    std::optional<Meter> meter;
    ResponseCache* cache = nullptr; ///< outlives the provider; null: none
    std::chrono::hours cache_age {};
};

std::unique_ptr<Provider> make_routed_provider(Route route);

}
