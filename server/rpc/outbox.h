// The way out: a queue of whole frames and the thread that alone writes them.
//
// put() never waits, so the main loop never does; what keeps the queue bounded is that other threads wait for room
// first, and that a client which lets `hard_limit` bytes pile up is given up. The writer asks the kernel for room
// before each piece it writes, so that it can be stopped while the client does not read, without O_NONBLOCK on a
// description that the editor may share.
#pragma once

#include "rpc/callback.h"
#include "rpc/trace.h"
#include "support/fd.h"
#include "support/json.h"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>

namespace countersign::rpc {

class Outbox {
public:
    /// `broken` is called at most once, from any thread, when nothing more can be written; it gets the reason.
    Outbox(support::UniqueFd out, Observer observer, std::size_t soft_limit, std::size_t hard_limit, Callback<void(std::string)> broken);
    ~Outbox();

    /// Queues a message; dropped silently once closed or broken. Any thread.
    void put(Json const& message);
    /// True once less than the soft limit is queued; false on `stop`, or if it is closed or broken.
    bool wait_for_room(std::stop_token stop);
    /// Shows a message that came in to the observer, in order with those that go out.
    void observe_incoming(Json const& message);
    /// Nothing that is put now goes anywhere.
    bool ended();
    /// Takes no more, writes what is queued for at most `flush`, ends the thread. Idempotent.
    void close(std::chrono::milliseconds flush);

private:
    void write_loop();
    /// False if the descriptor is broken or the time to flush is over.
    bool write_frame(std::string_view frame);
    bool wait_writable();
    void break_off(std::string reason);

    support::UniqueFd out_;
    support::UniqueFd wake_; ///< an eventfd: close() interrupts a wait for the client
    Observer observer_;
    std::size_t const soft_limit_;
    std::size_t const hard_limit_;
    Callback<void(std::string)> broken_callback_;

    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::deque<std::string> frames_;
    std::size_t queued_bytes_ = 0;
    bool closed_ = false;
    bool broken_ = false;
    std::optional<std::chrono::steady_clock::time_point> deadline_;
    std::thread writer_;
};

}
