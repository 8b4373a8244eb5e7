#include "support/fd.h"

#include <cerrno>
#include <fmt/core.h>

namespace countersign::support {

Result<> write_all(int fd, std::string_view bytes)
{
    while (!bytes.empty()) {
        ssize_t const written = ::write(fd, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return fail(ErrorCode::io, fmt::format("cannot write: {}", errno_message()));
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

Result<std::string> read_all(int fd, std::size_t limit)
{
    std::string content;
    std::size_t filled = 0;
    while (true) {
        if (filled == content.size())
            content.resize(content.size() + std::max<std::size_t>(16 * 1024, content.size()));
        ssize_t const count = ::read(fd, content.data() + filled, content.size() - filled);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return fail(ErrorCode::io, fmt::format("cannot read: {}", errno_message()));
        if (count == 0)
            break;
        filled += static_cast<std::size_t>(count);
        if (filled > limit)
            return fail(ErrorCode::too_large, fmt::format("larger than {} bytes", limit));
    }
    content.resize(filled);
    return content;
}

}
