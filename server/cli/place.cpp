#include "cli/place.h"

#include <algorithm>
#include <charconv>
#include <fmt/core.h>

namespace countersign::cli {

namespace {

/// Takes ":12" or "-12" off the front of `text`.
std::optional<std::size_t> take_number(std::string_view& text, char separator)
{
    if (text.empty() || text.front() != separator)
        return std::nullopt;
    std::size_t number = 0;
    auto const [end, error] = std::from_chars(text.data() + 1, text.data() + text.size(), number);
    if (error != std::errc() || number == 0)
        return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

/// Everything after FILE, or nothing if `tail` is not of that form.
std::optional<Place> parse_tail(std::string_view tail)
{
    Place place;
    auto const line = take_number(tail, ':');
    if (!line)
        return std::nullopt;
    place.begin = PlacePoint { *line, take_number(tail, ':') };
    if (auto const last = take_number(tail, '-'))
        place.end = PlacePoint { *last, take_number(tail, ':') };
    return tail.empty() ? std::optional(place) : std::nullopt;
}

}

Result<Place> parse_place(std::string_view text)
{
    // A file's name may hold colons: the first one after which the rest reads as a place is the end of the name.
    for (std::size_t colon = text.find(':'); colon != std::string_view::npos; colon = text.find(':', colon + 1)) {
        if (auto place = parse_tail(text.substr(colon)); place && colon > 0) {
            place->file = text.substr(0, colon);
            return *place;
        }
    }
    if (text.empty())
        return fail(ErrorCode::invalid_params, "expected FILE[:LINE[:COL][-LINE[:COL]]]");
    std::size_t const colon = text.rfind(':');
    if (colon != std::string_view::npos && colon + 1 < text.size()
        && text.find_first_not_of("0123456789-:", colon + 1) == std::string_view::npos)
        return fail(ErrorCode::invalid_params, fmt::format("\"{}\" is no place: lines and columns count from 1", text));
    return Place { std::string(text), {}, {} };
}

Result<ByteRange> to_selection(Place const& place, std::string_view text)
{
    if (!place.begin)
        return ByteRange { 0, text.size() };
    support::LineIndex const lines(text);
    auto const offset_of = [&](PlacePoint const& point, bool is_end) -> Result<std::size_t> {
        if (point.line > lines.line_count())
            return fail(ErrorCode::invalid_params,
                fmt::format("{} has {}, not {}", place.file, support::count_of(lines.line_count(), "line"), point.line));
        std::string_view const line = lines.line(text, point.line - 1);
        std::size_t const start = lines.start(point.line - 1);
        if (point.column)
            return start + std::min(*point.column - 1, line.size());
        if (is_end)
            return start + line.size();
        std::size_t const first_word = line.find_first_not_of(" \t");
        return start + (first_word == std::string_view::npos ? 0 : first_word);
    };
    std::size_t const begin = TRY(offset_of(*place.begin, false));
    std::size_t const end = place.end ? TRY(offset_of(*place.end, true)) : begin;
    if (end < begin)
        return fail(ErrorCode::invalid_params, fmt::format("the place in {} ends before it begins", place.file));
    return ByteRange { begin, end };
}

}
