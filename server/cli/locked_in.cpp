#include "cli/locked_in.h"

#include "support/files.h"
#include "support/log.h"

#include <charconv>
#include <cstdlib>
#include <optional>
#include <sys/stat.h>

namespace countersign::cli {

namespace {

/// The port of "https://host:8443/v1", or what its scheme means.
std::optional<std::uint16_t> port_of(std::string_view url)
{
    std::size_t const scheme_end = url.find("://");
    if (scheme_end == std::string_view::npos)
        return std::nullopt;
    bool const is_plain = url.starts_with("http:");
    std::string_view authority = url.substr(scheme_end + 3);
    authority = authority.substr(0, authority.find_first_of("/?#"));
    std::size_t const colon = authority.rfind(':');
    bool const in_brackets = colon != std::string_view::npos && authority.find(']', colon) != std::string_view::npos;
    if (colon == std::string_view::npos || in_brackets)
        return is_plain ? 80 : 443;
    std::string_view const digits = authority.substr(colon + 1);
    std::uint16_t port = 0;
    auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (error != std::errc() || end != digits.data() + digits.size() || port == 0)
        return std::nullopt;
    return port;
}

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

std::vector<std::uint16_t> provider_ports(session::Settings const& settings)
{
    std::vector<std::uint16_t> ports { 443, 11434 };
    for (session::Setting const& setting : session::settings_table()) {
        if (setting.text == nullptr || !setting.name.ends_with("base_url"))
            continue;
        if (auto const port = port_of(settings.*setting.text))
            ports.push_back(*port);
    }
    return ports;
}

void lock_in_server(Process& process)
{
    session::Services& services = process.services;
    sandbox::LockInRules rules;
    rules.ports = provider_ports(process.settings);
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
