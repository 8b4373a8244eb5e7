#include "support/result.h"

#include <cerrno>
#include <cstring>

namespace countersign::support {

std::string_view to_string(ErrorCode code)
{
    switch (code) {
    case ErrorCode::invalid_params:
        return "invalid_params";
    case ErrorCode::not_found:
        return "not_found";
    case ErrorCode::ambiguous:
        return "ambiguous";
    case ErrorCode::denied:
        return "denied";
    case ErrorCode::cancelled:
        return "cancelled";
    case ErrorCode::stale:
        return "stale";
    case ErrorCode::timeout:
        return "timeout";
    case ErrorCode::too_large:
        return "too_large";
    case ErrorCode::budget:
        return "budget";
    case ErrorCode::provider:
        return "provider";
    case ErrorCode::io:
        return "io";
    case ErrorCode::internal:
        return "internal";
    }
    return "internal";
}

std::string to_string(Error const& error) { return std::string(to_string(error.code)) + ": " + error.message; }

std::string errno_message()
{
    char buffer[256];
    return strerror_r(errno, buffer, sizeof buffer);
}

}
