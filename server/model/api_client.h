// One attempt at one model: the request written, sent, and its streamed answer read. Retries, waits and budgets are around it.
//
// Called on a run's thread. The key goes into one header and nowhere else: should a server repeat it in an error, it is struck out.
#pragma once

#include "model/api.h"
#include "model/base_url.h"
#include "model/http.h"
#include "support/clock.h"

#include <cstddef>
#include <stop_token>
#include <string>

namespace countersign::model {

struct ClientSetup {
    Api const* api = nullptr;
    BaseUrl base;
    std::string model;
    std::string key; ///< empty: none is sent
    HttpTimeouts timeouts;
    std::uint32_t context_tokens = 32768; ///< for servers that must be told
    std::uint32_t window_tokens = 0;      ///< what a request and its reply may have together; 0: unknown
    std::uint32_t max_output_tokens = 8192;
    bool is_free = false; ///< a model on this machine, which nobody charges for
    std::size_t answer_limit = 64 * 1024 * 1024;
};

/// The address of the API's endpoint beneath `base`. A base that already ends as the path begins (".../v1" and "/v1/messages") is not
/// repeated.
std::string endpoint_url(BaseUrl const& base, std::string_view path);

class ApiClient {
public:
    /// `http` and `clock` must outlive it.
    ApiClient(ClientSetup setup, Http& http, support::Clock const& clock) : setup_(std::move(setup)), http_(http), clock_(clock) { }

    /// A request as it will be sent.
    struct Prepared {
        std::string body;
        Dialect dialect;
    };
    Prepared prepare(Request const& request) const;
    Attempted attempt(Prepared prepared, OnDelta const& on_delta, std::stop_token stop);
    Attempted attempt(Request const& request, OnDelta const& on_delta, std::stop_token stop)
    {
        return attempt(prepare(request), on_delta, std::move(stop));
    }

    /// The server's own count of a request's tokens. Failures: not_found where the API counts none.
    tl::expected<std::uint64_t, Failure> count(Request const& request, std::stop_token stop);

    ClientSetup const& setup() const { return setup_; }
    Asked asked() const;
    std::string url() const { return endpoint_url(setup_.base, setup_.api->path); }

private:
    HttpRequest write(std::string body, std::string url) const;
    Dialect dialect(Request const& request) const;
    Attempted read(HttpRequest const& request, Dialect const& dialect, OnDelta const& on_delta, std::stop_token const& stop);
    Failure without_key(Failure failure) const;

    ClientSetup setup_;
    Http& http_;
    support::Clock const& clock_;
};

}
