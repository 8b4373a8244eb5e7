// Frames between server, broker and inner program: a length, a kind, and fields in a fixed order. Both ends are this same build, so
// there is no version and no field name. A reader never trusts a length: what it reads may come from a process that went wrong.
//
// Compiled into the inner program too, hence nothing of the rooms above `support/result.h` is used.
#pragma once

#include "support/result.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace countersign::sandbox {

enum class FrameKind : std::uint8_t {
    request = 1, ///< server to broker: a Request
    job,         ///< broker to inner program: a Job
    started,     ///< inner to broker: the command runs from here on
    stop,        ///< broker to inner: end it now; one byte, the Ending
    ended,       ///< inner to broker: ending, status, milliseconds
    candidates,  ///< inner to broker to server: paths that may have changed
    chosen,      ///< server to broker to inner: which of them to read back
    change,      ///< inner to broker to server: a Changed
    not_offered, ///< likewise
    done,        ///< inner to broker: all is said; whether the base moved, whether it was copied
    outcome,     ///< broker to server: the rest of the Outcome
    failed,      ///< towards the server: an Error
    entry,       ///< broker to inner, where it cannot see the workspace: an Entry of it
    filled,      ///< broker to inner: that was all
    output,      ///< inner to broker, where they share no pipe: a stream's number and what was printed to it
};

struct Frame {
    FrameKind kind;
    std::string payload;
};

/// Larger frames are a defect, or somebody else's bytes.
inline constexpr std::size_t frame_limit = 512 * 1024 * 1024;

class Writer {
public:
    Writer& number(std::uint64_t value);
    Writer& text(std::string_view value);
    std::string take() { return std::move(bytes_); }

private:
    std::string bytes_;
};

/// Reads past the end as zeros and empty texts, and remembers that it did.
class Reader {
public:
    explicit Reader(std::string_view bytes) : bytes_(bytes) { }
    std::uint64_t number();
    std::string text();
    /// A number of elements that the rest of the bytes could hold, at least eight bytes each.
    std::size_t count();
    bool good() const { return good_; }

private:
    std::string_view bytes_;
    bool good_ = true;
};

/// Errors: io (the other end is gone).
Result<> send_frame(int fd, FrameKind kind, std::string_view payload);
/// Blocks for a whole frame. Errors: io (the other end is gone, or speaks nonsense).
Result<Frame> receive_frame(int fd);

}
