// A sandbox that runs nothing: it keeps what it was asked for, and a test says how it ends.
#pragma once

#include "sandbox/sandbox.h"

#include <functional>
#include <mutex>
#include <vector>

namespace countersign::tests {

class FakeSandbox final : public sandbox::Sandbox {
public:
    Result<sandbox::Outcome> run(sandbox::Request const& request, std::stop_token) override
    {
        std::lock_guard const lock(mutex_);
        requests_.push_back(request);
        return on_run ? on_run(request) : sandbox::Outcome {};
    }

    std::vector<sandbox::Request> requests() const
    {
        std::lock_guard const lock(mutex_);
        return requests_;
    }

    std::function<Result<sandbox::Outcome>(sandbox::Request const&)> on_run;

private:
    mutable std::mutex mutex_;
    std::vector<sandbox::Request> requests_;
};

}
