// One HTTP request whose answer comes in pieces. The real one is CurlHttp; a test hands over another.
//
// `send` is called on a run's thread and blocks; the pieces arrive on the same thread. No redirects are followed, no cookies kept,
// no answer is decoded.
#pragma once

#include <chrono>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

namespace countersign::model {

struct HttpTimeouts {
    std::chrono::milliseconds connect = std::chrono::seconds(10);
    std::chrono::milliseconds first_byte = std::chrono::seconds(180); ///< from the begin of the request
    std::chrono::milliseconds idle = std::chrono::seconds(90);        ///< between two pieces
};

struct HttpRequest {
    std::string url;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body; ///< empty: GET, else POST
    HttpTimeouts timeouts;
};

struct HttpHead {
    int status = 0;
    std::vector<std::pair<std::string, std::string>> headers; ///< names in lower case

    /// The header's first value, or nothing.
    std::string_view header(std::string_view name) const
    {
        for (auto const& [key, value] : headers) {
            if (key == name)
                return value;
        }
        return {};
    }
};

enum class HttpProblem { resolve, connect, tls, proxy, connect_timeout, silent, stalled, cut, too_large, stopped, other };

struct HttpFailure {
    HttpProblem problem = HttpProblem::other;
    std::string detail; ///< in the library's words; never holds a header that was sent
};

/// False: nothing more is needed. What still comes is thrown away, and the request has half a second to end by itself, which keeps the
/// connection; then it fails as stopped.
using OnPiece = std::function<bool(HttpHead const& head, std::string_view bytes)>;

class Http {
public:
    virtual ~Http() = default;
    /// The head of an answer that came to its end. After `stop` is requested it returns within 100 ms, the connection closed.
    virtual tl::expected<HttpHead, HttpFailure> send(HttpRequest const& request, OnPiece const& on_piece, std::stop_token stop) = 0;
};

}
