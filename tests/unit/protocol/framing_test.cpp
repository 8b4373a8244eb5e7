#include "protocol/framing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <random>
#include <vector>

namespace countersign::protocol {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Outcome {
    std::vector<std::string> bodies;
    std::string error;
    ErrorCode code = ErrorCode::internal;
    bool mid_frame = false;
};

/// Pushes `stream` in pieces of `piece` bytes and takes out all that is there after each.
Outcome read(std::string_view stream, std::size_t piece, FramingLimits limits = {})
{
    Framer framer(limits);
    Outcome outcome;
    for (std::size_t i = 0; i < stream.size(); i += piece) {
        framer.push(stream.substr(i, piece));
        while (true) {
            auto body = framer.next();
            if (!body) {
                outcome.error = body.error().message;
                outcome.code = body.error().code;
                return outcome;
            }
            if (!*body)
                break;
            outcome.bodies.push_back(std::move(**body));
        }
    }
    outcome.mid_frame = framer.mid_frame();
    return outcome;
}

Outcome read(std::string_view stream) { return read(stream, stream.size() + 1); }

TEST(Framing, reads_what_frame_writes)
{
    EXPECT_EQ(frame("{}"), "Content-Length: 2\r\n\r\n{}");
    EXPECT_THAT(read(frame("{}") + frame("") + frame("[1]")).bodies, ElementsAre("{}", "", "[1]"));
}

TEST(Framing, gives_the_same_bodies_wherever_the_stream_is_split)
{
    std::string const stream = frame(R"({"a":"grün"})")
        + "CONTENT-LENGTH:3\r\nX-Other: a:b\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\nabc" + frame("")
        + frame("\r\n\r\nContent-Length: 9\r\n\r\n") + frame("last");
    auto const whole = read(stream);
    ASSERT_EQ(whole.bodies.size(), 5U);
    EXPECT_EQ(whole.error, "");
    for (std::size_t piece = 1; piece <= stream.size(); ++piece) {
        auto const split = read(stream, piece);
        EXPECT_EQ(split.bodies, whole.bodies) << piece;
        EXPECT_EQ(split.error, "") << piece;
        EXPECT_FALSE(split.mid_frame) << piece;
    }
    for (std::size_t at = 0; at <= stream.size(); ++at) {
        Framer framer;
        std::vector<std::string> bodies;
        for (std::string_view const part : { std::string_view(stream).substr(0, at), std::string_view(stream).substr(at) }) {
            framer.push(part);
            for (auto body = framer.next(); body && *body; body = framer.next())
                bodies.push_back(**body);
        }
        EXPECT_EQ(bodies, whole.bodies) << at;
    }
}

TEST(Framing, takes_header_names_in_any_case_and_values_with_space_around)
{
    EXPECT_THAT(read("content-length: \t 2 \r\n\r\nok").bodies, ElementsAre("ok"));
    EXPECT_THAT(read("CoNtEnT-LeNgTh:2\r\n\r\nok").bodies, ElementsAre("ok"));
    EXPECT_THAT(read("Content-Length: 0002\r\n\r\nok").bodies, ElementsAre("ok"));
    EXPECT_THAT(read("Content-Length: 2\n\nok").bodies, ElementsAre("ok"));
}

TEST(Framing, takes_utf8_under_both_of_its_names_and_refuses_other_charsets)
{
    for (char const* type : { "utf-8", "utf8", "UTF-8", "\"utf-8\"", "utf-8; x=y" })
        EXPECT_THAT(
            read(std::string("Content-Type: application/vscode-jsonrpc; Charset=") + type + "\r\nContent-Length: 2\r\n\r\nok").bodies,
            ElementsAre("ok"))
            << type;
    EXPECT_THAT(read("Content-Type: application/vscode-jsonrpc\r\nContent-Length: 2\r\n\r\nok").bodies, ElementsAre("ok"));
    EXPECT_THAT(read("Content-Type: text/plain; charset=utf-16\r\nContent-Length: 2\r\n\r\nok").error, HasSubstr("utf-16"));
}

TEST(Framing, refuses_a_length_that_is_no_length)
{
    for (char const* value : { "", "-1", "-0", "+5", "5x", "0x10", "1 2", "1e3", "1.5", "five", "\x01" }) {
        auto const outcome = read(std::string("Content-Length: ") + value + "\r\n\r\nabcdef");
        EXPECT_EQ(outcome.code, ErrorCode::invalid_params) << value;
        EXPECT_THAT(outcome.error, HasSubstr("Content-Length must be a number of bytes")) << value;
        EXPECT_TRUE(outcome.bodies.empty()) << value;
    }
}

TEST(Framing, refuses_a_length_over_the_limit)
{
    FramingLimits const limits { 10, 100 };
    EXPECT_THAT(read("Content-Length: 10\r\n\r\n0123456789", 3, limits).bodies, ElementsAre("0123456789"));
    for (char const* value : { "11", "67108865", "18446744073709551615", "18446744073709551616", "99999999999999999999999999" }) {
        auto const outcome = read(std::string("Content-Length: ") + value + "\r\n\r\n0123456789x", 3, limits);
        EXPECT_EQ(outcome.code, ErrorCode::too_large) << value;
        EXPECT_THAT(outcome.error, HasSubstr(value));
    }
    EXPECT_EQ(read("Content-Length: 67108864\r\n\r\n").error, "");
    EXPECT_EQ(read("Content-Length: 67108865\r\n\r\n").code, ErrorCode::too_large);
}

TEST(Framing, refuses_a_missing_or_second_length_and_what_is_no_header)
{
    EXPECT_THAT(read("Content-Type: a/b\r\n\r\n{}").error, HasSubstr("no Content-Length"));
    EXPECT_THAT(read("\r\n{}").error, HasSubstr("no Content-Length"));
    EXPECT_THAT(read("Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}").error, HasSubstr("two Content-Length"));
    EXPECT_THAT(read("{\"jsonrpc\"}\r\n").error, HasSubstr("is no header"));
    EXPECT_THAT(read("GET / HTTP/1.1\r\n").error, HasSubstr("GET / HTTP/1.1"));
}

TEST(Framing, refuses_headers_that_never_end)
{
    std::string const long_value(9000, 'x');
    EXPECT_EQ(read(long_value).code, ErrorCode::too_large);
    EXPECT_EQ(read("X: " + long_value + "\r\nContent-Length: 2\r\n\r\n{}", 7).code, ErrorCode::too_large);
    std::string many;
    for (int i = 0; i < 2000; ++i)
        many += "X: y\r\n";
    EXPECT_EQ(read(many, 5).code, ErrorCode::too_large);
    std::string const exact = "X: " + std::string(8192 - 3 - 2 - 21, 'x') + "\r\nContent-Length: 2\r\n\r\n";
    ASSERT_EQ(exact.size(), 8192U);
    EXPECT_THAT(read(exact + "{}" + exact + "{}", 100).bodies, ElementsAre("{}", "{}"));
    EXPECT_EQ(read("X" + exact + "{}").code, ErrorCode::too_large);
}

TEST(Framing, stays_failed_after_the_first_error)
{
    Framer framer;
    framer.push("Content-Length: x\r\n\r\n");
    auto const first = framer.next();
    ASSERT_FALSE(first);
    framer.push(frame("{}"));
    auto const second = framer.next();
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().message, first.error().message);
}

TEST(Framing, knows_whether_it_is_in_the_middle_of_a_message)
{
    std::string const stream = frame("{}");
    for (std::size_t size = 1; size < stream.size(); ++size)
        EXPECT_TRUE(read(std::string_view(stream).substr(0, size)).mid_frame) << size;
    EXPECT_FALSE(read(stream).mid_frame);
    EXPECT_FALSE(Framer().mid_frame());
    EXPECT_TRUE(read(stream + "C").mid_frame);
}

TEST(Framing, shows_a_hostile_header_in_the_error_without_its_control_characters)
{
    auto const outcome = read("Content-Length: \x1b[31m" + std::string(500, 'y') + "\r\n\r\n");
    EXPECT_EQ(outcome.error.find('\x1b'), std::string::npos);
    EXPECT_LT(outcome.error.size(), 200U);
}

TEST(Framing, keeps_up_with_many_messages_in_small_pieces_and_with_large_ones)
{
    std::string stream;
    for (int i = 0; i < 20'000; ++i)
        stream += frame(R"({"jsonrpc":"2.0","method":"$/progress","params":{"token":1,"value":)" + std::to_string(i) + "}}");
    EXPECT_EQ(read(stream, 3).bodies.size(), 20'000U);
    EXPECT_EQ(read(stream, 65536).bodies.size(), 20'000U);
    EXPECT_EQ(read(stream).bodies.size(), 20'000U);
    std::string const large(50'000'000, 'x');
    auto const outcome = read(frame(large) + frame("{}"), 4096);
    ASSERT_EQ(outcome.bodies.size(), 2U);
    EXPECT_TRUE(outcome.bodies[0] == large);
}

TEST(Framing, is_not_confused_by_random_bytes)
{
    std::mt19937 random(7);
    for (int round = 0; round < 300; ++round) {
        std::string stream;
        for (int i = 0; i < 40; ++i)
            stream += static_cast<char>(random() % 256);
        auto const whole = read(stream);
        auto const split = read(stream, 1);
        EXPECT_EQ(whole.bodies, split.bodies);
        EXPECT_EQ(whole.error, split.error);
    }
}

}
}
