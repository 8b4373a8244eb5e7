#include "ledger/spend.h"

#include "ledger/schema.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>
#include <mutex>
#include <optional>

namespace countersign::ledger {

namespace {

constexpr std::array all_scopes { SpendScope::run, SpendScope::day, SpendScope::workspace };

std::string_view column_of(SpendScope scope)
{
    constexpr std::string_view names[] = { "run", "day", "workspace" };
    return names[static_cast<int>(scope)];
}

/// What a total is filed under.
std::string name_of(SpendScope scope, SpendPlace const& place, std::string const& day)
{
    switch (scope) {
    case SpendScope::run:
        return place.run;
    case SpendScope::day:
        return day;
    case SpendScope::workspace:
        break;
    }
    return place.workspace;
}

std::string_view words_for(SpendScope scope)
{
    constexpr std::string_view words[] = { "for one run", "for a day", "for this workspace" };
    return words[static_cast<int>(scope)];
}

std::array<std::int64_t, 7> numbers_of(Spent const& spent)
{
    return { spent.requests, spent.input_tokens, spent.output_tokens, spent.cached_input_tokens, spent.microdollars,
        spent.unpriced_requests, spent.wall.count() };
}

Spent from_numbers(std::array<std::int64_t, 7> const& numbers)
{
    return { numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5], std::chrono::milliseconds(numbers[6]) };
}

/// Never below zero and never past what a number holds, whatever was reported.
Spent sum(Spent const& left, Spent const& right)
{
    constexpr std::int64_t most = std::int64_t(1) << 58;
    auto numbers = numbers_of(left);
    auto const added = numbers_of(right);
    for (std::size_t i = 0; i < numbers.size(); ++i)
        numbers[i] = std::clamp<std::int64_t>(numbers[i] + std::clamp(added[i], -most, most), 0, most);
    return from_numbers(numbers);
}

Spent difference(Spent const& left, Spent const& right)
{
    auto numbers = numbers_of(left);
    auto const taken = numbers_of(right);
    for (std::size_t i = 0; i < numbers.size(); ++i)
        numbers[i] -= taken[i];
    return from_numbers(numbers);
}

bool is_negative(Spent const& spent)
{
    auto const numbers = numbers_of(spent);
    return std::any_of(numbers.begin(), numbers.end(), [](std::int64_t number) { return number < 0; });
}

std::string dollars(std::int64_t microdollars) { return fmt::format("${:.4f}", static_cast<double>(microdollars) / 1e6); }

/// Why the limit forbids to add the estimate; empty if it does not.
std::string passed(SpendLimit const& limit, Spent const& spent, Spent const& estimate)
{
    std::string_view const scope = words_for(limit.scope);
    auto const passes = [](std::int64_t most, std::int64_t used, std::int64_t more) { return most > 0 && used + more > most; };
    if (passes(limit.microdollars, spent.microdollars, estimate.microdollars))
        return fmt::format("the budget of {} {} would be passed: {} are spent, and the next request may cost {}",
            dollars(limit.microdollars), scope, dollars(spent.microdollars), dollars(estimate.microdollars));
    std::int64_t const used = spent.input_tokens + spent.output_tokens, more = estimate.input_tokens + estimate.output_tokens;
    if (passes(limit.tokens, used, more))
        return fmt::format(
            "the budget of {} tokens {} would be passed: {} are used, and the next request may take {}", limit.tokens, scope, used, more);
    if (passes(limit.requests, spent.requests, estimate.requests))
        return fmt::format("the budget of {} requests {} is used up", limit.requests, scope);
    // Nobody knows how long a request will take: it may begin while there is time left.
    if (limit.wall.count() > 0 && spent.wall >= limit.wall)
        return fmt::format("the budget of {} seconds of waiting for the provider {} is used up",
            std::chrono::duration_cast<std::chrono::seconds>(limit.wall).count(), scope);
    return {};
}

class SqliteSpend final : public Spend {
public:
    SqliteSpend(Database database, support::Clock const& clock) : database_(std::move(database)), clock_(clock) { }

    Result<> prepare()
    {
        select_ =
            TRY(database_.prepared("SELECT requests, input_tokens, output_tokens, cached_input_tokens, microdollars, unpriced_requests, "
                                   "wall_milliseconds FROM spend WHERE scope = ? AND name = ?",
                "read what was spent"));
        replace_ = TRY(database_.prepared("REPLACE INTO spend (scope, name, requests, input_tokens, output_tokens, cached_input_tokens, "
                                          "microdollars, unpriced_requests, wall_milliseconds) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            "write what was spent"));
        return {};
    }

    Result<Spent> total(SpendScope scope, SpendPlace const& place) const override
    {
        std::lock_guard const lock(mutex_);
        return read(scope, name_of(scope, place, today()));
    }

    Result<SpendReservation> reserve(SpendPlace const& place, Spent const& estimate, std::span<SpendLimit const> limits) override
    {
        if (is_negative(estimate))
            return fail(ErrorCode::invalid_params, "what a request may take is not negative");
        std::lock_guard const lock(mutex_);
        SpendReservation reservation { place, today(), sum({}, estimate) };
        auto const take = [&]() -> Result<> {
            for (SpendLimit const& limit : limits) {
                Spent const spent = TRY(read(limit.scope, name_of(limit.scope, place, reservation.day)));
                if (std::string why = passed(limit, spent, reservation.estimate); !why.empty())
                    return fail(ErrorCode::budget, std::move(why));
            }
            return add(reservation, reservation.estimate);
        };
        TRY(in_transaction(database_, "write what is spent", take));
        return reservation;
    }

    Result<> settle(SpendReservation const& reservation, Spent const& actual) override
    {
        std::lock_guard const lock(mutex_);
        Spent const change = difference(sum({}, actual), reservation.estimate);
        return in_transaction(database_, "write what was spent", [&] { return add(reservation, change); });
    }

private:
    std::string today() const { return support::format_time(clock_.wall()).substr(0, 10); }

    Result<Spent> read(SpendScope scope, std::string const& name) const
    {
        select_.bind(1, column_of(scope));
        select_.bind(2, name);
        int const code = select_.step();
        std::array<std::int64_t, 7> numbers {};
        for (std::size_t i = 0; code == SQLITE_ROW && i < numbers.size(); ++i)
            numbers[i] = select_.integer(static_cast<int>(i));
        Result<Spent> spent = from_numbers(numbers);
        if (code != SQLITE_ROW && code != SQLITE_DONE)
            spent = tl::unexpected(database_.error("read what was spent"));
        select_.reset();
        return spent;
    }

    Result<> add(SpendReservation const& reservation, Spent const& more)
    {
        for (SpendScope const scope : all_scopes) {
            std::string const name = name_of(scope, reservation.place, reservation.day);
            auto const numbers = numbers_of(sum(TRY(read(scope, name)), more));
            replace_.bind(1, column_of(scope));
            replace_.bind(2, name);
            for (std::size_t i = 0; i < numbers.size(); ++i)
                replace_.bind(static_cast<int>(i) + 3, numbers[i]);
            TRY(database_.run(replace_, "write what was spent"));
        }
        return {};
    }

    mutable std::mutex mutex_;
    mutable Database database_;
    support::Clock const& clock_;
    mutable Statement select_;
    Statement replace_;
};

}

Result<std::unique_ptr<Spend>> Spend::open(std::filesystem::path const& state_directory, support::Clock const& clock)
{
    OpenedLedger opened = TRY(open_ledger(state_directory, clock));
    auto spend = std::make_unique<SqliteSpend>(std::move(opened.database), clock);
    TRY(spend->prepare());
    return std::unique_ptr<Spend>(std::move(spend));
}

}
