#include "sandbox/wire.h"

#include "sandbox/messages.h"
#include "support/fd.h"

#include <array>
#include <gtest/gtest.h>
#include <sys/socket.h>

namespace countersign::sandbox {

namespace {

struct Sockets {
    support::UniqueFd left, right;
    Sockets()
    {
        std::array<int, 2> ends {};
        ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data());
        left.reset(ends[0]);
        right.reset(ends[1]);
    }
};

Request full_request()
{
    Request request;
    request.workspace = "/home/ada/project";
    request.command = { { "make", "", "a b" }, "sub", { { "NAME", "value" } } };
    request.view = { { "a", "bytes\0more", true }, { "b", std::nullopt, false } };
    request.masked = { ".env" };
    request.limits.wall_time = std::chrono::milliseconds(1234);
    request.limits.processes = 7;
    request.limits.changed_bytes = 1ULL << 40;
    return request;
}

}

TEST(Wire, carries_frames_whole)
{
    Sockets sockets;
    ASSERT_TRUE(send_frame(sockets.left.get(), FrameKind::job, std::string("a\0b", 3)));
    ASSERT_TRUE(send_frame(sockets.left.get(), FrameKind::done, ""));
    auto const first = receive_frame(sockets.right.get());
    ASSERT_TRUE(first);
    EXPECT_EQ(FrameKind::job, first->kind);
    EXPECT_EQ(std::string("a\0b", 3), first->payload);
    EXPECT_EQ("", receive_frame(sockets.right.get())->payload);
}

TEST(Wire, fails_when_the_other_end_is_gone_or_cut_off)
{
    Sockets sockets;
    ASSERT_EQ(3, ::send(sockets.left.get(), "\x05\0\0", 3, 0));
    sockets.left.reset();
    EXPECT_EQ(ErrorCode::io, receive_frame(sockets.right.get()).error().code);
    EXPECT_EQ(ErrorCode::io, send_frame(sockets.right.get(), FrameKind::job, "x").error().code);
    Sockets huge;
    ASSERT_EQ(5, ::send(huge.left.get(), "\xFF\xFF\xFF\xFF\x01", 5, 0));
    EXPECT_EQ(ErrorCode::io, receive_frame(huge.right.get()).error().code);
}

TEST(Messages, come_back_as_they_went)
{
    auto const request = decode_request(encode(full_request()));
    ASSERT_TRUE(request);
    EXPECT_EQ(encode(full_request()), encode(*request));
    EXPECT_EQ((std::vector<std::string> { "make", "", "a b" }), request->command.argv);
    EXPECT_EQ(std::nullopt, request->view[1].bytes);
    EXPECT_EQ(7u, request->limits.processes);
    Changed const changed {
        .path = "p", .kind = ChangeKind::linked, .bytes = "t", .mode = 0106755, .made_executable = true, .other_names = true
    };
    auto const back = decode_changed(encode(changed));
    ASSERT_TRUE(back);
    EXPECT_EQ(0755u, back->mode);
    EXPECT_EQ("t", back->bytes);
    EXPECT_TRUE(back->made_executable);
    EXPECT_TRUE(back->other_names);
    EXPECT_EQ("what", decode_error(encode(Error { ErrorCode::denied, "what" })).message);
}

TEST(Messages, are_refused_when_they_are_cut_off_anywhere)
{
    std::string const whole = encode(full_request());
    for (std::size_t size = 0; size < whole.size(); ++size)
        EXPECT_FALSE(decode_request(whole.substr(0, size))) << size;
}

TEST(Messages, believe_no_count)
{
    std::string bytes = Writer().text("/w").number(~0ULL).take();
    EXPECT_FALSE(decode_request(bytes));
    EXPECT_FALSE(decode_paths(Writer().number(1'000'000'000).take() + std::string(100, 'x')));
    EXPECT_EQ(ErrorCode::io, decode_error("").code);
}

}
