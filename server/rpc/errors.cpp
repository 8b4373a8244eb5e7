#include "rpc/errors.h"

#include <nlohmann/json.hpp>

namespace countersign::rpc {

namespace {

using protocol::ResponseCode;

constexpr struct {
    ErrorCode ours;
    ResponseCode wire;
} own_codes[] {
    { ErrorCode::invalid_params, ResponseCode::invalid_params },
    { ErrorCode::cancelled, ResponseCode::request_cancelled },
    { ErrorCode::stale, ResponseCode::content_modified },
    { ErrorCode::internal, ResponseCode::internal_error },
};

constexpr struct {
    ResponseCode wire;
    ErrorCode ours;
} client_codes[] {
    { ResponseCode::request_cancelled, ErrorCode::cancelled },
    { ResponseCode::server_cancelled, ErrorCode::cancelled },
    { ResponseCode::content_modified, ErrorCode::stale },
    { ResponseCode::invalid_params, ErrorCode::invalid_params },
    { ResponseCode::method_not_found, ErrorCode::not_found },
};

}

protocol::ResponseError to_response_error(Error const& error)
{
    for (auto const& entry : own_codes) {
        if (entry.ours == error.code)
            return { entry.wire, error.message };
    }
    return { ResponseCode::request_failed, error.message, Json { { "reason", support::to_string(error.code) } } };
}

Error to_error(protocol::ResponseError const& error)
{
    for (auto const& entry : client_codes) {
        if (entry.wire == error.code)
            return { entry.ours, error.message };
    }
    return { ErrorCode::io, error.message };
}

}
