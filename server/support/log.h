// The log: one line an event, on stderr or in a file, never on stdout, which belongs to the protocol.
//
// Levels say who must act: error, the person now; warn, the person some day; info, nobody; debug, a developer of
// this program. Any thread. Text is not redacted here: do not log file contents or keys.
#pragma once

#include <fmt/core.h>
#include <string>
#include <string_view>

namespace countersign::support::log {

enum class Level { debug, info, warn, error };

/// Sends the log to `path` (appended) instead of stderr; an empty path means stderr. Keeps stderr if the file cannot be opened.
void open(std::string const& path, Level least);

void write(Level level, std::string_view message);

template<typename... Args>
void debug(fmt::format_string<Args...> format, Args&&... args)
{
    write(Level::debug, fmt::format(format, std::forward<Args>(args)...));
}
template<typename... Args>
void info(fmt::format_string<Args...> format, Args&&... args)
{
    write(Level::info, fmt::format(format, std::forward<Args>(args)...));
}
template<typename... Args>
void warn(fmt::format_string<Args...> format, Args&&... args)
{
    write(Level::warn, fmt::format(format, std::forward<Args>(args)...));
}
template<typename... Args>
void error(fmt::format_string<Args...> format, Args&&... args)
{
    write(Level::error, fmt::format(format, std::forward<Args>(args)...));
}

}

namespace countersign {
namespace log = support::log;
}
