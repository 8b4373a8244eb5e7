// The requests of the client that are not answered yet, shared by the dispatcher and every reply token.
#pragma once

#include "protocol/json_rpc.h"
#include "rpc/outbox.h"

#include <map>
#include <memory>
#include <mutex>
#include <stop_token>

namespace countersign::rpc {

/// Any thread.
class Inflight {
public:
    explicit Inflight(std::shared_ptr<Outbox> outbox) : outbox_(std::move(outbox)) { }

    /// The token that $/cancelRequest stops.
    std::stop_token begin(protocol::RequestId const& id);
    /// Does nothing for an id that is not open: the answer and the cancellation may have crossed.
    void cancel(protocol::RequestId const& id);
    void finish(protocol::RequestId const& id, tl::expected<Json, protocol::ResponseError> result);
    /// The connection is over: nobody waits for an answer any more.
    bool ended() const { return outbox_->ended(); }

private:
    std::shared_ptr<Outbox> outbox_;
    std::mutex mutex_;
    std::map<protocol::RequestId, std::stop_source> open_;
};

}
