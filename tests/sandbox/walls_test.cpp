#include "fixture.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/core.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace countersign::sandbox {

using testing::HasSubstr;
using testing::Not;

namespace {

struct Probe {
    char const* name;
    char const* script; ///< exits 0 if the wall stands
};

/// What somebody would try from inside, each as one script.
constexpr Probe probes[] = {
    { "other folders cannot be listed", "! ls /home /root /var /opt /mnt /media /srv /run /boot 2>/dev/null | grep -q ." },
    { "the system is read-only",
        "! touch /usr/x 2>/dev/null && ! touch /etc/x 2>/dev/null && ! touch /x 2>/dev/null && ! touch /bin/x 2>/dev/null" },
    { "no layer shows",
        "test ! -e /.under && test ! -e /.host && test ! -e /.up && test ! -e /.lower && ! cut -d' ' -f2 /proc/mounts | grep -q under" },
    { "no route out", "! timeout 2 bash -c 'echo hi > /dev/tcp/192.0.2.1/80' 2>/dev/null" },
    { "no name is resolved", "! getent hosts example.com" },
    { "only the loopback interface", "test \"$(grep -c : /proc/net/dev)\" = 1 && grep -q 'lo:' /proc/net/dev" },
    { "process 1 is out of reach",
        "! cat /proc/1/environ /proc/1/maps /proc/1/root/etc/passwd 2>/dev/null | grep -q . && ! test -w /proc/self/../1/mem && ! ls "
        "/proc/1/fd 2>/dev/null | grep -q ." },
    { "no process of the host", "test $(ls -d /proc/[0-9]* | wc -l) -lt 8" },
    { "the kernel's switches are read-only",
        "! (echo x > /proc/sys/kernel/core_pattern) 2>/dev/null && ! (echo b > /proc/sysrq-trigger) 2>/dev/null && ! (echo 1 > "
        "/proc/sys/vm/drop_caches) 2>/dev/null" },
    { "no /sys", "! test -e /sys/kernel && ! ls /sys/fs/cgroup 2>/dev/null | grep -q ." },
    { "devices are the harmless ones",
        "for d in kvm vda sda mem fuse vsock loop0 net/tun; do test ! -e /dev/$d || exit 1; done; echo x > /dev/null" },
    { "no device can be made",
        "! mknod d b 8 0 2>/dev/null && ! mknod e c 1 3 2>/dev/null && ! mknod /tmp/e c 1 3 2>/dev/null && ! mknod /dev/e c 1 3 "
        "2>/dev/null" },
    { "no link to what is outside",
        "! ln /etc/passwd hl 2>/dev/null && ! ln /usr/bin/id hl2 2>/dev/null && ln -s /etc/shadow l1 && ! cat l1 2>/dev/null" },
    { "mounts ignore setuid and devices",
        "grep -q ' /ws ' /proc/mounts && ! grep ' /ws ' /proc/mounts | grep -qv nosuid && ! grep ' /ws ' /proc/mounts | grep -qv nodev" },
    { "no further mounts",
        "! mount -t tmpfs x /tmp 2>/dev/null && ! umount /ws 2>/dev/null && ! unshare -Ur true 2>/dev/null && ! unshare -m true "
        "2>/dev/null" },
    { "no capability", "grep -q 'CapEff:.0000000000000000' /proc/self/status && grep -q 'CapBnd:.0000000000000000' /proc/self/status" },
    { "no new privileges, and a filter", "grep -q 'NoNewPrivs:.1' /proc/self/status && grep -q 'Seccomp:.2' /proc/self/status" },
    { "no descriptor is left open",
        "for f in /proc/self/fd/*; do n=${f##*/}; case $n in 0|1|2) ;; *) readlink $f | grep -qv /proc/ && exit 1 ;; esac; done; true" },
    { "the inner program cannot be killed", "kill -9 1; kill -TERM 1; kill -STOP 1; sleep 0.1; true" },
    { "kernel log", "! dmesg 2>/dev/null | grep -q ." },
    { "a name of its own", "test \"$(hostname 2>/dev/null || cat /proc/sys/kernel/hostname)\" = sandbox" },
    { "no trace of the launcher's user", "test \"$(id -u)\" = \"$(stat -c %u /ws)\"" },
};

TEST_F(Sandboxed, holds_every_wall)
{
    for (Probe const& probe : probes) {
        Outcome const outcome = sh(probe.script);
        EXPECT_EQ(0, outcome.status) << probe.name << "\n" << outcome.output;
    }
}

/// System calls that shells do not make.
TEST_F(Sandboxed, refuses_system_calls_that_reach_past_a_namespace)
{
    write("calls.py", R"(
import ctypes, errno, socket, sys
libc = ctypes.CDLL(None, use_errno=True)
bad = []
def refused(name, number, *arguments, want=(errno.EPERM, errno.ENOSYS)):
    ctypes.set_errno(0)
    if libc.syscall(number, *arguments) >= 0 or ctypes.get_errno() not in want:
        bad.append((name, ctypes.get_errno()))
buffer = ctypes.create_string_buffer(4096)
refused('ptrace', 101, 16, 1, 0, 0)
refused('keyctl', 250, 0, -3, 1)
refused('bpf', 321, 0, 0, 0)
refused('userfaultfd', 323, 1)
refused('open_by_handle_at', 304, -100, 0, 0)
refused('io_uring_setup', 425, 4, buffer)
refused('unshare', 272, 0x10000000)
refused('setns', 308, 0, 0)
refused('mount', 165, b'x', b'/tmp', b'tmpfs', 0, 0)
refused('perf_event_open', 298, buffer, 0, -1, -1, 0)
refused('process_vm_readv', 310, 1, 0, 0, 0, 0, 0)
refused('clone3', 435, buffer, 88)
refused('TIOCSTI', 16, 0, 0x5412, b'x')
refused('TIOCSTI with high bits', 16, 0, 0x100005412, b'x')
refused('clone with a new namespace of users', 56, 0x10000011, 0, 0, 0, 0)
refused('fsopen', 430, b'tmpfs', 0)
for family in (socket.AF_VSOCK, socket.AF_PACKET, 38, 44):
    try:
        socket.socket(family, socket.SOCK_DGRAM)
        bad.append(('socket', family))
    except OSError:
        pass
try:
    socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)
    bad.append('raw socket')
except OSError:
    pass
print(bad)
sys.exit(len(bad))
)");
#ifndef __x86_64__
    GTEST_SKIP() << "the numbers of the calls are those of x86-64";
#endif
    Outcome const outcome = run_well(request({ "/usr/bin/python3", "calls.py" }));
    EXPECT_EQ(0, outcome.status) << outcome.output;
}

TEST_F(Sandboxed, lets_servers_on_localhost_work)
{
    write("server.py", R"(
import socket, threading
for family, host in ((socket.AF_INET, '127.0.0.1'), (socket.AF_INET6, '::1')):
    server = socket.create_server((host, 0), family=family)
    threading.Thread(target=lambda: server.accept()[0].sendall(b'hello'), daemon=True).start()
    print(socket.create_connection((host, server.getsockname()[1])).recv(5).decode())
unix = socket.socket(socket.AF_UNIX); unix.bind('/tmp/s'); unix.listen()
left, right = socket.socketpair()
print('unix')
)");
    EXPECT_EQ("hello\nhello\nunix\n", run_well(request({ "/usr/bin/python3", "server.py" })).output);
}

TEST_F(Sandboxed, reaches_no_server_of_the_host)
{
    int const tcp = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ASSERT_EQ(0, ::bind(tcp, reinterpret_cast<sockaddr*>(&address), sizeof address));
    ASSERT_EQ(0, ::listen(tcp, 1));
    socklen_t size = sizeof address;
    ::getsockname(tcp, reinterpret_cast<sockaddr*>(&address), &size);
    int const abstract = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un name {};
    name.sun_family = AF_UNIX;
    std::string const unique = fmt::format("countersign-test-{}", ::getpid());
    std::copy(unique.begin(), unique.end(), name.sun_path + 1);
    socklen_t const name_size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + unique.size());
    ASSERT_EQ(0, ::bind(abstract, reinterpret_cast<sockaddr*>(&name), name_size));
    ASSERT_EQ(0, ::listen(abstract, 1));
    Outcome const outcome = run_well(request({ "/usr/bin/python3", "-c",
        fmt::format("import socket\n"
                    "for make, where in ((lambda: socket.socket(), ('127.0.0.1', {})), (lambda: socket.socket(socket.AF_UNIX), '\\0{}')):\n"
                    "    try:\n"
                    "        make().connect(where); print('reached', where)\n"
                    "    except OSError as error:\n"
                    "        print('refused')\n",
            ntohs(address.sin_port), unique) }));
    EXPECT_EQ("refused\nrefused\n", outcome.output);
    ::close(tcp);
    ::close(abstract);
}

TEST_F(Sandboxed, leaks_no_descriptor_of_the_server)
{
    // Opened without O_CLOEXEC, as a library of the editor might have.
    int const leaked = ::open("/etc/passwd", O_RDONLY);
    Outcome const outcome = sh("ls -l /proc/self/fd");
    EXPECT_THAT(outcome.output, Not(HasSubstr("passwd")));
    ::close(leaked);
}

TEST_F(Sandboxed, runs_the_programs_that_are_installed)
{
    for (char const* program :
        { "python3 -c 'print(6*7)'", "git init -q . && git status --short", "cc --version", "make --version", "perl -e 'print 42'" }) {
        std::string const name = std::string(program).substr(0, std::string(program).find(' '));
        if (std::system(fmt::format("command -v {} >/dev/null 2>&1", name).c_str()) == 0) {
            EXPECT_EQ(0, sh(program).status) << program;
        }
    }
}

}

}
