// JSON-RPC 2.0 messages: requests, notifications and responses as values, and the codes of what can go wrong.
//
// rpc/ decodes what the client sends and encodes what we answer; params and results stay JSON here and
// become typed in lsp.h. Batches are refused: the base protocol has none. Where real clients bend the rules
// without harm (`"params": null`, `1.0` as an id, both `"result": null` and an error) they are understood.
#pragma once

#include "support/json.h"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <variant>

namespace countersign::protocol {

/// Codes of JSON-RPC and of the Language Server Protocol, as they are on the wire.
enum class ResponseCode : std::int32_t {
    parse_error = -32700,
    invalid_request = -32600,
    method_not_found = -32601,
    invalid_params = -32602,
    internal_error = -32603,
    server_not_initialized = -32002,
    unknown_error_code = -32001,
    request_failed = -32803,
    server_cancelled = -32802,
    content_modified = -32801,
    request_cancelled = -32800,
};

/// `code` may hold a value without a name: clients have codes of their own (eglot 1.9 says 32603).
struct ResponseError {
    ResponseCode code = ResponseCode::internal_error;
    std::string message;
    std::optional<Json> data = {};
    bool operator==(ResponseError const&) const = default;
};

/// An integer or a string; null (monostate) for the answer to what could not be read.
class RequestId {
public:
    RequestId() = default;
    RequestId(std::int64_t number) : value_(number) { }
    RequestId(std::string text) : value_(std::move(text)) { }

    bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
    std::variant<std::monostate, std::int64_t, std::string> const& value() const { return value_; }
    bool operator==(RequestId const&) const = default;
    bool operator<(RequestId const& other) const { return value_ < other.value_; }

private:
    std::variant<std::monostate, std::int64_t, std::string> value_;
};

/// For a log line: `7`, `"a"`, `null`.
std::string to_string(RequestId const& id);

struct Request {
    RequestId id;
    std::string method;
    std::optional<Json> params = {};
    bool operator==(Request const&) const = default;
};

struct Notification {
    std::string method;
    std::optional<Json> params = {};
    bool operator==(Notification const&) const = default;
};

struct Response {
    RequestId id;
    tl::expected<Json, ResponseError> result;
    bool operator==(Response const& other) const { return id == other.id && result == other.result; }
};

using Message = std::variant<Request, Notification, Response>;

/// Why a JSON value is no message, and the id to answer to (null if it has none that could be read).
struct InvalidMessage {
    RequestId id;
    ResponseError error;
};

/// Errors: invalid_request. A response is never refused: a defect in one must not be answered, since nobody asked.
tl::expected<Message, InvalidMessage> decode_message(Json message);

/// Of an id as it stands in a message; nullopt if it is neither an integer nor a string.
std::optional<RequestId> decode_id(Json const& value);

Json encode(RequestId const& id);
Json encode(ResponseError const& error);
Json encode(Message const& message);

}
