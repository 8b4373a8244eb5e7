#include "attempts.h"

#include "support/fd.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <linux/fs.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <utime.h>

namespace countersign::hostile {

namespace {

using support::UniqueFd;

/// 0 or errno of a call that answers -1 when it fails.
int error_of(long result) { return result < 0 ? errno : 0; }

int error_of_open(char const* path, int flags)
{
    UniqueFd const fd(::open(path, flags | O_CLOEXEC, 0644));
    return fd ? 0 : errno;
}

sockaddr_in loopback(std::uint16_t port)
{
    sockaddr_in address {};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

int connect_to(std::uint16_t port, int protocol)
{
    UniqueFd const fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, protocol));
    sockaddr_in const address = loopback(port);
    return fd ? error_of(::connect(fd.get(), reinterpret_cast<sockaddr const*>(&address), sizeof address)) : errno;
}

int send_with_fast_open(std::uint16_t port)
{
    UniqueFd const fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in const address = loopback(port);
    return error_of(::sendto(fd.get(), "x", 1, MSG_FASTOPEN | MSG_NOSIGNAL, reinterpret_cast<sockaddr const*>(&address), sizeof address));
}

int connect_to_path(std::filesystem::path const& path)
{
    UniqueFd const fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!fd)
        return errno;
    sockaddr_un address {};
    address.sun_family = AF_UNIX;
    path.native().copy(address.sun_path, sizeof address.sun_path - 1);
    return error_of(::connect(fd.get(), reinterpret_cast<sockaddr const*>(&address), sizeof address));
}

/// A program that the server starts is as locked in as the server.
int let_a_shell_write(std::filesystem::path const& path)
{
    std::string const command = "echo x > '" + path.string() + "'";
    char const* const arguments[] = { "sh", "-c", command.c_str(), nullptr };
    char const* const environment[] = { nullptr };
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    pid_t id = 0;
    int const result = ::posix_spawn(&id, "/bin/sh", &actions, nullptr, const_cast<char**>(arguments), const_cast<char**>(environment));
    ::posix_spawn_file_actions_destroy(&actions);
    if (result != 0)
        return result;
    int status = 0;
    ::waitpid(id, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : EACCES;
}

int set_file_flags(char const* path)
{
    UniqueFd const fd(::open(path, O_RDONLY | O_CLOEXEC));
    int flags = FS_NODUMP_FL;
    return error_of(::ioctl(fd.get(), FS_IOC_SETFLAGS, &flags));
}

int read_parent()
{
    char byte = 0;
    iovec const local { &byte, 1 };
    iovec const remote { const_cast<char*>("x"), 1 }; // the same address there: the parent forked us
    return error_of(::process_vm_readv(::getppid(), &local, 1, &remote, 1, 0));
}

}

void prepare_workspace(std::filesystem::path const& workspace, std::string const& who)
{
    std::filesystem::path const folder = workspace / who;
    std::filesystem::create_directories(folder / "empty");
    for (char const* name : { "a", "b", "c", "d", "e", "f" })
        std::ofstream(folder / name) << "text\n";
}

std::vector<Attempt> try_everything(Surroundings const& surroundings, std::string const& who)
{
    std::filesystem::path const folder = surroundings.workspace / who;
    auto const at = [&folder](char const* name) { return (folder / name).string(); };
    std::filesystem::path const own = surroundings.own / who;
    std::string const own_file = own.string() + "-file";
    std::string const own_other = own.string() + "-other";
    timespec const now[2] = { { 0, 0 }, { 0, 0 } };
    std::vector<Attempt> attempts;
    auto const harm = [&attempts](char const* name, int error) { attempts.push_back({ name, true, error }); };
    auto const need = [&attempts](char const* name, int error) { attempts.push_back({ name, false, error }); };

    need("create own", error_of_open(own_file.c_str(), O_WRONLY | O_CREAT | O_EXCL));
    need("write own", error_of_open(own_file.c_str(), O_RDWR | O_TRUNC));
    need("mkdir own", error_of(::mkdir((own.string() + "-folder").c_str(), 0700)));
    need("rename own", error_of(::rename(own_file.c_str(), own_other.c_str())));
    need("move own", error_of(::rename(own_other.c_str(), (own.string() + "-folder/x").c_str())));
    need("read workspace", error_of_open(at("a").c_str(), O_RDONLY));
    need("write /dev/null", error_of_open("/dev/null", O_RDWR));
    need("connect to the provider", connect_to(surroundings.provider_port, 0));

    harm("write", error_of_open(at("a").c_str(), O_WRONLY));
    harm("append", error_of_open(at("a").c_str(), O_WRONLY | O_APPEND));
    harm("open truncating", error_of_open(at("b").c_str(), O_WRONLY | O_TRUNC));
    harm("truncate", error_of(::truncate(at("b").c_str(), 0)));
    harm("create", error_of_open(at("new").c_str(), O_WRONLY | O_CREAT | O_EXCL));
    harm("create without a name", error_of_open(folder.c_str(), O_WRONLY | O_TMPFILE));
    harm("chmod", error_of(::chmod(at("a").c_str(), 0777)));
    harm("fchmodat", error_of(::fchmodat(AT_FDCWD, at("a").c_str(), 0777, 0)));
    harm("chown", error_of(::chown(at("a").c_str(), ::getuid(), ::getgid())));
    harm("utimens", error_of(::utimensat(AT_FDCWD, at("a").c_str(), now, 0)));
    harm("setxattr", error_of(::setxattr(at("a").c_str(), "user.x", "x", 1, 0)));
    harm("set flags", set_file_flags(at("a").c_str()));
    harm("link", error_of(::link(at("a").c_str(), at("hard").c_str())));
    harm("symlink", error_of(::symlink("/etc/passwd", at("soft").c_str())));
    harm("mkdir", error_of(::mkdir(at("folder").c_str(), 0755)));
    harm("mkfifo", error_of(::mkfifo(at("fifo").c_str(), 0644)));
    harm("rmdir", error_of(::rmdir(at("empty").c_str())));
    harm("rename", error_of(::rename(at("c").c_str(), at("renamed").c_str())));
    harm("move out", error_of(::rename(at("d").c_str(), (own.string() + "-stolen").c_str())));
    harm("move in", error_of(::rename((own.string() + "-folder/x").c_str(), at("planted").c_str())));
    harm("replace", error_of(::syscall(SYS_renameat2, AT_FDCWD, at("e").c_str(), AT_FDCWD, at("f").c_str(), RENAME_EXCHANGE)));
    harm("unlink", error_of(::unlink(at("e").c_str())));
    harm("write from a shell", let_a_shell_write(folder / "shell"));
    harm("connect elsewhere", connect_to(surroundings.other_port, 0));
    harm("connect elsewhere by MPTCP", connect_to(surroundings.other_port, IPPROTO_MPTCP));
    harm("send elsewhere by fast open", send_with_fast_open(surroundings.other_port));
    harm("connect to a path", connect_to_path(surroundings.socket));
    harm("signal another process", error_of(::kill(::getppid(), 0)));
    harm("read another process", read_parent());
    char parameters[128] = {};
    harm("io_uring", error_of(::syscall(425, 4, parameters)));
    return attempts;
}

}
