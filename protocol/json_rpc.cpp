#include "protocol/json_rpc.h"

#include <cmath>
#include <limits>

namespace countersign::protocol {

namespace {

tl::unexpected<InvalidMessage> invalid(RequestId id, std::string message)
{
    return tl::unexpected(InvalidMessage { std::move(id), { ResponseCode::invalid_request, std::move(message) } });
}

/// The member of an object by key, moved out; nullopt if it is not there.
std::optional<Json> take(Json& object, char const* key)
{
    auto const found = object.find(key);
    if (found == object.end())
        return std::nullopt;
    return std::move(*found);
}

ResponseError decode_error(Json const& json)
{
    ResponseError error;
    if (!json.is_object()) {
        error.message = support::dump_json(json);
        return error;
    }
    if (auto const code = json.find("code"); code != json.end() && code->is_number()) {
        double const number = code->get<double>();
        if (std::abs(number) <= std::numeric_limits<std::int32_t>::max())
            error.code = static_cast<ResponseCode>(static_cast<std::int32_t>(number));
    }
    error.message = support::string_or(json, "message", "no message");
    if (auto const data = json.find("data"); data != json.end())
        error.data = *data;
    return error;
}

Message decode_response(Json& object, RequestId id)
{
    auto error = take(object, "error");
    if (error && !error->is_null())
        return Response { std::move(id), tl::unexpected(decode_error(*error)) };
    return Response { std::move(id), take(object, "result").value_or(Json()) };
}

Json encode_message(Request const& request)
{
    Json out { { "jsonrpc", "2.0" }, { "id", encode(request.id) }, { "method", request.method } };
    if (request.params)
        out["params"] = *request.params;
    return out;
}

Json encode_message(Notification const& notification)
{
    Json out { { "jsonrpc", "2.0" }, { "method", notification.method } };
    if (notification.params)
        out["params"] = *notification.params;
    return out;
}

Json encode_message(Response const& response)
{
    Json out { { "jsonrpc", "2.0" }, { "id", encode(response.id) } };
    if (response.result)
        out["result"] = *response.result;
    else
        out["error"] = encode(response.result.error());
    return out;
}

}

std::string to_string(RequestId const& id) { return support::dump_json(encode(id)); }

std::optional<RequestId> decode_id(Json const& value)
{
    constexpr double exact = 9007199254740992.0; // 2^53
    if (value.is_string())
        return RequestId(value.get<std::string>());
    if (value.is_number_unsigned() && value.get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
        return std::nullopt;
    if (value.is_number_integer())
        return RequestId(value.get<std::int64_t>());
    if (value.is_number_float()) {
        double const number = value.get<double>();
        if (std::trunc(number) == number && std::abs(number) <= exact)
            return RequestId(static_cast<std::int64_t>(number));
    }
    return std::nullopt;
}

tl::expected<Message, InvalidMessage> decode_message(Json message)
{
    if (message.is_array())
        return invalid({}, "a message must be an object: this protocol has no batches");
    if (!message.is_object())
        return invalid({}, "a message must be an object");
    auto const raw_id = message.find("id");
    bool const has_id = raw_id != message.end();
    std::optional<RequestId> id;
    if (has_id)
        id = decode_id(*raw_id);
    auto const method = message.find("method");
    if (method == message.end() && (message.contains("result") || message.contains("error")))
        return decode_response(message, id.value_or(RequestId()));
    if (support::string_or(message, "jsonrpc") != "2.0")
        return invalid(id.value_or(RequestId()), "jsonrpc must be \"2.0\"");
    if (method == message.end())
        return invalid(id.value_or(RequestId()), "a message needs a method, a result or an error");
    if (!method->is_string())
        return invalid(id.value_or(RequestId()), "method must be a string");
    if (has_id && !id)
        return invalid({}, "id must be an integer or a string");
    std::string name = std::move(method->get_ref<std::string&>());
    auto params = take(message, "params");
    if (params && params->is_null())
        params.reset();
    if (params && !params->is_structured())
        return invalid(id.value_or(RequestId()), "params must be an object or an array");
    if (has_id)
        return Request { std::move(*id), std::move(name), std::move(params) };
    return Notification { std::move(name), std::move(params) };
}

Json encode(RequestId const& id)
{
    if (auto const* const number = std::get_if<std::int64_t>(&id.value()))
        return *number;
    if (auto const* const text = std::get_if<std::string>(&id.value()))
        return *text;
    return {};
}

Json encode(ResponseError const& error)
{
    Json out { { "code", static_cast<std::int32_t>(error.code) }, { "message", error.message } };
    if (error.data)
        out["data"] = *error.data;
    return out;
}

Json encode(Message const& message)
{
    return std::visit([](auto const& kind) { return encode_message(kind); }, message);
}

}
