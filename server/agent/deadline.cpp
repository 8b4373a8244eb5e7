#include "agent/deadline.h"

namespace countersign::agent {

Deadline::Deadline(std::stop_token outer, std::chrono::milliseconds duration)
    : outer_(outer)
    , forward_(std::move(outer), [this] { source_.request_stop(); })
    , timer_([this, duration](std::stop_token ended) { wait(ended, duration); })
{
}

void Deadline::wait(std::stop_token ended, std::chrono::milliseconds duration)
{
    std::unique_lock lock(mutex_);
    auto const end = std::chrono::steady_clock::now() + duration;
    ended_.wait_until(lock, ended, end, [&] { return std::chrono::steady_clock::now() >= end; });
    if (!ended.stop_requested())
        expire();
}

void Deadline::expire()
{
    expired_.store(true);
    source_.request_stop();
}

}
