#include "cli/cli.h"
#include "cli/commands.h"

#include <fmt/core.h>

namespace countersign::cli {

namespace {

std::string value_of(session::Settings const& settings, session::Setting const& setting)
{
    if (setting.list != nullptr)
        return support::dump_json(settings.*setting.list);
    if (setting.flag != nullptr)
        return settings.*setting.flag ? "true" : "false";
    if (setting.decimal != nullptr)
        return fmt::format("{}", settings.*setting.decimal);
    return setting.text != nullptr ? fmt::format("\"{}\"", settings.*setting.text) : std::to_string(settings.*setting.number);
}

std::string origin_of(session::Services const& services, std::string const& name)
{
    std::string origin = "default";
    for (session::SettingsLayer const* layer : { &services.file, &services.environment, &services.flags }) {
        if (auto const found = layer->values.find(name); found != layer->values.end())
            origin = found->second.origin;
    }
    return origin;
}

}

int run_config(Process& process, std::string const& what)
{
    // Getting here means that file, environment and flags were read and every setting was understood.
    if (what == "show") {
        for (session::Setting const& setting : session::settings_table())
            print(fmt::format("{} = {} # {}\n", setting.name, value_of(process.settings, setting),
                origin_of(process.services, std::string(setting.name))));
        return exit_done;
    }
    std::string const path = config_file(process.environment)->string();
    print(fmt::format("{}: {}\n", path, process.services.file.values.empty() ? "no settings, the defaults are used" : "good"));
    return exit_done;
}

}
