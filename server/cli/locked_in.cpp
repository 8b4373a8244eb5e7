#include "cli/locked_in.h"

#include "cli/provider.h"
#include "support/files.h"
#include "support/log.h"

#include <cstdlib>
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

void lock_in_server(Process& process)
{
    session::Services& services = process.services;
    sandbox::LockInRules rules;
    rules.ports = provider_ports(process.settings, process.environment);
    if (auto const prepared = prepare_state_directory(services.state_directory); prepared) {
        rules.writable.push_back(services.state_directory);
        ::setenv("TMPDIR", (services.state_directory / "tmp").c_str(), 1); // no thread exists yet
    } else {
        log::error("{}", prepared.error().message);
    }
    auto const locked = sandbox::lock_in(rules);
    if (!locked) {
        services.confinement = { "The server is not locked in by the kernel: " + locked.error().message };
    } else {
        services.confinement = { "The server is held by the " + locked->summary() };
        for (std::string const& missing : locked->missing())
            services.confinement.push_back("Missing: " + missing);
    }
    if (!locked || services.confinement.size() > 1)
        log::warn("{}", services.confinement.back());
}

}
