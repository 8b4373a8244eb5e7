#include "support/json.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace countersign::support {

namespace {

TEST(Json, names_the_byte_where_a_text_stops_being_json)
{
    EXPECT_EQ(parse_json("{\"a\": }").error().message, "not JSON at byte 6");
    EXPECT_EQ(parse_json("").error().message, "not JSON at byte 0");
    EXPECT_FALSE(parse_json("{} trailing"));
}

TEST(Json, takes_the_deepest_nesting_and_refuses_one_more)
{
    EXPECT_TRUE(parse_json(std::string(json_depth_limit, '[') + std::string(json_depth_limit, ']')));
    EXPECT_FALSE(parse_json(std::string(json_depth_limit + 1, '[') + std::string(json_depth_limit + 1, ']')));
    EXPECT_FALSE(parse_json(std::string(200'000, '[')));
}

TEST(Json, does_not_count_brackets_in_strings)
{
    EXPECT_TRUE(parse_json("\"" + std::string(1000, '[') + "\\\"" + std::string(1000, '{') + "\""));
}

TEST(Json, prints_bytes_that_are_no_utf8) { EXPECT_EQ(dump_json(Json("a\xff")), "\"a\uFFFD\""); }

}

}
