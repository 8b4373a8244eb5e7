// What happens to one message: which handler gets it, or which error answers it. Main thread only.
//
// Connection owns one and feeds it; it knows no threads, no descriptors and no loop.
#pragma once

#include "rpc/connection.h"
#include "rpc/inflight.h"
#include "rpc/outbox.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace countersign::rpc {

class Dispatcher {
public:
    explicit Dispatcher(std::shared_ptr<Outbox> outbox);

    void bind_request(std::string method, Callback<void(Json const&, ReplyToken)> handler);
    void bind_notification(std::string method, Callback<Result<>(Json const&)> handler);
    void set_gate(Connection::Gate gate) { gate_ = std::move(gate); }

    /// A body as it was parsed, or why it is not JSON.
    void handle(Result<Json> body);

    /// Sends a request and remembers who waits for the answer.
    protocol::RequestId request(std::string_view method, std::optional<Json> params, Callback<void(Answer<Json>)> done);

private:
    void handle(protocol::Request request);
    void handle(protocol::Notification notification);
    void handle(protocol::Response response);
    void cancel(Json const& params);
    std::optional<protocol::ResponseError> refusal(std::string_view method, MessageKind kind);
    void answer(protocol::RequestId id, protocol::ResponseError error);

    std::shared_ptr<Outbox> outbox_;
    std::shared_ptr<Inflight> inflight_;
    std::map<std::string, Callback<void(Json const&, ReplyToken)>, std::less<>> requests_;
    std::map<std::string, Callback<Result<>(Json const&)>, std::less<>> notifications_;
    std::map<protocol::RequestId, Callback<void(Answer<Json>)>> waiting_;
    std::int64_t next_id_ = 1;
    Connection::Gate gate_;
};

/// Calls `function`; an exception that leaves it is logged with `what` was being done. True if none did.
bool guarded(std::string_view what, Callback<void()> const& function);

}
