#include "model/retry_after.h"

#include "support/text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <ctime>
#include <fmt/core.h>

namespace countersign::model {

using Milliseconds = std::chrono::milliseconds;

namespace {

/// A number of `unit` milliseconds at the begin of `text`; nothing if it is none, not above zero, or past what a timer takes.
std::optional<Milliseconds> duration(std::string_view text, double unit)
{
    constexpr double longest = 2147483647.0;
    double number = 0;
    auto const read = std::from_chars(text.data(), text.data() + text.size(), number);
    double const total = number * unit;
    if (read.ec != std::errc() || !(total > 0) || total > longest)
        return std::nullopt;
    return Milliseconds(static_cast<std::int64_t>(std::ceil(total)));
}

bool is_number(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || c == '.' || c == '-'; });
}

}

std::optional<Milliseconds> wait_in_words(std::string_view message)
{
    std::string const text = support::to_lower_ascii(message);
    for (std::string_view const phrase : { "try again in", "retry in", "retry after" }) {
        std::size_t const at = text.find(phrase);
        if (at == std::string::npos)
            continue;
        std::string_view rest = support::trim(std::string_view(text).substr(at + phrase.size()));
        std::string_view const number = rest.substr(0, rest.find_first_not_of("0123456789."));
        rest = support::trim(rest.substr(number.size()));
        if (number.empty())
            continue;
        return duration(number, rest.starts_with("ms") ? 1.0 : rest.starts_with('m') ? 60'000.0 : 1000.0);
    }
    return std::nullopt;
}

std::optional<Milliseconds> wait_in_headers(HttpHead const& head, std::chrono::system_clock::time_point now)
{
    if (auto const wait = duration(head.header("retry-after-ms"), 1.0))
        return wait;
    std::string_view const after = head.header("retry-after");
    if (after.empty() || is_number(after))
        return duration(after, 1000.0);
    std::tm parts {};
    std::string const date(after);
    if (::strptime(date.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts) == nullptr)
        return std::nullopt;
    auto const then = std::chrono::system_clock::from_time_t(::timegm(&parts));
    return duration(fmt::format("{}", std::chrono::duration<double>(then - now).count()), 1000.0);
}

}
