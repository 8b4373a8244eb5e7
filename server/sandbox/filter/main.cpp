// Runs while Countersign is built: writes the filter of system calls for sandboxed commands, compiled by libseccomp for this machine's
// kind, as instructions in C. What is not named is allowed: namespaces and Landlock are the walls, this takes away the tools to climb.
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <linux/filter.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace {

// They reach past a namespace, other processes' memory, or parts of the kernel that no build or test needs.
char const* const forbidden[] = {
    "unshare",
    "setns",
    "mount",
    "umount2",
    "pivot_root",
    "chroot",
    "open_tree",
    "move_mount",
    "fsopen",
    "fsconfig",
    "fsmount",
    "fspick",
    "mount_setattr", // namespaces and mounts
    "ptrace",
    "process_vm_readv",
    "process_vm_writev",
    "pidfd_getfd",
    "kcmp",
    "process_madvise", // other processes
    "add_key",
    "request_key",
    "keyctl", // keyrings are nobody's namespace
    "bpf",
    "perf_event_open",
    "userfaultfd",
    "name_to_handle_at",
    "open_by_handle_at",
    "fanotify_init", // wide parts of the kernel
    "kexec_load",
    "kexec_file_load",
    "init_module",
    "finit_module",
    "delete_module",
    "create_module",
    "query_module",
    "get_kernel_syms",
    "quotactl",
    "quotactl_fd",
    "swapon",
    "swapoff",
    "reboot",
    "acct",
    "nfsservctl",
    "lookup_dcookie", // administration
    "syslog",
    "vmsplice",
    "move_pages",
    "migrate_pages",
    "settimeofday",
    "clock_settime",
    "clock_adjtime",
    "adjtimex",
    "stime",
    "iopl",
    "ioperm",
    "sethostname",
    "setdomainname",
    "vhangup",
};

// Programs ask for these and have another way when the kernel does not know them.
char const* const unknown[] = { "clone3", "io_uring_setup", "io_uring_enter", "io_uring_register" };

constexpr std::uint64_t namespace_flags =
    CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWCGROUP | 0x80 /* CLONE_NEWTIME */;

bool deny(scmp_filter_ctx filter, char const* name, int error, std::vector<scmp_arg_cmp> const& when = {})
{
    int const number = seccomp_syscall_resolve_name(name);
    if (number == __NR_SCMP_ERROR)
        return true; // a name of another machine or of a newer library
    int const failed = seccomp_rule_add_array(
        filter, SCMP_ACT_ERRNO(static_cast<unsigned>(error)), number, static_cast<unsigned>(when.size()), when.data());
    return failed == 0 || failed == -EDOM;
}

bool build(scmp_filter_ctx filter)
{
    bool good = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) == 0
        && seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2) == 0;
    for (char const* name : forbidden)
        good = good && deny(filter, name, EPERM);
    for (char const* name : unknown)
        good = good && deny(filter, name, ENOSYS);
    // Any one of the flags: one rule for each bit.
    for (std::uint64_t bit = 1; bit != 0 && bit <= namespace_flags; bit <<= 1) {
        if ((namespace_flags & bit) != 0)
            good = good && deny(filter, "clone", EPERM, { scmp_arg_cmp { 0, SCMP_CMP_MASKED_EQ, bit, bit } });
    }
    // The kernel looks at 32 bits of the request only; so must the rule.
    for (std::uint64_t request : { static_cast<std::uint64_t>(TIOCSTI), std::uint64_t { 0x541C } /* TIOCLINUX */ })
        good = good && deny(filter, "ioctl", EPERM, { scmp_arg_cmp { 1, SCMP_CMP_MASKED_EQ, 0xffffffff, request } });
    // Sockets of this machine's own namespace only: 1 unix, 2 inet, 10 inet6, 16 netlink. Ranges between them are refused.
    struct Range {
        std::uint64_t first, last;
    };
    for (Range const range : { Range { 0, 0 }, Range { 3, 9 }, Range { 11, 15 }, Range { 17, 0xffffffff } }) {
        if (range.last == 0xffffffff) {
            good = good && deny(filter, "socket", EAFNOSUPPORT, { scmp_arg_cmp { 0, SCMP_CMP_GE, range.first, 0 } });
            continue;
        }
        for (std::uint64_t family = range.first; family <= range.last; ++family)
            good = good && deny(filter, "socket", EAFNOSUPPORT, { scmp_arg_cmp { 0, SCMP_CMP_MASKED_EQ, 0xffffffff, family } });
    }
    return good;
}

/// The instructions as libseccomp exports them.
std::vector<sock_filter> instructions(scmp_filter_ctx filter)
{
    std::vector<sock_filter> result;
    std::FILE* const file = std::tmpfile();
    if (file != nullptr && seccomp_export_bpf(filter, fileno(file)) == 0) {
        std::rewind(file);
        sock_filter instruction {};
        while (std::fread(&instruction, sizeof instruction, 1, file) == 1)
            result.push_back(instruction);
    }
    if (file != nullptr)
        std::fclose(file);
    return result;
}

}

int main(int argc, char** argv)
{
    scmp_filter_ctx const filter = seccomp_init(SCMP_ACT_ALLOW);
    std::FILE* const out = argc == 2 ? std::fopen(argv[1], "w") : nullptr;
    if (filter == nullptr || out == nullptr || !build(filter)) {
        std::fputs("the filter of system calls cannot be built\n", stderr);
        return 1;
    }
    std::vector<sock_filter> const program = instructions(filter);
    for (sock_filter const& instruction : program)
        std::fprintf(out, "{ %u, %u, %u, %uu },\n", instruction.code, instruction.jt, instruction.jf, instruction.k);
    seccomp_release(filter);
    return std::fclose(out) == 0 && !program.empty() ? 0 : 1;
}
