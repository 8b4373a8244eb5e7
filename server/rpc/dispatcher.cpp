#include "rpc/dispatcher.h"

#include "support/log.h"
#include "support/text.h"

#include <exception>
#include <fmt/core.h>
#include <nlohmann/json.hpp>

namespace countersign::rpc {

using protocol::ResponseCode;
using protocol::ResponseError;

namespace {

/// A method's name as the client wrote it, safe and short enough for a message.
std::string shown(std::string_view method)
{
    constexpr std::size_t most = 80;
    return support::escape_for_display(method.substr(0, most));
}

/// What a typed handler decodes if there are no params, so that the error names the field that is missing. An empty
/// array is an empty object: Lua knows no difference.
Json const& params_or_empty(std::optional<Json> const& params)
{
    static Json const empty = Json::object();
    return params && !(params->is_array() && params->empty()) ? *params : empty;
}

}

bool guarded(std::string_view what, Callback<void()> const& function)
{
    try {
        function();
        return true;
    } catch (std::exception const& exception) {
        log::error("{} failed: {}: this is a defect of countersign", what, exception.what());
    } catch (...) {
        log::error("{} failed with an unknown exception: this is a defect of countersign", what);
    }
    return false;
}

Dispatcher::Dispatcher(std::shared_ptr<Outbox> outbox) : outbox_(outbox), inflight_(std::make_shared<Inflight>(std::move(outbox))) { }

void Dispatcher::bind_request(std::string method, Callback<void(Json const&, ReplyToken)> handler)
{
    requests_[std::move(method)] = std::move(handler);
}

void Dispatcher::bind_notification(std::string method, Callback<Result<>(Json const&)> handler)
{
    notifications_[std::move(method)] = std::move(handler);
}

void Dispatcher::handle(Result<Json> body)
{
    if (!body)
        return answer({}, { ResponseCode::parse_error, body.error().message });
    outbox_->observe_incoming(*body);
    auto message = protocol::decode_message(std::move(*body));
    if (!message)
        return answer(message.error().id, message.error().error);
    std::visit([this](auto& kind) { handle(std::move(kind)); }, *message);
}

void Dispatcher::handle(protocol::Request request)
{
    if (auto refused = refusal(request.method, MessageKind::request))
        return answer(request.id, std::move(*refused));
    auto const handler = requests_.find(request.method);
    if (handler == requests_.end())
        return answer(request.id, { ResponseCode::method_not_found, fmt::format("{} is not supported", shown(request.method)) });
    auto const cancelled = inflight_->begin(request.id);
    // The token answers by itself while an exception destroys it.
    ReplyToken token(inflight_, request.id, request.method, cancelled);
    guarded(request.method, [&] { handler->second(params_or_empty(request.params), std::move(token)); });
}

void Dispatcher::handle(protocol::Notification notification)
{
    if (notification.method == "$/cancelRequest")
        return cancel(params_or_empty(notification.params));
    if (refusal(notification.method, MessageKind::notification))
        return;
    auto const handler = notifications_.find(notification.method);
    if (handler == notifications_.end()) {
        if (!notification.method.starts_with("$/"))
            log::debug("ignored the notification {}", shown(notification.method));
        return;
    }
    guarded(notification.method, [&] {
        if (auto const done = handler->second(params_or_empty(notification.params)); !done)
            log::warn("ignored a {} that cannot be read: {}", notification.method, done.error().message);
    });
}

void Dispatcher::handle(protocol::Response response)
{
    auto const waiting = waiting_.find(response.id);
    if (waiting == waiting_.end()) {
        auto const reason = response.result ? std::string() : ": " + support::escape_for_display(response.result.error().message);
        return log::warn("ignored an answer to request {}, which is not open{}", to_string(response.id), reason);
    }
    auto const done = std::move(waiting->second);
    waiting_.erase(waiting);
    guarded("the answer to request " + to_string(response.id), [&] { done(std::move(response.result)); });
}

void Dispatcher::cancel(Json const& params)
{
    auto const id = params.is_object() ? protocol::field(params, "id") : nullptr;
    auto const known = id ? protocol::decode_id(*id) : std::nullopt;
    if (!known)
        return log::warn("ignored a $/cancelRequest without the id of a request");
    guarded("$/cancelRequest", [&] { inflight_->cancel(*known); });
}

std::optional<ResponseError> Dispatcher::refusal(std::string_view method, MessageKind kind)
{
    return gate_ ? gate_(method, kind) : std::nullopt;
}

void Dispatcher::answer(protocol::RequestId id, ResponseError error)
{
    outbox_->put(encode(protocol::Message(protocol::Response { std::move(id), tl::unexpected(std::move(error)) })));
}

protocol::RequestId Dispatcher::request(std::string_view method, std::optional<Json> params, Callback<void(Answer<Json>)> done)
{
    protocol::RequestId const id(next_id_++);
    waiting_.emplace(id, std::move(done));
    outbox_->put(encode(protocol::Message(protocol::Request { id, std::string(method), std::move(params) })));
    return id;
}

}
