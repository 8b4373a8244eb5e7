// Where a provider is asked: the parts of its address that decide what may be sent there. Pure.
#pragma once

#include "support/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace countersign::model {

struct BaseUrl {
    std::string text; ///< without a slash at its end
    std::string host; ///< lower case, without brackets
    std::uint16_t port = 0;
    bool is_https = false;
    bool is_loopback = false; ///< localhost, 127.0.0.0/8 or ::1
    std::string path;         ///< "/v1", or empty
};

/// `http://` or `https://`, a host, maybe a port and a path; no user, password, query or fragment, which would end up in logs.
/// Errors: invalid_params.
Result<BaseUrl> parse_base_url(std::string_view text);

}
