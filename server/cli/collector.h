// The collector that a person names on the command line: takes OTLP/HTTP requests in JSON at <address>/v1/traces. Only `countersign audit
// export --collector` connects to it, and sends it nothing but what that command would print.
#pragma once

#include "model/libcurl.h"
#include "support/result.h"

#include <memory>
#include <string>

namespace countersign::cli {

class Collector {
public:
    /// "http://localhost:4318", with or without /v1/traces. Errors: invalid_params, io (there is no libcurl).
    static Result<Collector> open(std::string const& address);

    /// Blocks, half a minute at most; follows no redirect. Errors: io, naming the address and what it answered.
    Result<> send(std::string const& body);

private:
    struct Cleanup {
        model::Libcurl const* curl;
        void operator()(void* handle) const;
    };

    explicit Collector(model::Libcurl const& curl);

    model::Libcurl const* curl_;
    std::string url_;
    std::unique_ptr<void, Cleanup> handle_; ///< libcurl's
};

}
