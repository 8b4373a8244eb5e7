#include "model/strike_out.h"

#include <gtest/gtest.h>

namespace countersign::model {
namespace {

TEST(StrikeOut, takes_a_secret_out_plain_and_as_json_writes_it)
{
    std::string const key = "ab/c+\"\\d";
    EXPECT_EQ(without_secret("x " + key + key + " y", key), "x [key][key] y");
    EXPECT_EQ(without_secret(R"(ab\/c+\"\\d)", key), "[key]");
    EXPECT_EQ(without_secret(R"(\u0061b\u002Fc\u002b\u0022\u005cd.)", key), "[key].");
    EXPECT_EQ(without_secret(R"(ab\nab/c \u0062 \)", key), R"(ab\nab/c \u0062 \)");
}

TEST(StrikeOut, takes_out_the_part_that_a_cut_left)
{
    std::string const key = "sk-secret/key";
    for (std::size_t size = 4; size < key.size(); ++size)
        EXPECT_EQ(without_secret("given: " + key.substr(0, size), key), "given: [key]");
    EXPECT_EQ(without_secret("given: sk-secret\\", key), "given: [key]");
    EXPECT_EQ(without_secret("given: sk-secret\\u00", key), "given: [key]");
    EXPECT_EQ(without_secret("sk-secret is half of it", key), "sk-secret is half of it");
    EXPECT_EQ(without_secret("risk", key), "risk");
}

TEST(StrikeOut, leaves_what_is_too_short_to_be_a_secret)
{
    EXPECT_EQ(without_secret("an abc", "abc"), "an abc");
    EXPECT_EQ(without_secret("an abc", ""), "an abc");
}

}
}
