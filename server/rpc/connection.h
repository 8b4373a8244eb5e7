// One client at the other end of two file descriptors: typed messages in and out, the main loop, and its timers.
//
// session/ binds handlers and calls run() on the main thread; every handler, callback and timer runs there. A
// reader thread turns bytes into messages, a writer thread alone writes. Neither descriptor is handed to asio.
//
// Who waits when the client does not read: never the main loop. Frames queue up in memory; a run thread that
// sends (notify) or asks (wait_for_room) waits while more than `soft_limit` bytes are queued; past `hard_limit`
// the client is taken for dead and the connection ends. Who waits when we are slow: the reader, and so the client.
//
// Refused here, before any handler: what is not JSON (-32700), not JSON-RPC (-32600), an unknown method (-32601;
// an unknown notification is ignored), params of the wrong shape (-32602, with the field's path), and what the
// gate refuses. An exception that escapes a handler is InternalError for that request and the loop lives.
#pragma once

#include "protocol/codec.h"
#include "protocol/json_rpc.h"
#include "rpc/callback.h"
#include "rpc/reply.h"
#include "rpc/stdio.h"
#include "rpc/trace.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace countersign::rpc {

/// What the client answered. A result that we cannot decode is an internal_error made here.
template<typename T>
using Answer = tl::expected<T, protocol::ResponseError>;

enum class MessageKind { request, notification };

struct Limits {
    std::size_t soft_limit = 8 * 1024 * 1024;
    std::size_t hard_limit = 512 * 1024 * 1024;
    /// Bytes of messages read and not yet handled, past which the reader pauses.
    std::size_t inbound_limit = 128 * 1024 * 1024;
    /// How long run() tries to write what is queued once it was told to stop.
    std::chrono::milliseconds flush { 2000 };
};

/// How the connection ended. `message` is empty for an orderly end; otherwise it is for the person, on stderr.
struct Outcome {
    int exit_code = 0;
    std::string message;
};

using TimerId = std::uint64_t;

/// Made, run and destroyed on one thread, the main one; threads that post or notify must be gone before it is.
class Connection {
public:
    explicit Connection(Streams streams, Observer observer = {}, Limits limits = {});
    ~Connection();
    Connection(Connection const&) = delete;
    Connection& operator=(Connection const&) = delete;

    // Binding, before run(). `R` and `N` are the message types of protocol/lsp.h:
    //   connection.on_request<protocol::CodeActionRequest>([&](protocol::CodeActionParams const& params, auto reply) { ... });
    //   connection.on_notification<protocol::DidOpenTextDocumentNotification>([&](auto const& params) { ... });
    // `reply` is a Reply<R::Result>. Messages without params have std::monostate for them. A method is bound once.

    template<typename R, typename F>
    void on_request(F handler)
    {
        bind_request(std::string(R::method), [handler = std::move(handler)](Json const& json, ReplyToken token) mutable {
            auto params = protocol::decode<typename R::Params>(json, "params");
            if (params)
                handler(*params, Reply<typename R::Result>(std::move(token)));
            else
                token.fail(to_response_error(params.error()));
        });
    }
    template<typename N, typename F>
    void on_notification(F handler)
    {
        bind_notification(std::string(N::method), [handler = std::move(handler)](Json const& json) mutable {
            auto params = protocol::decode<typename N::Params>(json, "params");
            if (!params)
                return Result<>(tl::unexpected(std::move(params).error()));
            handler(*params);
            return Result<>();
        });
    }
    /// For methods outside the official protocol (countersign/...). `params` is null if the message has none.
    void on_request(std::string method, Callback<void(Json const& params, Reply<Json> reply)> handler);
    void on_notification(std::string method, Callback<void(Json const& params)> handler);

    /// Called before each dispatch, also of unknown methods, but not for $/cancelRequest. An error refuses the message:
    /// it answers a request, and drops a notification silently.
    using Gate = Callback<std::optional<protocol::ResponseError>(std::string_view method, MessageKind kind)>;
    void set_gate(Gate gate);
    /// The client closed its end between two messages. Without a handler: stop(1).
    void on_end_of_input(Callback<void()> handler);
    /// SIGTERM, SIGINT or SIGHUP arrived. Without a handler: the signals keep their default.
    void on_terminate(Callback<void(int signal)> handler);

    // Sending.

    /// Any thread; waits on a thread other than the main one while the client does not read (see above).
    template<typename N>
    void notify(typename N::Params const& params)
    {
        notify(N::method, encode_params(params));
    }
    void notify(std::string_view method, std::optional<Json> params);

    /// Main thread. `done` is called exactly once on the main thread, unless the connection ends first: then never.
    template<typename R, typename F>
    protocol::RequestId request(typename R::Params const& params, F done)
    {
        return request(R::method, encode_params(params), [done = std::move(done)](Answer<Json> answer) mutable {
            if (!answer)
                return done(Answer<typename R::Result>(tl::unexpected(std::move(answer).error())));
            auto result = protocol::decode<typename R::Result>(*answer, "result");
            if (result)
                return done(Answer<typename R::Result>(std::move(*result)));
            done(Answer<typename R::Result>(tl::unexpected(undecodable(R::method, result.error()))));
        });
    }
    protocol::RequestId request(std::string_view method, std::optional<Json> params, Callback<void(Answer<Json>)> done);
    /// Tells the client that the answer is no longer wanted. It may still come.
    void cancel(protocol::RequestId const& id);

    /// Any thread but the main one: true once less than `soft_limit` is queued; false if stopped, or the connection ended.
    bool wait_for_room(std::stop_token stop) const;

    // The main loop.

    /// Runs `function` on the main thread, later. Any thread. Dropped uncalled once the loop has ended.
    void post(Callback<void()> function);
    /// Runs `function` on the main thread after `delay`. Main thread.
    TimerId after(std::chrono::milliseconds delay, Callback<void()> function);
    /// False if it has run already. Main thread.
    bool cancel_timer(TimerId timer);
    /// Handles messages until stop() or the end of the connection, then writes what is queued. Once, on the main thread.
    Outcome run();
    /// Ends run() after the current callback. Any thread. The first call counts.
    void stop(int exit_code);

private:
    struct Core;

    void bind_request(std::string method, Callback<void(Json const&, ReplyToken)> handler);
    void bind_notification(std::string method, Callback<Result<>(Json const&)> handler);
    static protocol::ResponseError undecodable(std::string_view method, Error const& error);
    template<typename P>
    static std::optional<Json> encode_params(P const& params)
    {
        using protocol::encode;
        if constexpr (std::is_same_v<P, std::monostate>)
            return std::nullopt;
        else
            return encode(params);
    }

    std::unique_ptr<Core> core_;
};

}
