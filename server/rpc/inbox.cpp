#include "rpc/inbox.h"

#include "protocol/framing.h"

#include <cerrno>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <vector>

namespace countersign::rpc {

namespace {
constexpr std::size_t read_size = 64 * 1024;
}

Inbox::Inbox(support::UniqueFd in, std::size_t limit, Receiver receiver)
    : in_(std::move(in))
    , wake_(::eventfd(0, EFD_CLOEXEC))
    , limit_(limit)
    , receiver_(std::move(receiver))
    , reader_([this] { read_loop(); })
{
}

Inbox::~Inbox() { close(); }

void Inbox::handled(std::size_t size)
{
    std::lock_guard const lock(mutex_);
    unhandled_ -= size;
    changed_.notify_all();
}

void Inbox::close()
{
    {
        std::lock_guard const lock(mutex_);
        closed_ = true;
        changed_.notify_all();
    }
    std::uint64_t const one = 1;
    [[maybe_unused]] auto const written = ::write(wake_.get(), &one, sizeof one);
    if (reader_.joinable())
        reader_.join();
}

void Inbox::read_loop()
{
    protocol::Framer framer;
    std::vector<char> buffer(read_size);
    while (true) {
        auto const size = read_some(buffer.data(), buffer.size());
        if (!size)
            return receiver_.end({ size.error().message });
        if (*size == 0) {
            {
                std::lock_guard const lock(mutex_);
                if (closed_)
                    return;
            }
            return receiver_.end({ framer.mid_frame() ? "the editor closed the connection in the middle of a message" : "" });
        }
        framer.push({ buffer.data(), *size });
        while (true) {
            auto body = framer.next();
            if (!body)
                return receiver_.end({ "the editor's messages cannot be read: " + body.error().message });
            if (!*body)
                break;
            if (!hand_on(std::move(**body)))
                return;
        }
    }
}

Result<std::size_t> Inbox::read_some(char* buffer, std::size_t size)
{
    while (true) {
        pollfd polled[] { { in_.get(), POLLIN, 0 }, { wake_.get(), POLLIN, 0 } };
        if (::poll(polled, 2, -1) < 0) {
            if (errno == EINTR)
                continue;
            return fail(ErrorCode::io, "cannot wait for the editor: " + support::errno_message());
        }
        if (polled[1].revents != 0)
            return 0;
        auto const count = ::read(in_.get(), buffer, size);
        if (count >= 0)
            return static_cast<std::size_t>(count);
        if (errno != EINTR && errno != EAGAIN)
            return fail(ErrorCode::io, "cannot read from the editor: " + support::errno_message());
    }
}

bool Inbox::hand_on(std::string body)
{
    std::size_t const size = body.size();
    {
        std::unique_lock lock(mutex_);
        // One message always passes, however large.
        changed_.wait(lock, [&] { return closed_ || unhandled_ == 0 || unhandled_ + size <= limit_; });
        if (closed_)
            return false;
        unhandled_ += size;
    }
    receiver_.message(support::parse_json(body), size);
    return true;
}

}
