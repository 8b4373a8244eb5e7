#include "cli/locked_in.h"

#include "cli/provider.h"
#include "model/api_key.h"
#include "support/files.h"
#include "support/log.h"

#include <cstdlib>
#include <fmt/core.h>
#include <sys/stat.h>

namespace countersign::cli {

namespace {

/// Its own directory only for us: nobody else plants a file in it, or a link in its place.
Result<> prepare_state_directory(std::filesystem::path const& path)
{
    TRY(support::make_private_directory(path));
    if (std::filesystem::is_symlink(path))
        return fail(
            ErrorCode::denied, "the state directory " + path.string() + " is a symbolic link; make it a directory, or set XDG_STATE_HOME");
    ::chmod(path.c_str(), 0700);
    return support::make_private_directory(path / "tmp");
}

}

void lock_in(Process& process, KeepsRights const& keeps)
{
    session::Services& services = process.services;
    session::Settings const& settings = process.settings;
    sandbox::LockInRules rules;
    if (keeps.provider) {
        rules.ports = provider_ports(settings, process.environment);
        bool const has_key = process.environment.contains(std::string(model::key_variables().front()));
        bool const needs_key = !has_key && (settings.provider != "builtin" || keeps.later_settings);
        services.make_provider = provider_maker(
            { process.environment, needs_key ? settings.api_key_command : std::string() }, services.state_directory, *services.clock);
        if (!settings.recording.empty() && support::make_private_directory(settings.recording))
            rules.writable.emplace_back(settings.recording);
    }
    if (auto const prepared = keeps.state ? prepare_state_directory(services.state_directory) : Result<>(); !prepared) {
        log::error("{}", prepared.error().message);
    } else if (keeps.state) {
        rules.writable.push_back(services.state_directory);
        ::setenv("TMPDIR", (services.state_directory / "tmp").c_str(), 1); // no thread exists yet
    }
    if (keeps.workspace) {
        rules.writable.emplace_back(process.workspace);
        rules.may_set_modes = true;
    }
    auto const locked = sandbox::lock_in(rules);
    if (!locked) {
        services.confinement = { "The server is not locked in by the kernel: " + locked.error().message };
    } else {
        services.confinement = { "The server is held by the " + locked->summary() };
        for (std::string const& missing : locked->missing())
            services.confinement.push_back("Missing: " + missing);
    }
    if (services.unconfined)
        services.confinement.push_back(fmt::format("WARNING: {}", session::unconfined_banner));
    if (!locked || services.confinement.size() > 1)
        log::warn("{}", services.confinement.back());
}

}
