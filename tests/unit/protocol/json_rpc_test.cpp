#include "protocol/json_rpc.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace countersign::protocol {
namespace {

using testing::HasSubstr;

Json parse(std::string_view text)
{
    auto value = support::parse_json(text);
    EXPECT_TRUE(value) << text;
    return value.value_or(Json());
}

Message decoded(std::string_view text)
{
    auto message = decode_message(parse(text));
    EXPECT_TRUE(message) << text << ": " << (message ? "" : message.error().error.message);
    return message ? *message : Message();
}

InvalidMessage refused(std::string_view text)
{
    auto message = decode_message(parse(text));
    EXPECT_FALSE(message) << text;
    if (message)
        return {};
    EXPECT_EQ(message.error().error.code, ResponseCode::invalid_request);
    return message.error();
}

TEST(JsonRpc, tells_requests_notifications_and_responses_apart)
{
    EXPECT_EQ(
        decoded(R"({"jsonrpc":"2.0","id":1,"method":"a","params":{"x":1}})"), Message(Request { RequestId(1), "a", parse(R"({"x":1})") }));
    EXPECT_EQ(decoded(R"({"jsonrpc":"2.0","id":"one","method":"a"})"), Message(Request { RequestId("one"), "a", std::nullopt }));
    EXPECT_EQ(decoded(R"({"jsonrpc":"2.0","method":"a","params":[1]})"), Message(Notification { "a", parse("[1]") }));
    EXPECT_EQ(decoded(R"({"jsonrpc":"2.0","id":3,"result":[1]})"), Message(Response { RequestId(3), parse("[1]") }));
    EXPECT_EQ(decoded(R"({"jsonrpc":"2.0","id":3,"result":null})"), Message(Response { RequestId(3), Json() }));
    EXPECT_EQ(decoded(R"({"jsonrpc":"2.0","id":3,"error":{"code":-32601,"message":"no","data":{"a":1}}})"),
        Message(Response { RequestId(3), tl::unexpected(ResponseError { ResponseCode::method_not_found, "no", parse(R"({"a":1})") }) }));
}

TEST(JsonRpc, writes_what_it_reads)
{
    for (char const* text : {
             R"({"id":1,"jsonrpc":"2.0","method":"a","params":{"x":1}})",
             R"({"id":"x","jsonrpc":"2.0","method":"a"})",
             R"({"id":-9223372036854775808,"jsonrpc":"2.0","method":"a"})",
             R"({"id":9223372036854775807,"jsonrpc":"2.0","method":"a"})",
             R"({"jsonrpc":"2.0","method":"a","params":[]})",
             R"({"id":7,"jsonrpc":"2.0","result":null})",
             R"({"id":null,"jsonrpc":"2.0","result":false})",
             R"({"error":{"code":-32800,"data":null,"message":"m"},"id":7,"jsonrpc":"2.0"})",
             R"({"error":{"code":32603,"message":"User cancelled server edit"},"id":7,"jsonrpc":"2.0"})",
         })
        EXPECT_EQ(support::dump_json(encode(decoded(text))), text);
}

TEST(JsonRpc, understands_null_params_and_whole_floating_point_ids)
{
    EXPECT_EQ(decoded(R"({"jsonrpc":"2.0","id":1,"method":"shutdown","params":null})"),
        Message(Request { RequestId(1), "shutdown", std::nullopt }));
    EXPECT_EQ(decoded(R"({"jsonrpc":"2.0","id":1.0,"method":"a"})"), Message(Request { RequestId(1), "a", std::nullopt }));
}

TEST(JsonRpc, refuses_what_is_no_message_and_names_the_id_if_there_is_one)
{
    EXPECT_THAT(refused("[]").error.message, HasSubstr("batch"));
    EXPECT_THAT(refused(R"([{"jsonrpc":"2.0","id":1,"method":"a"}])").error.message, HasSubstr("batch"));
    for (char const* text : { "1", "null", "\"a\"", "true", "{}" })
        EXPECT_TRUE(refused(text).id.is_null()) << text;
    EXPECT_EQ(refused(R"({"jsonrpc":"2.0","id":1})").id, RequestId(1));
    EXPECT_EQ(refused(R"({"id":1,"method":"a"})").id, RequestId(1));
    EXPECT_EQ(refused(R"({"jsonrpc":"1.0","id":1,"method":"a"})").id, RequestId(1));
    EXPECT_EQ(refused(R"({"jsonrpc":2.0,"id":1,"method":"a"})").id, RequestId(1));
    EXPECT_EQ(refused(R"({"jsonrpc":"2.0","id":"x","method":7})").id, RequestId("x"));
    EXPECT_EQ(refused(R"({"jsonrpc":"2.0","id":1,"method":"a","params":"text"})").id, RequestId(1));
    EXPECT_EQ(refused(R"({"jsonrpc":"2.0","id":1,"method":"a","params":5})").id, RequestId(1));
}

TEST(JsonRpc, refuses_ids_that_are_neither_integer_nor_string)
{
    for (char const* id : { "null", "1.5", "true", "[]", "{}", "18446744073709551615", "1e300" })
        EXPECT_TRUE(refused(std::string(R"({"jsonrpc":"2.0","method":"a","id":)") + id + "}").id.is_null()) << id;
}

TEST(JsonRpc, never_refuses_a_response)
{
    EXPECT_EQ(decoded(R"({"id":3,"result":1})"), Message(Response { RequestId(3), Json(1) }));
    EXPECT_EQ(decoded(R"({"jsonrpc":"2.0","id":3,"result":null,"error":{"code":1,"message":"m"}})"),
        Message(Response { RequestId(3), tl::unexpected(ResponseError { static_cast<ResponseCode>(1), "m" }) }));
    EXPECT_EQ(decoded(R"({"jsonrpc":"2.0","id":3,"result":1,"error":null})"), Message(Response { RequestId(3), Json(1) }));
    EXPECT_EQ(decoded(R"({"jsonrpc":"2.0","id":3,"error":"broken"})"),
        Message(Response { RequestId(3), tl::unexpected(ResponseError { ResponseCode::internal_error, "\"broken\"" }) }));
    EXPECT_EQ(decoded(R"({"jsonrpc":"2.0","id":3,"error":{"code":1e99}})"),
        Message(Response { RequestId(3), tl::unexpected(ResponseError { ResponseCode::internal_error, "no message" }) }));
    EXPECT_EQ(decoded(R"({"jsonrpc":"2.0","id":[],"result":1})"), Message(Response { RequestId(), Json(1) }));
}

TEST(JsonRpc, orders_and_prints_ids)
{
    EXPECT_LT(RequestId(1), RequestId(2));
    EXPECT_NE(RequestId(1), RequestId("1"));
    EXPECT_EQ(to_string(RequestId(7)), "7");
    EXPECT_EQ(to_string(RequestId("a")), "\"a\"");
    EXPECT_EQ(to_string(RequestId()), "null");
}

}
}
