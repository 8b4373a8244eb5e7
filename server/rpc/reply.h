// The obligation to answer one request. Move-only: whoever holds it must answer; nobody can answer twice.
//
// A token that is destroyed unanswered answers InternalError by itself and is logged, since a client that
// waits for ever is worse. A second answer through the same token is logged and not sent. Any thread; it may
// outlive its connection and is then silent.
#pragma once

#include "protocol/codec.h"
#include "protocol/json_rpc.h"
#include "rpc/errors.h"
#include "support/result.h"

#include <memory>
#include <stop_token>

namespace countersign::rpc {

class Inflight;

class ReplyToken {
public:
    /// Made by the dispatcher for each request that it hands out. `cancelled` stops on $/cancelRequest.
    ReplyToken(std::shared_ptr<Inflight> inflight, protocol::RequestId id, std::string method, std::stop_token cancelled);
    ReplyToken(ReplyToken&& other) noexcept = default;
    ReplyToken& operator=(ReplyToken&& other) noexcept;
    ~ReplyToken();

    void send(Json result);
    void fail(protocol::ResponseError error);

    protocol::RequestId const& id() const { return id_; }
    std::stop_token const& cancelled() const { return cancelled_; }

private:
    void answer(tl::expected<Json, protocol::ResponseError> result);
    void give_up();

    std::shared_ptr<Inflight> inflight_; ///< null once answered or moved from
    protocol::RequestId id_;
    std::string method_;
    std::stop_token cancelled_;
};

/// A reply whose result is of type T: `reply(result)`, or `reply.fail(error)`.
template<typename T>
class Reply {
public:
    explicit Reply(ReplyToken token) : token_(std::move(token)) { }

    void operator()(T const& result) { token_.send(encode(result)); }
    /// The value, or its error.
    void answer(Result<T> const& result)
    {
        if (result)
            token_.send(encode(*result));
        else
            fail(result.error());
    }
    void fail(Error const& error) { token_.fail(to_response_error(error)); }
    void fail(protocol::ResponseError error) { token_.fail(std::move(error)); }

    protocol::RequestId const& id() const { return token_.id(); }
    /// Stops when the client no longer wants the answer. The handler still owes one: `fail` with cancelled.
    std::stop_token const& cancelled() const { return token_.cancelled(); }

private:
    static Json encode(T const& result)
    {
        using protocol::encode;
        return encode(result);
    }

    ReplyToken token_;
};

}
