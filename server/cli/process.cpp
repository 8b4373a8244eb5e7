#include "cli/process.h"

#include "cli/cli.h"
#include "cli/provider.h"
#include "support/fd.h"
#include "support/text.h"

#include <cstdlib>
#include <fmt/core.h>
#include <pwd.h>
#include <unistd.h>

extern char** environ;

namespace countersign::cli {

std::map<std::string, std::string> current_environment()
{
    std::map<std::string, std::string> variables;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        std::string_view const variable = *entry;
        std::size_t const equals = variable.find('=');
        if (equals != std::string_view::npos)
            variables.emplace(variable.substr(0, equals), variable.substr(equals + 1));
    }
    return variables;
}

namespace {

/// The XDG base directory specification: a variable with an absolute path, else a place beneath HOME.
Result<std::filesystem::path> base_directory(
    std::map<std::string, std::string> const& environment, char const* variable, char const* beneath_home)
{
    auto const set = environment.find(variable);
    if (set != environment.end() && set->second.starts_with('/'))
        return std::filesystem::path(set->second) / "countersign";
    auto const home = environment.find("HOME");
    if (home == environment.end() || !home->second.starts_with('/'))
        return fail(ErrorCode::io, fmt::format("neither {} nor HOME is set to an absolute path; set one of them", variable));
    return std::filesystem::path(home->second) / beneath_home / "countersign";
}

}

Result<std::filesystem::path> state_directory(std::map<std::string, std::string> const& environment)
{
    return base_directory(environment, "XDG_STATE_HOME", ".local/state");
}

Result<std::filesystem::path> config_file(std::map<std::string, std::string> const& environment)
{
    return TRY(base_directory(environment, "XDG_CONFIG_HOME", ".config")) / "config.toml";
}

namespace {

log::Level log_level(std::string const& name)
{
    return name == "debug" ? log::Level::debug : name == "info" ? log::Level::info : name == "error" ? log::Level::error : log::Level::warn;
}

}

Result<Process> start_process(std::string workspace, session::SettingsLayer flags)
{
    Process process;
    process.environment = current_environment();
    std::error_code error;
    process.workspace = std::filesystem::absolute(workspace.empty() ? "." : workspace, error).lexically_normal().string();
    if (error)
        return fail(ErrorCode::io, fmt::format("the workspace {} cannot be found: {}", workspace, error.message()));
    while (process.workspace.size() > 1 && process.workspace.back() == '/')
        process.workspace.pop_back();

    session::Services& services = process.services;
    static support::SystemClock const clock;
    services.clock = &clock;
    services.version = COUNTERSIGN_VERSION;
    services.state_directory = TRY(state_directory(process.environment));
    std::filesystem::path const config = TRY(config_file(process.environment));
    services.file = TRY(session::read_settings_file(config));
    services.config_directory = config.parent_path();
    services.wording = std::make_shared<actions::Wording>(TRY(actions::Wording::read(services.config_directory / "actions")));
    services.environment = TRY(session::settings_from_environment(process.environment));
    services.flags = std::move(flags);
    session::SettingsLayer const* layers[] = { &services.file, &services.environment, &services.flags };
    process.settings = session::merge(layers);
    services.make_provider = provider_maker({ process.environment, {} }, services.state_directory, clock);
    if (passwd const* const user = ::getpwuid(::getuid()))
        services.ledger.user = user->pw_name;
    services.ledger.keep_days = process.settings.audit_days;
    services.ledger.keep_entries = process.settings.audit_entries;
    auto redactor = std::make_shared<workspace::Redactor>();
    redactor->know_environment(process.environment);
    services.ledger.redact = [redactor](std::string_view text) { return redactor->redact(text); };
    services.redactor = std::move(redactor);
    log::open(process.settings.log_file, log_level(process.settings.log_level));

    auto const no_colour = process.environment.find("NO_COLOR");
    process.is_terminal = ::isatty(STDOUT_FILENO) == 1;
    process.colour = process.is_terminal && (no_colour == process.environment.end() || no_colour->second.empty());
    return process;
}

int exit_status(Error const& error)
{
    switch (error.code) {
    case ErrorCode::provider:
        return exit_provider;
    case ErrorCode::budget:
        return exit_budget;
    case ErrorCode::invalid_params:
        return exit_usage;
    default:
        return exit_nothing;
    }
}

int report(Error const& error)
{
    fmt::print(stderr, "countersign: {}\n", support::to_string(error));
    return exit_status(error);
}

bool print(std::string_view text) { return support::write_all(STDOUT_FILENO, text).has_value(); }

std::string shown_diff(std::string_view given, Process const& process)
{
    std::string const escaped = process.is_terminal ? support::escape_for_display(given) : std::string(given);
    if (!process.colour)
        return escaped;
    std::string_view diff = escaped;
    std::string result;
    while (!diff.empty()) {
        std::size_t const newline = diff.find('\n');
        std::string_view const line = diff.substr(0, newline);
        std::string_view start;
        if (line.starts_with("diff ") || line.starts_with("--- ") || line.starts_with("+++ "))
            start = "\033[1m";
        else if (line.starts_with("@@"))
            start = "\033[36m";
        else if (line.starts_with('+'))
            start = "\033[32m";
        else if (line.starts_with('-'))
            start = "\033[31m";
        result += fmt::format("{}{}{}", start, line, start.empty() ? "" : "\033[0m");
        if (newline == std::string_view::npos)
            break;
        result += '\n';
        diff.remove_prefix(newline + 1);
    }
    return result;
}

}
