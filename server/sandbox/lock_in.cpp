#include "sandbox/lock_in.h"

#include "sandbox/landlock.h"
#include "sandbox/lock_in_filter.h"
#include "support/fd.h"

#include <cerrno>
#include <fcntl.h>
#include <fmt/core.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace countersign::sandbox {

namespace {

/// Everything that changes what a directory holds; each kernel is asked for what it knows.
std::uint64_t write_rights(int abi)
{
    using namespace landlock;
    std::uint64_t rights =
        write_file | remove_dir | remove_file | make_char | make_dir | make_reg | make_sock | make_fifo | make_block | make_sym;
    if (abi >= 2)
        rights |= refer;
    if (abi >= 3)
        rights |= truncate;
    if (abi >= 5)
        rights |= ioctl_dev;
    return rights;
}

int landlock_abi()
{
    long const version = ::syscall(landlock::create_ruleset, nullptr, 0, landlock::ask_version);
    return version < 0 ? 0 : static_cast<int>(version);
}

Result<> allow_beneath(int ruleset, std::filesystem::path const& path, std::uint64_t rights)
{
    support::UniqueFd const parent(::open(path.c_str(), O_PATH | O_CLOEXEC));
    landlock::PathBeneathAttributes const rule { .allowed_access = rights, .parent_fd = parent.get() };
    if (!parent || ::syscall(landlock::add_rule, ruleset, landlock::path_beneath, &rule, 0) != 0)
        return fail(ErrorCode::io, fmt::format("cannot keep {} writable while locking in: {}", path.string(), support::errno_message()));
    return {};
}

Result<> allow_ports(int ruleset, std::vector<std::uint16_t> const& ports)
{
    for (std::uint16_t const port : ports) {
        landlock::NetPortAttributes const rule { .allowed_access = landlock::connect_tcp, .port = port };
        if (::syscall(landlock::add_rule, ruleset, landlock::net_port, &rule, 0) != 0)
            return fail(ErrorCode::io, fmt::format("cannot allow TCP port {} while locking in: {}", port, support::errno_message()));
    }
    return {};
}

Result<> restrict_by_landlock(LockInRules const& rules, int abi)
{
    using namespace landlock;
    RulesetAttributes attributes { .handled_access_fs = write_rights(abi) };
    if (abi >= 4)
        attributes.handled_access_net = bind_tcp | connect_tcp;
    if (abi >= 6)
        attributes.scoped = scope_abstract_unix_socket | scope_signal;
    // An older kernel takes a longer structure as long as what it does not know is zero.
    support::UniqueFd const ruleset(static_cast<int>(::syscall(create_ruleset, &attributes, sizeof attributes, 0)));
    if (!ruleset)
        return fail(ErrorCode::io, "cannot lock the server in by Landlock: " + support::errno_message());
    std::uint64_t const devices = make_char | make_block | ioctl_dev;
    for (auto const& directory : rules.writable)
        TRY(allow_beneath(ruleset.get(), directory, attributes.handled_access_fs & ~devices));
    TRY(allow_beneath(ruleset.get(), "/dev/null", write_file));
    if (abi >= 4)
        TRY(allow_ports(ruleset.get(), rules.ports));
    if (::syscall(restrict_self, ruleset.get(), 0) != 0)
        return fail(ErrorCode::io, "cannot lock the server in by Landlock: " + support::errno_message());
    return {};
}

LockIn granted_by(int abi, bool filter)
{
    return { .landlock_abi = abi, .files = abi >= 1, .truncation = abi >= 3, .network = abi >= 4, .scope = abi >= 6, .filter = filter };
}

}

std::string LockIn::summary() const
{
    std::string granted;
    for (auto const& [is_granted, name] :
        { std::pair(files, "files"), std::pair(network, "network"), std::pair(scope, "signals"), std::pair(filter, "system calls") }) {
        if (is_granted)
            granted += granted.empty() ? name : std::string(", ") + name;
    }
    return granted.empty() ? "kernel lock-in: nothing" : "kernel lock-in: " + granted;
}

std::vector<std::string> LockIn::missing() const
{
    std::vector<std::string> lines;
    if (!files)
        lines.emplace_back(
            "the kernel does not keep the server from writing files: boot a kernel from 5.13 on with Landlock (CONFIG_SECURITY_LANDLOCK, "
            "and \"landlock\" in the list of the boot parameter lsm=)");
    else if (!network)
        lines.push_back(fmt::format(
            "the kernel does not limit the server's connections (its Landlock is version {}): boot a kernel from 6.7 on", landlock_abi));
    if (!filter)
        lines.emplace_back("the kernel does not filter system calls, so modes and times of files are not protected: boot a kernel with "
                           "CONFIG_SECCOMP_FILTER");
    return lines;
}

LockIn probe_lock_in() { return granted_by(landlock_abi(), has_filter()); }

Result<LockIn> lock_in(LockInRules const& rules)
{
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return fail(ErrorCode::io, "cannot give up the way to new privileges: " + support::errno_message());
#ifdef COUNTERSIGN_WITHOUT_LANDLOCK // for the test that must fail then
    int const abi = 0;
#else
    int const abi = rules.with_landlock ? landlock_abi() : 0;
#endif
    if (abi > 0)
        TRY(restrict_by_landlock(rules, abi));
    bool const filter = rules.with_filter && has_filter();
    if (filter)
        TRY(install_filter(rules.may_set_modes));
    return granted_by(abi, filter);
}

}
