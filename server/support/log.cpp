#include "support/log.h"

#include <memory>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace countersign::support::log {

namespace {

std::shared_ptr<spdlog::logger>& logger()
{
    static std::shared_ptr<spdlog::logger> instance = [] {
        auto created = std::make_shared<spdlog::logger>("countersign", std::make_shared<spdlog::sinks::stderr_sink_mt>());
        created->set_pattern("%Y-%m-%dT%H:%M:%S.%e %l %v");
        created->set_level(spdlog::level::warn);
        return created;
    }();
    return instance;
}

spdlog::level::level_enum to_spdlog(Level level)
{
    constexpr spdlog::level::level_enum levels[] = { spdlog::level::debug, spdlog::level::info, spdlog::level::warn, spdlog::level::err };
    return levels[static_cast<int>(level)];
}

}

void open(std::string const& path, Level least)
{
    if (!path.empty()) {
        try {
            auto sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(path);
            logger()->sinks() = { sink };
            logger()->set_pattern("%Y-%m-%dT%H:%M:%S.%e %l %v");
            logger()->flush_on(spdlog::level::info);
        } catch (spdlog::spdlog_ex const& exception) {
            logger()->warn("the log file {} cannot be opened, logging to stderr: {}", path, exception.what());
        }
    }
    logger()->set_level(to_spdlog(least));
}

void write(Level level, std::string_view message) { logger()->log(to_spdlog(level), message); }

}
