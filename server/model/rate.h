// How often a provider is asked, and with how much: limits on any minute, held by all runs of a process together.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <mutex>

namespace countersign::model {

struct RateLimits {
    std::int64_t requests_per_minute = 1'000'000'000;
    std::int64_t tokens_per_minute = 1'000'000'000;
};

/// Any thread.
class RateWindow {
public:
    using Moment = std::chrono::steady_clock::time_point;

    /// Books a request of `tokens` for now and returns zero, or books nothing and returns how long to wait before asking again. A request
    /// larger than a minute's tokens is booked once the minute is empty.
    std::chrono::milliseconds book(RateLimits const& limits, std::int64_t tokens, Moment now);

private:
    struct Booked {
        Moment at;
        std::int64_t tokens;
    };
    std::mutex mutex_;
    std::deque<Booked> booked_;
};

}
