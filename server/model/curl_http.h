// Http by libcurl's multi interface: one thread moves the bytes of all requests, and keeps connections open between them.
//
// TLS is always verified. Proxies are those of the standard variables (https_proxy, no_proxy, ...), except for loopback, which is
// never asked through one. The thread starts with the object, and loads libcurl first: that takes milliseconds in which the run that is
// going to ask prepares what to ask. A request's own thread waits in `send`.
#pragma once

#include "model/http.h"
#include "support/result.h"

#include <future>
#include <memory>
#include <string>

namespace countersign::model {

struct CurlSetup {
    std::string ca_file; ///< PEM, instead of the system's certificates; empty: the system's
    std::string user_agent = "countersign";
};

class CurlHttp final : public Http {
public:
    explicit CurlHttp(CurlSetup setup);
    /// No `send` may be under way.
    ~CurlHttp() override;

    tl::expected<HttpHead, HttpFailure> send(HttpRequest const& request, OnPiece const& on_piece, std::stop_token stop) override;

private:
    class Loop;
    std::shared_future<Result<std::shared_ptr<Loop>>> loop_; ///< an error where libcurl is missing, for every request
};

}
