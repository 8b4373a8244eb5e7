// The streams and the loop: framing errors, ends, back-pressure, timers, threads.
#include "wire.h"

#include "protocol/lsp.h"
#include "rpc/outbox.h"

#include <atomic>
#include <csignal>
#include <fcntl.h>
#include <gmock/gmock.h>

namespace countersign::rpc {
namespace {

using testing::HasSubstr;

void bind_nothing(Connection&) { }

TEST(Connection, ends_when_the_client_closes_its_end)
{
    Server server(bind_nothing);
    server.client.stop_sending();
    EXPECT_EQ(server.client.receive_text(), "end");
    Outcome const outcome = server.outcome();
    EXPECT_EQ(outcome.exit_code, 1);
    EXPECT_EQ(outcome.message, "");
}

TEST(Connection, tells_its_owner_that_the_client_closed_its_end)
{
    Server server([](Connection& connection) {
        connection.on_end_of_input([&] {
            connection.notify("last words", std::nullopt);
            connection.stop(7);
        });
    });
    server.client.stop_sending();
    EXPECT_EQ(server.client.receive_text(), R"({"jsonrpc":"2.0","method":"last words"})");
    EXPECT_EQ(server.outcome().exit_code, 7);
}

TEST(Connection, handles_what_came_before_the_end)
{
    Server server(
        [](Connection& connection) { connection.on_request("ping", [](Json const& params, Reply<Json> reply) { reply(params); }); });
    for (int i = 0; i < 100; ++i)
        server.client.send(R"({"jsonrpc":"2.0","id":1,"method":"ping","params":[1]})");
    server.client.stop_sending();
    for (int i = 0; i < 100; ++i)
        EXPECT_EQ(server.client.receive_text(), R"({"id":1,"jsonrpc":"2.0","result":[1]})");
    EXPECT_EQ(server.client.receive_text(), "end");
}

TEST(Connection, says_that_the_stream_ended_in_the_middle_of_a_message)
{
    for (char const* part : { "C", "Content-Length: 10\r\n", "Content-Length: 10\r\n\r\n", "Content-Length: 10\r\n\r\n123" }) {
        Server server(bind_nothing);
        server.client.send_bytes(part);
        server.client.stop_sending();
        Outcome const outcome = server.outcome();
        EXPECT_EQ(outcome.exit_code, 1);
        EXPECT_THAT(outcome.message, HasSubstr("in the middle of a message")) << part;
    }
}

TEST(Connection, ends_on_a_wrong_length_and_says_why)
{
    for (char const* header : { "Content-Length: -1\r\n\r\n", "Content-Length: 99999999999999999999\r\n\r\n", "Content-Type: a\r\n\r\n",
             "Content-Length: x\r\n\r\n" }) {
        Server server(bind_nothing);
        server.client.send_bytes(header);
        Outcome const outcome = server.outcome();
        EXPECT_EQ(outcome.exit_code, 1);
        EXPECT_THAT(outcome.message, HasSubstr("the editor's messages cannot be read")) << header;
        EXPECT_EQ(server.client.receive_text(), "end");
    }
}

TEST(Connection, ends_when_nobody_can_read_what_it_writes)
{
    Server server(
        [](Connection& connection) { connection.on_notification("talk", [&](Json const&) { connection.notify("hello", std::nullopt); }); });
    server.client.stop_reading();
    server.client.send(R"({"jsonrpc":"2.0","method":"talk"})");
    EXPECT_EQ(server.outcome().message, "the editor closed its end");
}

TEST(Connection, writes_what_is_queued_before_it_ends)
{
    std::string const text(3'000'000, 'x');
    Server server([&](Connection& connection) {
        connection.on_notification("exit", [&](Json const&) {
            connection.notify("big", Json { { "text", text } });
            connection.notify("small", std::nullopt);
            connection.stop(0);
            connection.notify("smaller", std::nullopt);
            connection.stop(3);
        });
    });
    server.client.send(R"({"jsonrpc":"2.0","method":"exit"})");
    EXPECT_EQ(server.client.receive().value_or(Json())["params"]["text"], text);
    EXPECT_EQ(server.client.receive_text(), R"({"jsonrpc":"2.0","method":"small"})");
    EXPECT_EQ(server.client.receive_text(), R"({"jsonrpc":"2.0","method":"smaller"})");
    EXPECT_EQ(server.client.receive_text(), "end");
    EXPECT_EQ(server.outcome().exit_code, 0);
}

TEST(Connection, ends_although_the_client_reads_nothing)
{
    Limits limits;
    limits.flush = std::chrono::milliseconds(20);
    Server server(
        [](Connection& connection) {
            connection.on_notification("exit", [&](Json const&) {
                connection.notify("big", Json { { "text", std::string(3'000'000, 'x') } });
                connection.stop(4);
            });
        },
        {}, limits);
    server.client.send(R"({"jsonrpc":"2.0","method":"exit"})");
    EXPECT_EQ(server.outcome().exit_code, 4);
}

TEST(Connection, never_blocks_the_loop_on_a_client_that_does_not_read)
{
    constexpr int count = 200;
    std::promise<void> alive;
    Server server([&](Connection& connection) {
        connection.on_notification("flood", [&](Json const&) {
            for (int i = 0; i < count; ++i)
                connection.notify("n", Json { { "i", i }, { "text", std::string(100'000, 'x') } });
        });
        connection.on_notification("alive", [&](Json const&) { alive.set_value(); });
    });
    server.client.send(R"({"jsonrpc":"2.0","method":"flood"})");
    server.client.send(R"({"jsonrpc":"2.0","method":"alive"})");
    ASSERT_EQ(alive.get_future().wait_for(patience), std::future_status::ready);
    for (int i = 0; i < count; ++i)
        EXPECT_EQ(server.client.receive().value_or(Json())["params"]["i"], i);
}

TEST(Connection, gives_up_a_client_that_lets_too_much_pile_up)
{
    Limits limits;
    limits.hard_limit = 1'000'000;
    Server server(
        [](Connection& connection) {
            connection.on_notification("flood", [&](Json const&) {
                for (int i = 0; i < 100; ++i)
                    connection.notify("n", Json { { "text", std::string(100'000, 'x') } });
            });
        },
        {}, limits);
    server.client.send(R"({"jsonrpc":"2.0","method":"flood"})");
    EXPECT_THAT(server.outcome().message, HasSubstr("the editor does not read"));
}

TEST(Connection, lets_run_threads_wait_for_a_slow_client_and_loses_nothing)
{
    constexpr int threads = 4;
    constexpr int each = 100;
    Limits limits;
    limits.soft_limit = 200'000;
    limits.hard_limit = 2'000'000;
    std::vector<std::jthread> runs;
    Server server(
        [&](Connection& connection) {
            connection.on_notification("go", [&](Json const&) {
                for (int thread = 0; thread < threads; ++thread)
                    runs.emplace_back([&connection, thread] {
                        for (int i = 0; i < each; ++i)
                            connection.notify("n", Json { { "thread", thread }, { "i", i }, { "text", std::string(50'000, 'x') } });
                    });
            });
            connection.on_notification("exit", [&](Json const&) {
                runs.clear();
                connection.stop(0);
            });
        },
        {}, limits);
    server.client.send(R"({"jsonrpc":"2.0","method":"go"})");
    int next[threads] = {};
    for (int i = 0; i < threads * each; ++i) {
        Json const message = server.client.receive().value_or(Json());
        EXPECT_EQ(message["params"]["i"], next[message["params"]["thread"].get<int>()]++);
    }
    server.client.send(R"({"jsonrpc":"2.0","method":"exit"})");
    EXPECT_EQ(server.outcome().exit_code, 0);
}

TEST(Outbox, ends_a_wait_for_room_on_stop_and_on_close)
{
    Pipe pipe;
    Outbox outbox(std::move(pipe.write), {}, 1, 1'000'000, {});
    EXPECT_TRUE(outbox.wait_for_room({}));
    outbox.put(std::string(500'000, 'x'));
    std::stop_source stop;
    auto stopped = std::async(std::launch::async, [&] { return outbox.wait_for_room(stop.get_token()); });
    auto closed = std::async(std::launch::async, [&] { return outbox.wait_for_room({}); });
    stop.request_stop();
    EXPECT_FALSE(stopped.get());
    outbox.close(std::chrono::milliseconds(0));
    EXPECT_FALSE(closed.get());
    EXPECT_FALSE(outbox.wait_for_room({}));
    EXPECT_TRUE(outbox.ended());
}

TEST(Connection, reads_on_when_large_messages_were_handled)
{
    Limits limits;
    limits.inbound_limit = 1000;
    Server server(
        [](Connection& connection) {
            connection.on_request("size", [](Json const& params, Reply<Json> reply) { reply(params[0].get<std::string>().size()); });
        },
        {}, limits);
    for (int size : { 10, 5000, 400, 400, 400, 100'000 })
        server.client.send(
            R"({"jsonrpc":"2.0","id":1,"method":"size","params":[")" + std::string(static_cast<std::size_t>(size), 'x') + "\"]}");
    for (int size : { 10, 5000, 400, 400, 400, 100'000 })
        EXPECT_EQ(server.client.receive().value_or(Json())["result"], size);
}

TEST(Connection, answers_ten_thousand_requests_that_arrive_in_small_pieces)
{
    constexpr int count = 10'000;
    Server server(
        [](Connection& connection) { connection.on_request("ping", [](Json const& params, Reply<Json> reply) { reply(params); }); });
    std::jthread const sender([&] {
        std::string stream;
        for (int i = 0; i < count; ++i)
            stream += protocol::frame(R"({"jsonrpc":"2.0","id":)" + std::to_string(i) + R"(,"method":"ping","params":{"text":"grün"}})");
        for (std::size_t at = 0; at < stream.size(); at += 7)
            server.client.send_bytes(std::string_view(stream).substr(at, 7));
    });
    for (int i = 0; i < count; ++i)
        ASSERT_EQ(server.client.receive().value_or(Json())["id"], i);
}

TEST(Connection, runs_posted_functions_of_each_thread_in_order)
{
    constexpr int threads = 4;
    constexpr int each = 500;
    std::vector<std::jthread> posters;
    std::vector<int> next(threads);
    int left = threads * each;
    Server server([&](Connection& connection) {
        for (int thread = 0; thread < threads; ++thread)
            posters.emplace_back([&, thread] {
                for (int i = 0; i < each; ++i)
                    connection.post([&, thread, i, owned = std::make_unique<int>(i)] {
                        EXPECT_EQ(next[static_cast<std::size_t>(thread)]++, *owned);
                        if (--left == 0) {
                            posters.clear();
                            connection.stop(0);
                        }
                    });
            });
    });
    EXPECT_EQ(server.outcome().exit_code, 0);
}

TEST(Connection, runs_timers_in_the_order_of_their_times_and_cancelled_ones_never)
{
    std::vector<int> ran;
    Server server([&](Connection& connection) {
        using std::chrono::milliseconds;
        connection.after(milliseconds(30), [&] {
            ran.push_back(3);
            connection.stop(0);
        });
        auto const cancelled = connection.after(milliseconds(1), [&] { ran.push_back(99); });
        connection.after(milliseconds(15), [&] { ran.push_back(2); });
        connection.after(milliseconds(0), [&] { ran.push_back(1); });
        EXPECT_TRUE(connection.cancel_timer(cancelled));
        EXPECT_FALSE(connection.cancel_timer(cancelled));
        EXPECT_FALSE(connection.cancel_timer(12345));
    });
    EXPECT_EQ(server.outcome().exit_code, 0);
    EXPECT_THAT(ran, testing::ElementsAre(1, 2, 3));
}

TEST(Connection, can_be_stopped_before_it_runs_and_from_another_thread)
{
    Server before([](Connection& connection) { connection.stop(5); });
    EXPECT_EQ(before.outcome().exit_code, 5);
    std::jthread stopper;
    Server other([&](Connection& connection) { stopper = std::jthread([&] { connection.stop(6); }); });
    EXPECT_EQ(other.outcome().exit_code, 6);
}

TEST(Connection, handles_a_signal_on_its_own_thread)
{
    Server server([](Connection& connection) {
        connection.on_terminate([&, thread = std::this_thread::get_id()](int number) {
            EXPECT_EQ(std::this_thread::get_id(), thread);
            connection.stop(number);
        });
        connection.on_notification("raise", [](Json const&) { ::kill(::getpid(), SIGTERM); });
    });
    server.client.send(R"({"jsonrpc":"2.0","method":"raise"})");
    EXPECT_EQ(server.outcome().exit_code, SIGTERM);
}

TEST(Connection, leaves_the_editors_descriptions_blocking)
{
    Pipe in;
    Pipe out;
    support::UniqueFd const in_copy(::dup(in.read.get()));
    support::UniqueFd const out_copy(::dup(out.write.get()));
    Connection connection({ std::move(in.read), std::move(out.write) });
    connection.notify("hello", std::nullopt);
    connection.post([&] { connection.stop(0); });
    connection.run();
    EXPECT_EQ(::fcntl(in_copy.get(), F_GETFL) & O_NONBLOCK, 0);
    EXPECT_EQ(::fcntl(out_copy.get(), F_GETFL) & O_NONBLOCK, 0);
}

TEST(Connection, keeps_quiet_when_a_reply_outlives_it)
{
    std::optional<Reply<Json>> kept;
    {
        Server server([&](Connection& connection) {
            connection.on_request("keep", [&](Json const&, Reply<Json> reply) {
                kept.emplace(std::move(reply));
                connection.stop(0);
            });
        });
        server.client.send(R"({"jsonrpc":"2.0","id":1,"method":"keep"})");
        server.outcome();
        EXPECT_EQ(server.client.receive_text(), "end");
    }
    (*kept)("too late");
}

}
}
