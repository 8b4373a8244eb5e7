#include "model/retrying.h"

#include "support/log.h"

#include <algorithm>
#include <condition_variable>
#include <fmt/core.h>
#include <mutex>
#include <random>

namespace countersign::model {

Patience real_patience(support::Clock const& clock)
{
    Patience patience;
    patience.clock = &clock;
    patience.pause = [](std::chrono::milliseconds time, std::stop_token const& stop) {
        std::mutex mutex;
        std::condition_variable_any never;
        std::unique_lock lock(mutex);
        never.wait_for(lock, stop, time, [] { return false; });
    };
    patience.random = [] {
        thread_local std::mt19937 engine { std::random_device {}() };
        return std::uniform_real_distribution<double>(0.0, 1.0)(engine);
    };
    return patience;
}

std::chrono::milliseconds wait_before_retry(Failure const& failure, int retry, double random)
{
    if (failure.retry_after)
        return *failure.retry_after;
    double const seconds = std::min(0.5 * static_cast<double>(1 << std::min(retry, 10)), 8.0) * (1.0 - random * 0.25);
    return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000.0));
}

namespace {

class RoutedProvider final : public Provider {
public:
    RoutedProvider(std::vector<ApiClient> route, RetryPolicy policy, Patience patience)
        : route_(std::move(route))
        , policy_(policy)
        , patience_(std::move(patience))
    {
    }

    std::string name() const override { return std::string(route_.front().setup().api->name); }

    Result<Reply> complete(Request const& request, std::function<void(Delta const&)> const& on_delta, std::stop_token stop) override
    {
        std::string before;
        while (true) {
            ApiClient& client = route_[current_];
            Attempted attempted = ask(client, request, on_delta, stop);
            if (attempted)
                return std::move(*attempted);
            Failure const& failure = attempted.error();
            Error error = to_error(failure, client.asked());
            error.message += before;
            if (!is_outage(failure) || current_ + 1 == route_.size())
                return tl::unexpected(std::move(error));
            before = fmt::format(" (Before that: {})", error.message);
            // The rest of the run stays with it: the one that failed would be asked, and waited for, in every turn.
            ++current_;
            notify(on_delta, fmt::format("{} {}; asking {} now", name_of(client), in_short(failure.cause), name_of(route_[current_])));
        }
    }

private:
    static std::string name_of(ApiClient const& client)
    {
        return fmt::format("{} {}", client.setup().api->display_name, client.setup().model);
    }

    void notify(OnDelta const& on_delta, std::string text)
    {
        log::info("{}", text);
        if (on_delta)
            on_delta(Notice { std::move(text), std::exchange(has_shown_, false) });
    }

    Attempted ask(ApiClient& client, Request const& request, OnDelta const& on_delta, std::stop_token const& stop)
    {
        OnDelta const watched = [&](Delta const& delta) {
            has_shown_ = true;
            if (on_delta)
                on_delta(delta);
        };
        for (int retry = 0;; ++retry) {
            if (stop.stop_requested())
                return tl::unexpected(Failure { Cause::stopped, {} });
            has_shown_ = false;
            Attempted attempted = client.attempt(request, watched, stop);
            if (attempted || retry == policy_.retries || !is_retryable(attempted.error()))
                return attempted;
            auto const wait = wait_before_retry(attempted.error(), retry, patience_.random());
            if (wait > policy_.longest_wait) {
                attempted.error().detail += fmt::format("{}it asks to wait {} seconds", attempted.error().detail.empty() ? "" : "; ",
                    std::chrono::duration_cast<std::chrono::seconds>(wait).count());
                return attempted;
            }
            notify(on_delta,
                fmt::format("{} {}; trying again in {:.1f} s", name_of(client), in_short(attempted.error().cause),
                    std::chrono::duration<double>(wait).count()));
            patience_.pause(wait, stop);
        }
    }

    std::vector<ApiClient> route_;
    RetryPolicy policy_;
    Patience patience_;
    std::size_t current_ = 0;
    bool has_shown_ = false;
};

}

std::unique_ptr<Provider> make_routed_provider(std::vector<ApiClient> route, RetryPolicy policy, Patience patience)
{
    return std::make_unique<RoutedProvider>(std::move(route), policy, std::move(patience));
}

}
