#include "rpc/inflight.h"

#include <nlohmann/json.hpp>

namespace countersign::rpc {

std::stop_token Inflight::begin(protocol::RequestId const& id)
{
    std::stop_source source;
    std::lock_guard const lock(mutex_);
    open_.insert_or_assign(id, source);
    return source.get_token();
}

void Inflight::cancel(protocol::RequestId const& id)
{
    std::stop_source source(std::nostopstate);
    {
        std::lock_guard const lock(mutex_);
        auto const found = open_.find(id);
        if (found == open_.end())
            return;
        source = found->second;
    }
    // Outside the lock: what was registered on the token may answer at once.
    source.request_stop();
}

void Inflight::finish(protocol::RequestId const& id, tl::expected<Json, protocol::ResponseError> result)
{
    {
        std::lock_guard const lock(mutex_);
        open_.erase(id);
    }
    outbox_->put(encode(protocol::Message(protocol::Response { id, std::move(result) })));
}

}
