// One thread for what the main loop must not wait for: the disk and the database. Jobs run one after another, in the order
// in which they were handed over, so that what is written first is on disk first.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace countersign::session {

class Background {
public:
    Background();
    /// Finishes what was handed over, then ends the thread.
    ~Background();
    Background(Background const&) = delete;
    Background& operator=(Background const&) = delete;

    /// Any thread. An exception in `job` is logged and ends that job only.
    void add(std::function<void()> job);

private:
    void work(std::stop_token stop);

    std::mutex mutex_;
    std::condition_variable_any added_;
    std::deque<std::function<void()>> jobs_;
    std::jthread thread_;
};

}
