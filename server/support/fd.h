// A file descriptor that is closed when it goes out of scope, and the two loops that every read and write needs.
#pragma once

#include "support/result.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <unistd.h>
#include <utility>

namespace countersign::support {

class UniqueFd {
public:
    UniqueFd() = default;
    explicit UniqueFd(int fd) : fd_(fd) { }
    UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) { }
    UniqueFd& operator=(UniqueFd&& other) noexcept
    {
        if (this != &other)
            reset(std::exchange(other.fd_, -1));
        return *this;
    }
    UniqueFd(UniqueFd const&) = delete;
    UniqueFd& operator=(UniqueFd const&) = delete;
    ~UniqueFd() { reset(); }

    int get() const { return fd_; }
    explicit operator bool() const { return fd_ >= 0; }
    int release() { return std::exchange(fd_, -1); }
    void reset(int fd = -1)
    {
        if (fd_ >= 0)
            ::close(fd_);
        fd_ = fd;
    }

private:
    int fd_ = -1;
};

/// Writes all of `bytes`, over short writes and EINTR. Errors: io.
Result<> write_all(int fd, std::string_view bytes);

/// Reads to the end of the file, at most `limit` bytes. Errors: io, too_large.
Result<std::string> read_all(int fd, std::size_t limit);

}
