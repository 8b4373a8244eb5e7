#include "sandbox/inner/confine.h"

#include "sandbox/inner/landlock.h"
#include "support/fd.h"

#include <array>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

namespace countersign::sandbox::inner {

namespace {

/// Compiled when this program was built, by filter.cpp.
constexpr sock_filter filter_instructions[] = {
#include "sandbox_filter.inc"
};

tl::unexpected<Error> denied(std::string const& doing)
{
    return fail(ErrorCode::denied, "the command cannot be confined: " + doing + ": " + support::errno_message());
}

Result<> write_map(char const* path, std::string const& text)
{
    support::UniqueFd const map(::open(path, O_WRONLY | O_CLOEXEC));
    if (!map || !support::write_all(map.get(), text))
        return denied(path);
    return {};
}

bool has_capabilities()
{
    __user_cap_header_struct header { _LINUX_CAPABILITY_VERSION_3, 0 };
    std::array<__user_cap_data_struct, 2> held {};
    return ::syscall(SYS_capget, &header, held.data()) != 0 || (held[0].permitted | held[1].permitted) != 0;
}

Result<> drop_capabilities()
{
    for (unsigned long capability = 0; ::prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; ++capability) {
        // Who has no capability at all cannot drop one either, and needs not.
        bool const is_there = ::prctl(PR_CAPBSET_READ, capability, 0, 0, 0) == 1;
        if (is_there && ::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0 && has_capabilities())
            return denied("dropping capabilities");
    }
    ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    __user_cap_header_struct header { _LINUX_CAPABILITY_VERSION_3, 0 };
    std::array<__user_cap_data_struct, 2> const none {};
    if (::syscall(SYS_capset, &header, none.data()) != 0)
        return denied("dropping capabilities");
    return {};
}

}

Result<> enter_own_user_namespace(std::uint32_t user, std::uint32_t group)
{
    if (::unshare(CLONE_NEWUSER) != 0)
        return denied("a namespace of users");
    // Inside the launcher's namespace this is user 0; further in, the person's own number again.
    TRY(write_map("/proc/self/setgroups", "deny"));
    TRY(write_map("/proc/self/uid_map", std::to_string(user) + " 0 1"));
    return write_map("/proc/self/gid_map", std::to_string(group) + " 0 1");
}

Result<> limit_resources(Limits const& limits, bool of_processes)
{
    struct Limit {
        __rlimit_resource resource;
        rlim_t value;
    };
    // No RLIMIT_AS: runtimes and sanitizers reserve terabytes that they never touch.
    Limit const table[] = {
        { RLIMIT_NPROC, limits.processes },
        { RLIMIT_NOFILE, limits.open_files },
        { RLIMIT_FSIZE, limits.file_bytes },
        { RLIMIT_CORE, 0 },
        { RLIMIT_MEMLOCK, 8 * 1024 * 1024 },
        { RLIMIT_MSGQUEUE, 800 * 1024 },
    };
    for (Limit const& limit : table) {
        if (limit.resource == RLIMIT_NPROC && !of_processes)
            continue;
        rlimit current {};
        ::getrlimit(limit.resource, &current);
        rlim_t const value = std::min(limit.value, current.rlim_max);
        rlimit const wanted { value, value };
        if (::setrlimit(limit.resource, &wanted) != 0)
            return denied("limits of resources");
    }
    return {};
}

Result<> lock_down(std::vector<std::string> const& writable)
{
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return denied("no_new_privs");
    TRY(landlock(writable));
    TRY(drop_capabilities());
    sock_fprog const program { static_cast<unsigned short>(std::size(filter_instructions)), const_cast<sock_filter*>(filter_instructions) };
    if (::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) != 0)
        return denied("the filter of system calls");
    return {};
}

}
