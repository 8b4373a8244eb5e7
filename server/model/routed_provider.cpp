#include "model/routed_provider.h"

#include "model/token_estimate.h"
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

std::string name_of(ApiClient const& client) { return fmt::format("{} {}", client.setup().api->display_name, client.setup().model); }

double seconds(std::chrono::milliseconds time) { return std::chrono::duration<double>(time).count(); }

/// Whether a request that failed so may have cost something: it was being answered.
bool may_be_charged(Failure const& failure)
{
    return failure.was_answering
        || (failure.status == 0
            && (failure.cause == Cause::cut || failure.cause == Cause::stalled || failure.cause == Cause::stopped
                || failure.cause == Cause::silent || failure.cause == Cause::malformed || failure.cause == Cause::too_much));
}

class RoutedProvider final : public Provider {
public:
    explicit RoutedProvider(Route route) : route_(std::move(route)) { }

    std::string name() const override { return std::string(route_.stops[current_].client.setup().api->name); }

    std::uint64_t context_tokens() const override { return route_.stops[current_].client.setup().window_tokens; }

    Result<std::uint64_t> count_tokens(Request const& request, std::stop_token stop) override
    {
        ApiClient& client = route_.stops[current_].client;
        auto const counted = client.count(request, std::move(stop));
        if (counted)
            return *counted;
        if (counted.error().cause == Cause::not_found)
            return fail(ErrorCode::not_found, fmt::format("{} counts no tokens", name_of(client)));
        return tl::unexpected(to_error(counted.error(), client.asked()));
    }

    Result<std::string> spent() const override
    {
        if (!route_.meter)
            return fail(ErrorCode::not_found, "nobody counts what this provider takes");
        return route_.meter->spent();
    }

    Result<Reply> complete(Request const& request, std::function<void(Delta const&)> const& on_delta, std::stop_token stop) override
    {
        std::string before;
        while (true) {
            Stop& current = route_.stops[current_];
            auto answered = ask(current, request, on_delta, stop);
            if (!answered)
                return tl::unexpected(std::move(answered.error()));
            if (*answered)
                return std::move(**answered);
            Failure const& failure = answered->error();
            Error error = to_error(failure, current.client.asked());
            error.message += before;
            if (!is_outage(failure) || current_ + 1 == route_.stops.size())
                return tl::unexpected(std::move(error));
            before = fmt::format(" (Before that: {})", error.message);
            // The rest of the run stays with it: the one that failed would be asked, and waited for, in every turn.
            ++current_;
            notify(on_delta,
                fmt::format(
                    "{} {}; asking {} now", name_of(current.client), in_short(failure.cause), name_of(route_.stops[current_].client)));
        }
    }

private:
    void notify(OnDelta const& on_delta, std::string text)
    {
        log::info("{}", text);
        if (on_delta)
            on_delta(Notice { std::move(text), std::exchange(has_shown_, false) });
    }

    /// All attempts at one model. The outer error ends the run: it is ours, the budget's above all.
    Result<Attempted> ask(Stop& at, Request const& request, OnDelta const& on_delta, std::stop_token const& stop)
    {
        OnDelta const watched = [&](Delta const& delta) {
            has_shown_ = true;
            if (on_delta)
                on_delta(delta);
        };
        for (int retry = 0;; ++retry) {
            has_shown_ = false;
            Attempted attempted = TRY(ask_once(at, request, watched, on_delta, stop));
            if (attempted || retry == route_.policy.retries || !is_retryable(attempted.error()))
                return attempted;
            auto const wait = wait_before_retry(attempted.error(), retry, route_.patience.random());
            if (wait > route_.policy.longest_wait) {
                attempted.error().detail +=
                    fmt::format("{}it asks to wait {:.0f} seconds", attempted.error().detail.empty() ? "" : "; ", seconds(wait));
                return attempted;
            }
            notify(on_delta,
                fmt::format("{} {}; trying again in {:.1f} s", name_of(at.client), in_short(attempted.error().cause), seconds(wait)));
            route_.patience.pause(wait, stop);
        }
    }

    Result<Attempted> ask_once(
        Stop& at, Request const& request, OnDelta const& watched, OnDelta const& on_delta, std::stop_token const& stop)
    {
        ApiClient::Prepared prepared = at.client.prepare(request);
        std::string const key = route_.cache ? ResponseCache::key(at.client.url(), prepared.body) : std::string();
        if (route_.cache) {
            if (auto reply = route_.cache->find(key, route_.cache_age))
                return from_cache(std::move(*reply), watched);
        }
        std::optional<Meter::Booking> booking;
        if (route_.meter) {
            booking = TRY(book(at, prepared, on_delta));
            if (booking->max_output_tokens < prepared.dialect.max_output_tokens) {
                Request shorter = request;
                shorter.max_output_tokens = static_cast<std::uint32_t>(booking->max_output_tokens);
                prepared = at.client.prepare(shorter);
            }
        }
        std::size_t const bytes = prepared.body.size();
        prepared.dialect.likely_tokens = estimate_.is_learned() ? estimate_.of(bytes) : 0;
        bool const is_our_turn = wait_for_turn(at, prepared, on_delta, stop);
        if (booking)
            booking->begin = route_.patience.clock->now();
        Attempted attempted =
            is_our_turn ? at.client.attempt(std::move(prepared), watched, stop) : Attempted(tl::unexpected(Failure { Cause::stopped, {} }));
        if (attempted)
            estimate_.learn(bytes, attempted->usage.input_tokens);
        if (booking && attempted)
            TRY(route_.meter->settle(*booking, *attempted));
        else if (booking)
            TRY(route_.meter->settle_failed(*booking, is_our_turn && may_be_charged(attempted.error())));
        if (route_.cache && attempted && attempted->stop != StopReason::length)
            route_.cache->keep(key, *attempted);
        return attempted;
    }

    Result<Meter::Booking> book(Stop const& at, ApiClient::Prepared const& prepared, OnDelta const& on_delta)
    {
        ClientSetup const& setup = at.client.setup();
        Meter::Booking booking = TRY(route_.meter->book(
            { setup.api->name, prepared.dialect.model, prepared.body.size(), static_cast<std::int64_t>(estimate_.of(prepared.body.size())),
                static_cast<std::int64_t>(prepared.dialect.max_output_tokens), setup.is_free }));
        if (!booking.notice.empty() && on_delta)
            on_delta(Notice { booking.notice });
        return booking;
    }

    /// What was kept cost nothing this time.
    static Attempted from_cache(Reply reply, OnDelta const& on_delta)
    {
        reply.usage = {};
        reply.usage.cost = 0;
        if (!reply.message.text.empty())
            on_delta(TextDelta { reply.message.text });
        for (ToolCall const& call : reply.message.calls)
            on_delta(CallStarted { call.name });
        return reply;
    }

    /// False if a stop came first.
    bool wait_for_turn(Stop& at, ApiClient::Prepared const& prepared, OnDelta const& on_delta, std::stop_token const& stop)
    {
        while (!stop.stop_requested()) {
            auto const tokens = static_cast<std::int64_t>(estimate_.of(prepared.body.size()))
                + static_cast<std::int64_t>(prepared.dialect.max_output_tokens) / 8;
            auto const wait = at.rate ? at.rate->book(at.limits, tokens, route_.patience.clock->now()) : std::chrono::milliseconds(0);
            if (wait.count() == 0)
                return true;
            if (on_delta)
                on_delta(Notice { fmt::format("waiting {:.0f} s for the limit per minute", seconds(wait)) });
            route_.patience.pause(wait, stop);
        }
        return false;
    }

    Route route_;
    std::size_t current_ = 0;
    TokenEstimate estimate_;
    bool has_shown_ = false;
};

}

std::unique_ptr<Provider> make_routed_provider(Route route) { return std::make_unique<RoutedProvider>(std::move(route)); }

}
