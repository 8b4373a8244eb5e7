#include "session/background.h"

#include "support/log.h"

namespace countersign::session {

Background::Background() : thread_([this](std::stop_token stop) { work(stop); }) { }

Background::~Background()
{
    thread_.request_stop();
    thread_.join();
}

void Background::add(std::function<void()> job)
{
    {
        std::lock_guard const lock(mutex_);
        jobs_.push_back(std::move(job));
    }
    added_.notify_one();
}

void Background::work(std::stop_token stop)
{
    while (true) {
        std::function<void()> job;
        {
            std::unique_lock lock(mutex_);
            if (!added_.wait(lock, stop, [this] { return !jobs_.empty(); }) && jobs_.empty())
                return;
            job = std::move(jobs_.front());
            jobs_.pop_front();
        }
        try {
            job();
        } catch (std::exception const& exception) {
            log::error("a background job failed: {}", exception.what());
        }
    }
}

}
