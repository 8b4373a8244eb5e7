// The client's end of a connection, and a connection that runs on a thread of its own, for the tests of rpc.
#pragma once

#include "protocol/framing.h"
#include "protocol/json_rpc.h"
#include "rpc/connection.h"

#include <fcntl.h>
#include <functional>
#include <future>
#include <gtest/gtest.h>
#include <optional>
#include <poll.h>
#include <string>
#include <thread>
#include <unistd.h>

namespace countersign::rpc {

/// Long enough that only a hang reaches it.
inline constexpr std::chrono::seconds patience { 60 };

struct Pipe {
    Pipe()
    {
        int fds[2];
        EXPECT_EQ(::pipe2(fds, O_CLOEXEC), 0);
        read.reset(fds[0]);
        write.reset(fds[1]);
    }
    support::UniqueFd read;
    support::UniqueFd write;
};

class Client {
public:
    explicit Client(support::UniqueFd to_server, support::UniqueFd from_server)
        : to_server_(std::move(to_server))
        , from_server_(std::move(from_server))
    {
    }

    void send_bytes(std::string_view bytes) { EXPECT_TRUE(support::write_all(to_server_.get(), bytes)); }
    void send(std::string_view body) { send_bytes(protocol::frame(body)); }

    /// The next message from the server; nullopt at the end of the stream.
    std::optional<Json> receive()
    {
        while (true) {
            auto body = framer_.next();
            EXPECT_TRUE(body);
            if (body && *body)
                return support::parse_json(**body).value();
            pollfd polled { from_server_.get(), POLLIN, 0 };
            if (::poll(&polled, 1, static_cast<int>(std::chrono::milliseconds(patience).count())) <= 0) {
                ADD_FAILURE() << "the server is silent";
                return std::nullopt;
            }
            char buffer[65536];
            auto const count = ::read(from_server_.get(), buffer, sizeof buffer);
            if (count <= 0)
                return std::nullopt;
            framer_.push({ buffer, static_cast<std::size_t>(count) });
        }
    }
    /// The next message as compact text; "end" at the end of the stream.
    std::string receive_text()
    {
        auto const message = receive();
        return message ? support::dump_json(*message) : "end";
    }

    void stop_sending() { to_server_.reset(); }
    void stop_reading() { from_server_.reset(); }
    int from_server() const { return from_server_.get(); }

private:
    support::UniqueFd to_server_;
    support::UniqueFd from_server_;
    protocol::Framer framer_;
};

/// Makes, binds and runs a connection on its own thread, as main() does on the main one.
class Server {
public:
    using Bind = std::function<void(Connection&)>;

    explicit Server(Bind bind, Observer observer = {}, Limits limits = {})
        : Server(Pipe(), Pipe(), std::move(bind), std::move(observer), limits)
    {
    }
    ~Server()
    {
        client.stop_sending();
        client.stop_reading();
        thread_.join();
    }

    /// Waits for the end of the connection.
    Outcome outcome()
    {
        EXPECT_EQ(outcome_.wait_for(patience), std::future_status::ready);
        return outcome_.get();
    }

    Client client;

private:
    Server(Pipe in, Pipe out, Bind bind, Observer observer, Limits limits)
        : client(std::move(in.write), std::move(out.read))
        , outcome_(promise_.get_future())
        , thread_([this, streams = Streams { std::move(in.read), std::move(out.write) }, bind = std::move(bind),
                      observer = std::move(observer), limits]() mutable {
            Outcome how;
            {
                Connection connection(std::move(streams), std::move(observer), limits);
                bind(connection);
                how = connection.run();
            }
            promise_.set_value(how);
        })
    {
    }

    std::promise<Outcome> promise_;
    std::future<Outcome> outcome_;
    std::thread thread_;
};

}
