#include "support/clock.h"

#include <ctime>
#include <fmt/core.h>

namespace countersign::support {

std::string format_time(std::chrono::system_clock::time_point time)
{
    auto const milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
    std::time_t const seconds = std::chrono::system_clock::to_time_t(time);
    std::tm parts {};
    gmtime_r(&seconds, &parts);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour,
        parts.tm_min, parts.tm_sec, ((milliseconds % 1000) + 1000) % 1000);
}

}
