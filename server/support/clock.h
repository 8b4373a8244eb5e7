// Time as an argument: what depends on the clock gets one, so that a test can hand it another.
#pragma once

#include <chrono>
#include <string>

namespace countersign::support {

class Clock {
public:
    virtual ~Clock() = default;
    /// For durations and deadlines.
    virtual std::chrono::steady_clock::time_point now() const = 0;
    /// For what a person reads or a file keeps.
    virtual std::chrono::system_clock::time_point wall() const = 0;
};

/// The machine's own clock.
class SystemClock final : public Clock {
public:
    std::chrono::steady_clock::time_point now() const override { return std::chrono::steady_clock::now(); }
    std::chrono::system_clock::time_point wall() const override { return std::chrono::system_clock::now(); }
};

/// UTC, RFC 3339 with milliseconds: 2026-03-01T09:30:00.125Z.
std::string format_time(std::chrono::system_clock::time_point time);

}
