#include "cli/place.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

namespace countersign::cli {

namespace {

std::string parsed(std::string_view text)
{
    auto const place = parse_place(text);
    if (!place)
        return "error";
    auto const point = [](std::optional<PlacePoint> const& value) {
        return !value ? std::string("-") : value->column ? fmt::format("{}.{}", value->line, *value->column) : std::to_string(value->line);
    };
    return fmt::format("{} {} {}", place->file, point(place->begin), point(place->end));
}

TEST(Place, reads_every_form)
{
    EXPECT_EQ(parsed("a.cpp"), "a.cpp - -");
    EXPECT_EQ(parsed("a.cpp:3"), "a.cpp 3 -");
    EXPECT_EQ(parsed("a.cpp:3:7"), "a.cpp 3.7 -");
    EXPECT_EQ(parsed("a.cpp:3-9"), "a.cpp 3 9");
    EXPECT_EQ(parsed("a.cpp:3:7-9:2"), "a.cpp 3.7 9.2");
    EXPECT_EQ(parsed("a.cpp:3-9:2"), "a.cpp 3 9.2");
}

TEST(Place, leaves_colons_that_belong_to_the_name)
{
    EXPECT_EQ(parsed("odd:name.cpp"), "odd:name.cpp - -");
    EXPECT_EQ(parsed("odd:name.cpp:4"), "odd:name.cpp 4 -");
    EXPECT_EQ(parsed("a-1.cpp:4"), "a-1.cpp 4 -");
}

TEST(Place, refuses_what_is_no_place)
{
    EXPECT_EQ(parsed(""), "error");
    EXPECT_EQ(parsed("a.cpp:0"), "error");
    EXPECT_EQ(parsed("a.cpp:-3"), "error");
    EXPECT_EQ(parsed("a.cpp:3:0"), "error");
    EXPECT_EQ(parsed("a.cpp:99999999999999999999999999"), "error");
}

std::string selected(std::string_view place, std::string_view text)
{
    auto const range = to_selection(parse_place(place).value(), text);
    return range ? fmt::format("{}..{}", range->begin, range->end) : support::to_string(range.error());
}

TEST(Place, means_bytes_of_the_file)
{
    constexpr std::string_view text = "one\n  two\nthree";
    EXPECT_EQ(selected("f", text), "0..15");
    EXPECT_EQ(selected("f:1", text), "0..0");
    EXPECT_EQ(selected("f:2", text), "6..6");
    EXPECT_EQ(selected("f:2:1", text), "4..4");
    EXPECT_EQ(selected("f:2:99", text), "9..9");
    EXPECT_EQ(selected("f:1-2", text), "0..9");
    EXPECT_EQ(selected("f:3:2-3:4", text), "11..13");
    EXPECT_EQ(selected("f:4", text), "invalid_params: f has 3 lines, not 4");
    EXPECT_EQ(selected("f:3-1", text), "invalid_params: the place in f ends before it begins");
    EXPECT_EQ(selected("f:1", ""), "0..0");
}

}

}
