// The base protocol's envelope: `Content-Length: N`, an empty line, N bytes of JSON.
//
// The reader thread pushes whatever read() gave and takes whole bodies out. An error is final: after a wrong length
// nobody can say where the next message begins, so the connection must end; the message says why. A bare line feed
// ends a header line too, as people type it by hand and some test clients send it. No JSON is looked at here.
#pragma once

#include "support/result.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace countersign::protocol {

struct FramingLimits {
    std::size_t body = 64 * 1024 * 1024; ///< bytes
    std::size_t headers = 8 * 1024;      ///< bytes of all headers of one message
};

class Framer {
public:
    explicit Framer(FramingLimits limits = {}) : limits_(limits) { }

    /// Takes the next bytes of the stream, cut anywhere.
    void push(std::string_view bytes);
    /// The next whole body, or nullopt until more is pushed. Once it failed it fails for ever.
    /// Errors: invalid_params (a header that is missing, twice there or wrong), too_large.
    Result<std::optional<std::string>> next();
    /// Part of a message is here: the end of the stream now is an error of the sender.
    bool mid_frame() const { return header_bytes_ > 0 || consumed_ < buffer_.size(); }

private:
    /// True once the empty line was seen; false if more bytes are needed.
    Result<bool> read_headers();
    Result<> read_header(std::string_view line);
    void compact();

    FramingLimits limits_;
    std::string buffer_;
    std::size_t consumed_ = 0;             ///< bytes of buffer_ that are done with
    std::size_t scanned_ = 0;              ///< bytes of buffer_ known to hold no further line feed
    std::size_t header_bytes_ = 0;         ///< of the message being read
    std::optional<std::size_t> length_;    ///< Content-Length, while headers are read
    std::optional<std::size_t> body_size_; ///< once the headers are complete
    std::optional<Error> failure_;
};

/// `body` with its header.
std::string frame(std::string_view body);

}
