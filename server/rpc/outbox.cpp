#include "rpc/outbox.h"

#include "protocol/framing.h"
#include "support/log.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <csignal>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace countersign::rpc {

namespace {

/// A pipe that polls as writable takes this much without blocking.
constexpr std::size_t piece = PIPE_BUF;

/// A write to a closed pipe must be an error here, not the end of the process; nobody else's SIGPIPE is touched.
void block_sigpipe()
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

}

Outbox::Outbox(support::UniqueFd out, Observer observer, std::size_t soft_limit, std::size_t hard_limit, Callback<void(std::string)> broken)
    : out_(std::move(out))
    , wake_(::eventfd(0, EFD_CLOEXEC))
    , observer_(std::move(observer))
    , soft_limit_(soft_limit)
    , hard_limit_(hard_limit)
    , broken_callback_(std::move(broken))
    , writer_([this] { write_loop(); })
{
}

Outbox::~Outbox() { close(std::chrono::milliseconds(0)); }

void Outbox::put(Json const& message)
{
    std::string frame = protocol::frame(support::dump_json(message));
    std::size_t const size = frame.size();
    {
        std::lock_guard const lock(mutex_);
        if (closed_ || broken_)
            return;
        if (observer_)
            observer_(Sender::server, message);
        if (queued_bytes_ + size <= hard_limit_ || frames_.empty()) {
            queued_bytes_ += size;
            frames_.push_back(std::move(frame));
            changed_.notify_all();
            return;
        }
    }
    break_off("the editor does not read: " + std::to_string(hard_limit_) + " bytes wait for it");
}

bool Outbox::wait_for_room(std::stop_token stop)
{
    std::unique_lock lock(mutex_);
    changed_.wait(lock, stop, [&] { return closed_ || broken_ || queued_bytes_ < soft_limit_; });
    return !closed_ && !broken_ && queued_bytes_ < soft_limit_ && !stop.stop_requested();
}

void Outbox::observe_incoming(Json const& message)
{
    if (!observer_)
        return;
    std::lock_guard const lock(mutex_);
    observer_(Sender::client, message);
}

bool Outbox::ended()
{
    std::lock_guard const lock(mutex_);
    return closed_ || broken_;
}

void Outbox::close(std::chrono::milliseconds flush)
{
    {
        std::lock_guard const lock(mutex_);
        if (!closed_) {
            closed_ = true;
            deadline_ = std::chrono::steady_clock::now() + flush;
            changed_.notify_all();
        }
    }
    std::uint64_t const one = 1;
    // An eventfd takes a write unless its counter is full, and then the writer is awake anyway.
    [[maybe_unused]] auto const written = ::write(wake_.get(), &one, sizeof one);
    if (writer_.joinable())
        writer_.join();
    // A reply that somebody keeps must not keep the editor waiting for the end of the stream.
    out_.reset();
}

void Outbox::write_loop()
{
    block_sigpipe();
    while (true) {
        std::string frame;
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [&] { return closed_ || broken_ || !frames_.empty(); });
            if (broken_ || frames_.empty())
                return;
            frame = std::move(frames_.front());
            frames_.pop_front();
        }
        if (!write_frame(frame))
            return;
        std::lock_guard const lock(mutex_);
        queued_bytes_ -= frame.size();
        changed_.notify_all();
    }
}

bool Outbox::write_frame(std::string_view frame)
{
    while (!frame.empty()) {
        if (!wait_writable())
            return false;
        auto const written = ::write(out_.get(), frame.data(), std::min(frame.size(), piece));
        if (written < 0 && errno != EINTR && errno != EAGAIN) {
            break_off(errno == EPIPE ? "the editor closed its end" : "cannot write to the editor: " + support::errno_message());
            return false;
        }
        if (written > 0)
            frame.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

bool Outbox::wait_writable()
{
    while (true) {
        std::optional<std::chrono::steady_clock::time_point> deadline;
        {
            std::lock_guard const lock(mutex_);
            if (broken_)
                return false;
            deadline = deadline_;
        }
        int timeout = -1;
        if (deadline) {
            auto const left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - std::chrono::steady_clock::now());
            if (left.count() <= 0) {
                log::warn("gave up on messages that the editor did not read");
                return false;
            }
            timeout = static_cast<int>(left.count());
        }
        // Once the deadline is known the eventfd has said what it can say.
        pollfd polled[] { { out_.get(), POLLOUT, 0 }, { deadline ? -1 : wake_.get(), POLLIN, 0 } };
        int const ready = ::poll(polled, 2, timeout);
        if (ready < 0 && errno != EINTR)
            return false;
        if (ready > 0 && polled[0].revents != 0)
            return true;
    }
}

void Outbox::break_off(std::string reason)
{
    {
        std::lock_guard const lock(mutex_);
        if (std::exchange(broken_, true))
            return;
        frames_.clear();
        changed_.notify_all();
    }
    std::uint64_t const one = 1;
    [[maybe_unused]] auto const written = ::write(wake_.get(), &one, sizeof one);
    if (broken_callback_)
        broken_callback_(std::move(reason));
}

}
