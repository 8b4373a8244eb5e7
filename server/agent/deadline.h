// A stop token that fires when the person stops the run or its time is over, whichever is first, and knows which it was.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

namespace countersign::agent {

class Deadline {
public:
    /// `duration` from now on; at most some years.
    Deadline(std::stop_token outer, std::chrono::milliseconds duration);

    std::stop_token token() const { return source_.get_token(); }
    bool is_stopped() const { return outer_.stop_requested(); }
    bool is_expired() const { return expired_.load(); }
    /// Time is over by another clock than ours.
    void expire();

private:
    void wait(std::stop_token ended, std::chrono::milliseconds duration);

    std::stop_token outer_;
    std::stop_source source_;
    std::stop_callback<std::function<void()>> forward_;
    std::atomic<bool> expired_ = false;
    std::mutex mutex_;
    std::condition_variable_any ended_;
    std::jthread timer_; ///< last: it uses the others and is stopped first
};

}
