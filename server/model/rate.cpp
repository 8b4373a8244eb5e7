#include "model/rate.h"

#include <algorithm>

namespace countersign::model {

std::chrono::milliseconds RateWindow::book(RateLimits const& limits, std::int64_t tokens, Moment now)
{
    constexpr auto window = std::chrono::minutes(1);
    std::lock_guard const lock(mutex_);
    while (!booked_.empty() && booked_.front().at + window <= now)
        booked_.pop_front();
    std::int64_t sum = tokens;
    for (Booked const& entry : booked_)
        sum += entry.tokens;
    auto count = static_cast<std::int64_t>(booked_.size()) + 1;
    Moment free_at = now;
    for (Booked const& entry : booked_) {
        if (count <= limits.requests_per_minute && sum <= limits.tokens_per_minute)
            break;
        free_at = entry.at + window;
        --count;
        sum -= entry.tokens;
    }
    if (free_at > now)
        return std::chrono::ceil<std::chrono::milliseconds>(free_at - now);
    booked_.push_back({ now, tokens });
    return std::chrono::milliseconds(0);
}

}
