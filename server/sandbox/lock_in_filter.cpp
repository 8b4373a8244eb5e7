#include "sandbox/lock_in_filter.h"

#include <array>
#include <cerrno>
#include <cstddef>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <vector>

namespace countersign::sandbox {

namespace {

#if defined(__x86_64__)
constexpr std::uint32_t our_architecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t our_architecture = AUDIT_ARCH_AARCH64;
#else
#error "say here which architecture this is, as linux/audit.h names it"
#endif

/// Calls of the other numbering on the same machine (x32) carry this bit.
constexpr std::uint32_t x32_bit = 0x40000000;

/// Refused whatever their arguments. Numbers from 424 on are the same on every architecture; old headers do not name them all.
constexpr auto refused = std::to_array<std::uint32_t>({
// Owners, times and attributes, which Landlock does not cover.
#ifdef SYS_chmod
    SYS_chown, SYS_lchown, SYS_utime, SYS_utimes, SYS_futimesat,
#endif
        SYS_fchown, SYS_fchownat, SYS_utimensat, SYS_setxattr, SYS_lsetxattr, SYS_fsetxattr, SYS_removexattr, SYS_lremovexattr,
        SYS_fremovexattr, 463 /* setxattrat */, 466 /* removexattrat */, 469 /* file_setattr */,
        // By path, and covered by Landlock only from its ABI 3 on.
        SYS_truncate,
    // Other processes.
#if !defined(__SANITIZE_ADDRESS__)
        SYS_ptrace, // the leak checker of sanitized builds looks at its own threads by it
#endif
        SYS_process_vm_readv, SYS_process_vm_writev, 438 /* pidfd_getfd */, 440 /* process_madvise */, SYS_kcmp,
        // Ways around: io_uring does by itself what is refused here; handles open files without a path.
        425 /* io_uring_setup */, 426 /* io_uring_enter */, 427 /* io_uring_register */, SYS_open_by_handle_at, SYS_mount, SYS_umount2,
        SYS_pivot_root, SYS_chroot, 428 /* open_tree */, 429 /* move_mount */, 430 /* fsopen */, 442 /* mount_setattr */, SYS_unshare,
        SYS_setns, SYS_bpf, SYS_perf_event_open, SYS_userfaultfd, SYS_keyctl, SYS_add_key, SYS_request_key, SYS_quotactl, SYS_swapon,
        SYS_swapoff, SYS_reboot, SYS_kexec_load, SYS_init_module, SYS_finit_module, SYS_delete_module, SYS_acct, SYS_settimeofday,
        SYS_clock_settime, SYS_sethostname, SYS_setdomainname, SYS_fanotify_init, SYS_vhangup
});

/// Likewise not covered, and refused to all but those who write files by intention.
constexpr auto modes = std::to_array<std::uint32_t>({
#ifdef SYS_chmod
    SYS_chmod,
#endif
    SYS_fchmod, SYS_fchmodat, 452 /* fchmodat2 */
});

/// The second argument of ioctl: flags of a file (chattr) in their two forms, and input put into a terminal.
constexpr auto refused_ioctls = std::to_array<std::uint32_t>({
    0x40086602, // FS_IOC_SETFLAGS
    0x40046602, // FS_IOC32_SETFLAGS
    0x401C5820, // FS_IOC_FSSETXATTR
    0x5412,     // TIOCSTI
    0x541C,     // TIOCLINUX
});

/// The protocols that a socket of the internet families may have: whatever its type means, TCP, UDP. Landlock's rules on TCP do not
/// reach MPTCP, SCTP or raw sockets.
constexpr auto allowed_protocols = std::to_array<std::uint32_t>({ 0, IPPROTO_TCP, IPPROTO_UDP });

constexpr std::uint32_t refuse = SECCOMP_RET_ERRNO | EPERM;

class Program {
public:
    void load(std::size_t offset) { add(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset)); }
    /// The low half of argument `index`: of the ints that are looked at here the kernel, too, takes no more.
    void load_argument(std::size_t index) { load(offsetof(seccomp_data, args) + 8 * index); }
    void mask(std::uint32_t bits) { add(BPF_ALU | BPF_AND | BPF_K, bits); }
    void answer(std::uint32_t result) { add(BPF_RET | BPF_K, result); }
    void answer_if_equal(std::uint32_t value, std::uint32_t result)
    {
        add(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1);
        answer(result);
    }
    void answer_unless_equal(std::uint32_t value, std::uint32_t result)
    {
        add(BPF_JMP | BPF_JEQ | BPF_K, value, 1, 0);
        answer(result);
    }
    void answer_if_any_bit(std::uint32_t bits, std::uint32_t result)
    {
        add(BPF_JMP | BPF_JSET | BPF_K, bits, 0, 1);
        answer(result);
    }
    void answer_if_at_least(std::uint32_t value, std::uint32_t result)
    {
        add(BPF_JMP | BPF_JGE | BPF_K, value, 0, 1);
        answer(result);
    }
    /// What happens if what was loaded is `value`. `body` answers in every case, and is at most 255 instructions long.
    void if_equal(std::uint32_t value, Program const& body)
    {
        add(BPF_JMP | BPF_JEQ | BPF_K, value, 0, static_cast<std::uint8_t>(body.code_.size()));
        code_.insert(code_.end(), body.code_.begin(), body.code_.end());
    }
    sock_fprog get() { return { static_cast<unsigned short>(code_.size()), code_.data() }; }

private:
    void add(int code, std::uint32_t value, std::uint8_t if_true = 0, std::uint8_t if_false = 0)
    {
        code_.push_back({ static_cast<std::uint16_t>(code), if_true, if_false, value });
    }
    std::vector<sock_filter> code_;
};

Program for_ioctl()
{
    Program body;
    body.load_argument(1);
    for (std::uint32_t const request : refused_ioctls)
        body.answer_if_equal(request, refuse);
    body.answer(SECCOMP_RET_ALLOW);
    return body;
}

/// New sockets speak TCP and UDP, and ask the kernel for its addresses as resolving a name does. A socket with a path, above all,
/// would reach D-Bus or a container engine, past every rule.
Program for_socket()
{
    Program body;
    body.load_argument(0);
    body.answer_if_equal(AF_NETLINK, SECCOMP_RET_ALLOW);
    Program internet;
    internet.load_argument(1);
    internet.mask(0xF); // without SOCK_CLOEXEC and SOCK_NONBLOCK
    internet.answer_if_equal(SOCK_RAW, refuse);
    internet.load_argument(2);
    for (std::uint32_t const protocol : allowed_protocols)
        internet.answer_if_equal(protocol, SECCOMP_RET_ALLOW);
    internet.answer(refuse);
    body.if_equal(AF_INET, internet);
    body.if_equal(AF_INET6, internet);
    body.answer(refuse);
    return body;
}

/// Sending with TCP fast open connects without connect(), which is where Landlock looks.
Program for_sending(std::size_t flags_index)
{
    Program body;
    body.load_argument(flags_index);
    body.answer_if_any_bit(MSG_FASTOPEN, refuse);
    body.answer(SECCOMP_RET_ALLOW);
    return body;
}

}

bool has_filter()
{
    std::uint32_t const action = SECCOMP_RET_ERRNO;
    return ::syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

Result<> install_filter(bool may_set_modes)
{
    Program program;
    program.load(offsetof(seccomp_data, arch));
    program.answer_unless_equal(our_architecture, refuse);
    program.load(offsetof(seccomp_data, nr));
    program.answer_if_at_least(x32_bit, refuse);
    for (std::uint32_t const number : refused)
        program.answer_if_equal(number, refuse);
    for (std::uint32_t const number : modes) {
        if (!may_set_modes)
            program.answer_if_equal(number, refuse);
    }
    program.if_equal(SYS_ioctl, for_ioctl());
    program.if_equal(SYS_socket, for_socket());
    program.if_equal(SYS_sendto, for_sending(3));
    program.if_equal(SYS_sendmsg, for_sending(2));
    program.if_equal(SYS_sendmmsg, for_sending(3));
    program.answer(SECCOMP_RET_ALLOW);
    sock_fprog code = program.get();
    if (::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &code) != 0)
        return fail(ErrorCode::io, "cannot filter the server's own system calls: " + support::errno_message());
    return {};
}

}
