#include "model/meter.h"

#include "support/text.h"

#include <algorithm>
#include <cmath>
#include <fmt/core.h>

namespace countersign::model {

namespace {

constexpr double millionth = 1e6;
/// Less than this is no reply.
constexpr std::int64_t least_output = 256;

std::int64_t microdollars(double dollars) { return static_cast<std::int64_t>(std::ceil(dollars * millionth)); }

std::string dollars(std::int64_t micro) { return fmt::format("${:.4f}", static_cast<double>(micro) / millionth); }

/// How much of the limit is used, as a share; zero for what is not limited.
double share(std::int64_t used, std::int64_t limit) { return limit <= 0 ? 0.0 : static_cast<double>(used) / static_cast<double>(limit); }

std::string_view name_of(ledger::SpendScope scope)
{
    switch (scope) {
    case ledger::SpendScope::run:
        return "this run";
    case ledger::SpendScope::day:
        return "today";
    case ledger::SpendScope::workspace:
        return "this workspace";
    }
    return "this run";
}

}

std::int64_t most_tokens(std::size_t bytes) { return static_cast<std::int64_t>(bytes / 2) + 1; }

std::int64_t likely_tokens(std::size_t bytes) { return static_cast<std::int64_t>(bytes / 3) + 1; }

Result<std::int64_t> Meter::affordable_output(Asked const& asked, std::optional<Price> const& price, std::int64_t input) const
{
    std::int64_t output = asked.max_output_tokens;
    for (ledger::SpendLimit const& limit : setup_.limits) {
        if (limit.tokens <= 0 && limit.microdollars <= 0)
            continue;
        ledger::Spent const spent = TRY(setup_.spend->total(limit.scope, setup_.place));
        if (limit.tokens > 0)
            output = std::min(output, limit.tokens - spent.input_tokens - spent.output_tokens - input);
        if (limit.microdollars > 0 && price && price->output > 0) {
            double const left = static_cast<double>(limit.microdollars - spent.microdollars) / millionth
                - static_cast<double>(input) * std::max(price->input, price->cache_write);
            output = std::min(output, static_cast<std::int64_t>(std::floor(left / price->output)));
        }
    }
    // The reservation then refuses it, in words.
    return output < std::min(least_output, asked.max_output_tokens) ? asked.max_output_tokens : output;
}

Result<Meter::Booking> Meter::book(Asked const& asked)
{
    Booking booking;
    booking.request_bytes = asked.request_bytes;
    booking.begin = clock_.now();
    booking.price = asked.is_free ? std::optional(Price {}) : setup_.prices->find(asked.provider, asked.model);
    bool const limits_cost =
        std::any_of(setup_.limits.begin(), setup_.limits.end(), [](ledger::SpendLimit const& limit) { return limit.microdollars > 0; });
    if (!booking.price && limits_cost) {
        return fail(ErrorCode::budget,
            fmt::format(
                "the price of {} {} is not known, so a limit of money cannot be held: give it in price_file, or take the limit away",
                asked.provider, asked.model));
    }
    std::int64_t const input = most_tokens(asked.request_bytes);
    booking.max_output_tokens = TRY(affordable_output(asked, booking.price, input));
    ledger::Spent estimate;
    estimate.requests = 1;
    estimate.input_tokens = input;
    estimate.output_tokens = booking.max_output_tokens;
    if (booking.price) {
        double const input_price = std::max(booking.price->input, booking.price->cache_write);
        estimate.microdollars =
            microdollars(static_cast<double>(input) * input_price + static_cast<double>(booking.max_output_tokens) * booking.price->output);
    } else {
        estimate.unpriced_requests = 1;
    }
    booking.reservation = TRY(setup_.spend->reserve(setup_.place, estimate, setup_.limits));
    booking.notice = TRY(notice(estimate, asked, booking.price));
    return booking;
}

Result<std::string> Meter::notice(ledger::Spent const& estimate, Asked const& asked, std::optional<Price> const& price)
{
    constexpr double warned_at = 0.8;
    std::string text;
    if (!std::exchange(has_estimated_, true)) {
        std::string const cost = !price ? "of unknown price"
            : asked.is_free
            ? "free of charge"
            : fmt::format("about {} and together at most {}", dollars(microdollars(static_cast<double>(asked.likely_input) * price->input)),
                dollars(estimate.microdollars));
        text = fmt::format(
            "asking with about {} tokens; the reply is at most {} tokens, {}", asked.likely_input, estimate.output_tokens, cost);
    }
    if (has_warned_)
        return text;
    for (ledger::SpendLimit const& limit : setup_.limits) {
        ledger::Spent spent = TRY(setup_.spend->total(limit.scope, setup_.place));
        // What is booked for this request is not used yet.
        double const used =
            std::max({ share(spent.input_tokens + spent.output_tokens - estimate.input_tokens - estimate.output_tokens, limit.tokens),
                share(spent.microdollars - estimate.microdollars, limit.microdollars), share(spent.requests - 1, limit.requests),
                share(spent.wall.count(), limit.wall.count()) });
        if (used < warned_at)
            continue;
        has_warned_ = true;
        text += fmt::format("{}{:.0f} % of the budget of {} is used up", text.empty() ? "" : "; ", used * 100.0, name_of(limit.scope));
        break;
    }
    return text;
}

Result<std::string> Meter::spent() const
{
    auto const in_words = [](ledger::Spent const& spent) {
        std::string const known = dollars(spent.microdollars);
        return spent.unpriced_requests > 0 ? fmt::format(
                   "{} and {} of unknown price", known, support::count_of(static_cast<std::size_t>(spent.unpriced_requests), "request"))
                                           : known;
    };
    ledger::Spent const today = TRY(setup_.spend->total(ledger::SpendScope::day, setup_.place));
    ledger::Spent const workspace = TRY(setup_.spend->total(ledger::SpendScope::workspace, setup_.place));
    return fmt::format("today {}, {} tokens, {}; this workspace {}", support::count_of(static_cast<std::size_t>(today.requests), "request"),
        today.input_tokens + today.output_tokens, in_words(today), in_words(workspace));
}

Result<> Meter::settle(Booking const& booking, Reply& reply)
{
    Usage& usage = reply.usage;
    if (usage.input_tokens == 0)
        usage.input_tokens = static_cast<std::uint64_t>(likely_tokens(booking.request_bytes));
    if (usage.output_tokens == 0)
        usage.output_tokens = static_cast<std::uint64_t>(likely_tokens(support::dump_json(to_json(reply.message)).size()));
    if (!usage.cost && booking.price)
        usage.cost = cost_of(usage, *booking.price);
    ledger::Spent spent;
    spent.requests = 1;
    spent.input_tokens = static_cast<std::int64_t>(usage.input_tokens);
    spent.output_tokens = static_cast<std::int64_t>(usage.output_tokens);
    spent.cached_input_tokens = static_cast<std::int64_t>(usage.cached_input_tokens);
    spent.microdollars = usage.cost ? microdollars(*usage.cost) : 0;
    spent.unpriced_requests = usage.cost ? 0 : 1;
    spent.wall = std::chrono::duration_cast<std::chrono::milliseconds>(clock_.now() - booking.begin);
    return setup_.spend->settle(booking.reservation, spent);
}

Result<> Meter::settle_failed(Booking const& booking, bool may_be_charged)
{
    ledger::Spent spent;
    if (may_be_charged)
        spent = booking.reservation.estimate;
    spent.requests = 1;
    spent.wall = std::chrono::duration_cast<std::chrono::milliseconds>(clock_.now() - booking.begin);
    return setup_.spend->settle(booking.reservation, spent);
}

}
