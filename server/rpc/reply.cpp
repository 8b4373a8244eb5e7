#include "rpc/reply.h"

#include "rpc/inflight.h"
#include "support/log.h"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

namespace countersign::rpc {

ReplyToken::ReplyToken(std::shared_ptr<Inflight> inflight, protocol::RequestId id, std::string method, std::stop_token cancelled)
    : inflight_(std::move(inflight))
    , id_(std::move(id))
    , method_(std::move(method))
    , cancelled_(std::move(cancelled))
{
}

ReplyToken& ReplyToken::operator=(ReplyToken&& other) noexcept
{
    if (this == &other)
        return *this;
    give_up();
    inflight_ = std::move(other.inflight_);
    id_ = std::move(other.id_);
    method_ = std::move(other.method_);
    cancelled_ = std::move(other.cancelled_);
    return *this;
}

ReplyToken::~ReplyToken() { give_up(); }

void ReplyToken::send(Json result) { answer(std::move(result)); }

void ReplyToken::fail(protocol::ResponseError error) { answer(tl::unexpected(std::move(error))); }

void ReplyToken::answer(tl::expected<Json, protocol::ResponseError> result)
{
    if (auto const inflight = std::exchange(inflight_, nullptr))
        inflight->finish(id_, std::move(result));
    else
        log::error("a second answer to request {} ({}) was not sent: this is a defect of countersign", to_string(id_), method_);
}

void ReplyToken::give_up()
{
    if (!inflight_ || inflight_->ended())
        return;
    log::error("request {} ({}) was dropped without an answer: this is a defect of countersign", to_string(id_), method_);
    fail({ protocol::ResponseCode::internal_error, fmt::format("{} ended without an answer; the server's log may say why", method_) });
}

}
