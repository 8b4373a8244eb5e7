#include "tools/schema.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace countersign::tools {
namespace {

std::string check(char const* schema, char const* value)
{
    auto const checked = check_schema(Json::parse(schema), Json::parse(value));
    return checked ? "ok" : to_string(checked.error());
}

constexpr char const* file_schema = R"({"type":"object","additionalProperties":false,"required":["path"],
    "properties":{"path":{"type":"string","minLength":1},"line":{"type":"integer","minimum":1}}})";
constexpr char const* command_schema = R"({"type":"object","additionalProperties":false,"required":["argv"],
    "properties":{"argv":{"type":"array","items":{"type":"string"}},"quiet":{"type":"boolean"},
                  "where":{"type":"object","properties":{"folder":{"type":"string"}},"additionalProperties":false}}})";

TEST(Schema, accepts_what_fits)
{
    EXPECT_EQ(check(file_schema, R"({"path":"a"})"), "ok");
    EXPECT_EQ(check(file_schema, R"({"path":"a","line":1})"), "ok");
    EXPECT_EQ(check(file_schema, R"({"path":"a","line":18446744073709551615})"), "ok");
    EXPECT_EQ(check(file_schema, R"({"path":"a","line":3.0})"), "ok");
    EXPECT_EQ(check(command_schema, R"({"argv":[],"quiet":true,"where":{"folder":"x"}})"), "ok");
}

TEST(Schema, names_the_field_that_is_missing_unknown_or_of_another_type)
{
    EXPECT_EQ(check(file_schema, R"({})"), "invalid_params: path: is missing");
    EXPECT_EQ(check(file_schema, R"({"path":"a","pth":1})"), "invalid_params: pth: no such field; there are line, path");
    EXPECT_EQ(check(file_schema, R"({"path":3})"), "invalid_params: path: expected a string, got the number 3");
    EXPECT_EQ(check(file_schema, R"({"path":null})"), "invalid_params: path: expected a string, got null");
    EXPECT_EQ(check(file_schema, R"({"path":"a","line":"3"})"), "invalid_params: line: expected an integer, got the string \"3\"");
    EXPECT_EQ(check(file_schema, R"([])"), "invalid_params: the arguments: expected an object, got an array");
    EXPECT_EQ(check(file_schema, R"("x")"), "invalid_params: the arguments: expected an object, got the string \"x\"");
    EXPECT_EQ(check(command_schema, R"({"argv":["a",1]})"), "invalid_params: argv[1]: expected a string, got the number 1");
    EXPECT_EQ(
        check(command_schema, R"({"argv":[],"where":{"folder":false}})"), "invalid_params: where.folder: expected a string, got false");
    EXPECT_EQ(check(command_schema, R"({"argv":[],"where":{"other":1}})"), "invalid_params: where.other: no such field; there are folder");
}

TEST(Schema, holds_numbers_to_their_minimum_and_to_what_can_be_counted)
{
    EXPECT_EQ(check(file_schema, R"({"path":"a","line":0})"), "invalid_params: line: must be at least 1, got 0");
    EXPECT_EQ(check(file_schema, R"({"path":"a","line":-9223372036854775808})"),
        "invalid_params: line: must be at least 1, got -9223372036854775808");
    EXPECT_EQ(check(file_schema, R"({"path":"a","line":1.5})"), "invalid_params: line: expected an integer, got the number 1.5");
    EXPECT_EQ(check(file_schema, R"({"path":"a","line":1e300})"), "invalid_params: line: expected an integer, got the number 1e+300");
}

TEST(Schema, rejects_an_empty_text_where_one_is_needed)
{
    EXPECT_EQ(check(file_schema, R"({"path":""})"), "invalid_params: path: must not be empty");
}

}
}
