#include "sandbox/inner/command.h"

#include "sandbox/c_strings.h"
#include "sandbox/descriptors.h"
#include "sandbox/inner/confine.h"
#include "sandbox/inner/memory.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <dirent.h>
#include <fcntl.h>
#include <map>
#include <memory>
#include <netinet/in.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace countersign::sandbox::inner {

using support::UniqueFd;

namespace {

using Steady = std::chrono::steady_clock;
using std::chrono::milliseconds;

struct Pipe {
    UniqueFd read;
    UniqueFd write;
};

Result<Pipe> make_pipe()
{
    std::array<int, 2> ends {};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
        return fail(ErrorCode::io, "a pipe: " + support::errno_message());
    return Pipe { UniqueFd(ends[0]), UniqueFd(ends[1]) };
}

/// Looks a plain name up in the PATH that the command gets, past what is no program: never in the folder it runs in.
Error execute(Job const& job)
{
    std::vector<std::string> arguments = job.request.command.argv;
    std::vector<std::string> variables;
    std::string path;
    for (auto const& [name, value] : job.environment) {
        variables.push_back(name + "=" + value);
        if (name == "PATH")
            path = value;
    }
    auto const argv = c_strings(arguments);
    auto const environment = c_strings(variables);
    std::string const& name = job.request.command.argv[0];
    std::vector<std::string> files;
    if (name.find('/') != std::string::npos) {
        files.push_back(name);
    } else {
        for (std::size_t begin = 0; begin < path.size();) {
            std::size_t const end = std::min(path.find(':', begin), path.size());
            files.push_back(path.substr(begin, end - begin) + "/" + name);
            begin = end + 1;
        }
    }
    int error = ENOENT;
    for (std::string const& file : files) {
        ::execve(file.c_str(), argv.data(), environment.data());
        if (errno != ENOENT && errno != ENOTDIR)
            error = errno;
        if (error != ENOENT && error != EACCES)
            break;
    }
    errno = error;
    if (error == ENOENT)
        return { ErrorCode::not_found, "there is no program " + name + " in the sandbox" };
    return { error == E2BIG ? ErrorCode::too_large : ErrorCode::denied, "cannot run " + name + ": " + support::errno_message() };
}

/// The child's life up to the command. Never returns; what went wrong is written to `report`.
[[noreturn]] void become_command(Job const& job, Pipe const& ready, Pipe const& go, int report)
{
    auto const stop = [&](Error const& error) {
        (void)support::write_all(report, encode(error));
        ::_exit(127);
    };
    ::setsid();
    bool const in_namespaces = job.place == Place::namespaces;
    if (auto entered = in_namespaces ? enter_own_user_namespace(job.user, job.group) : Result<>(); !entered)
        stop(entered.error());
    if (UniqueFd const score(::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC)); score)
        (void)support::write_all(score.get(), "1000");
    // PID 1 makes the rest read-only only now: the maps above had to be written.
    char byte = 0;
    (void)support::write_all(ready.write.get(), "r");
    if (::read(go.read.get(), &byte, 1) != 1)
        ::_exit(127);
    std::string const& root = in_namespaces ? job.request.workspace : job.view;
    std::string const directory = root + (job.request.command.directory.empty() ? "" : "/" + job.request.command.directory);
    if (::chdir(directory.c_str()) != 0)
        stop({ ErrorCode::not_found, "cannot run in " + directory + ": " + support::errno_message() });
    ::umask(022);
    // How many processes a person has is counted for all of the machine: only a namespace of our own makes it this command's number.
    if (auto limited = limit_resources(job.request.limits, in_namespaces); !limited)
        stop(limited.error());
    std::vector<std::string> const writable = { in_namespaces ? workspace_alias : root, root, "/tmp", "/dev" };
    if (auto locked = lock_down(writable); !locked && job.place != Place::bare)
        stop(locked.error());
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    stop(execute(job));
    ::_exit(127);
}

/// Where the command's programs look for a proxy.
Result<UniqueFd> listen_for_proxy()
{
    UniqueFd listening(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    sockaddr_in address {};
    address.sin_family = AF_INET;
    address.sin_port = htons(proxy_port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (!listening || ::bind(listening.get(), reinterpret_cast<sockaddr const*>(&address), sizeof address) != 0
        || ::listen(listening.get(), 64) != 0)
        return fail(ErrorCode::io, "no place for the proxy: " + support::errno_message());
    return listening;
}

/// Ends all that descends from this process.
void kill_descendants()
{
    std::map<pid_t, std::vector<pid_t>> children;
    std::unique_ptr<DIR, int (*)(DIR*)> const processes(::opendir("/proc"), ::closedir);
    while (dirent const* entry = processes ? ::readdir(processes.get()) : nullptr) {
        std::string const name = entry->d_name;
        UniqueFd const file(
            name[0] < '1' || name[0] > '9' ? -1 : ::openat(::dirfd(processes.get()), (name + "/stat").c_str(), O_RDONLY | O_CLOEXEC));
        auto const text = file ? support::read_all(file.get(), 4096) : Result<std::string>(std::string());
        // proc(5): "pid (name) state parent ..."; the name may hold anything.
        std::size_t const end = text ? text->rfind(") ") : std::string::npos;
        if (end != std::string::npos)
            children[std::atoi(text->c_str() + end + 4)].push_back(std::atoi(name.c_str()));
    }
    std::vector<pid_t> left { ::getpid() };
    while (!left.empty()) {
        pid_t const parent = left.back();
        left.pop_back();
        for (pid_t const child : children[parent]) {
            ::kill(child, SIGKILL);
            left.push_back(child);
        }
    }
}

/// Ends every process of the namespace but this one, and waits until they are gone. Without a namespace of our own those that descend from
/// this one, which inherits all whose parent dies.
void kill_all(Place place)
{
    do {
        if (place == Place::bare)
            kill_descendants();
        else
            ::kill(-1, SIGKILL);
    } while (::waitpid(-1, nullptr, 0) > 0 || errno == EINTR);
}

class Watch {
public:
    Watch(Job const& job, pid_t command, Channel channel, std::array<UniqueFd, 2>& printed, int proxy)
        : limits_(job.request.limits)
        , counts_memory_(job.place != Place::bare)
        , command_(command)
        , channel_(channel)
        , printed_(printed)
        , proxy_(proxy)
    {
        sigset_t children;
        ::sigemptyset(&children);
        ::sigaddset(&children, SIGCHLD);
        signals_.reset(::signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK));
    }

    /// What is still in the pipes when nobody can print any more.
    Result<> pass_on_rest()
    {
        for (std::size_t stream = 0; stream < 2; ++stream) {
            while (printed_[stream])
                TRY(pass_on(stream));
        }
        return {};
    }

    Result<Ended> until_end()
    {
        while (!exited_ && !killed_) {
            std::array<pollfd, 5> events { pollfd { signals_.get(), POLLIN, 0 }, pollfd { channel_.in, POLLIN, 0 },
                pollfd { printed_[0].get(), POLLIN, 0 }, pollfd { printed_[1].get(), POLLIN, 0 }, pollfd { proxy_, POLLIN, 0 } };
            ::poll(events.data(), events.size(), static_cast<int>(std::min<long long>(next_look().count() + 1, 100)));
            if (events[0].revents != 0)
                reap();
            if (events[1].revents != 0)
                TRY(obey());
            for (std::size_t stream = 0; stream < 2; ++stream) {
                if (events[2 + stream].revents != 0)
                    TRY(pass_on(stream));
            }
            if (events[4].revents != 0)
                hand_over();
            watch_clock();
            if (!exited_ && !killed_ && counts_memory_ && memory_exceeds(limits_.memory))
                stop(Ending::memory_limit, milliseconds(0));
        }
        ended_.duration = std::chrono::duration_cast<milliseconds>(Steady::now() - begin_);
        return ended_;
    }

private:
    /// A connection to the proxy: the broker serves it.
    void hand_over() const
    {
        UniqueFd const connection(::accept4(proxy_, nullptr, nullptr, SOCK_CLOEXEC));
        if (connection)
            (void)send_descriptor(proxy_descriptor, connection.get());
    }

    /// What was printed, in a frame. An end closes the pipe.
    Result<> pass_on(std::size_t stream)
    {
        std::string bytes(64 * 1024, '\0');
        ssize_t const count = ::read(printed_[stream].get(), bytes.data(), bytes.size());
        if (count <= 0) {
            printed_[stream].reset();
            return {};
        }
        bytes.resize(static_cast<std::size_t>(count));
        return send_frame(channel_.out, FrameKind::output, Writer().number(stream).text(bytes).take());
    }

    milliseconds next_look() const
    {
        auto const until = stopping_ ? *stopping_ : begin_ + limits_.wall_time;
        return std::max(milliseconds(0), std::chrono::duration_cast<milliseconds>(until - Steady::now()));
    }

    void reap()
    {
        signalfd_siginfo told {};
        while (::read(signals_.get(), &told, sizeof told) == sizeof told) { }
        int status = 0;
        for (pid_t child = 0; (child = ::waitpid(-1, &status, WNOHANG)) > 0;) {
            if (child != command_)
                continue;
            exited_ = true;
            if (!stopping_) {
                ended_.ending = WIFSIGNALED(status) ? Ending::signalled : Ending::exited;
                ended_.status = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
            }
        }
    }

    Result<> obey()
    {
        Frame const frame = TRY(receive_frame(channel_.in));
        if (frame.kind == FrameKind::stop && !frame.payload.empty())
            stop(static_cast<Ending>(frame.payload[0]), milliseconds(0));
        return {};
    }

    void watch_clock()
    {
        auto const now = Steady::now();
        if (!stopping_ && now - begin_ >= limits_.wall_time)
            stop(Ending::timed_out, limits_.grace);
        if (stopping_ && now >= *stopping_)
            killed_ = true;
    }

    /// Asks the command to end; after `grace` it is not asked again.
    void stop(Ending ending, milliseconds grace)
    {
        if (!stopping_) {
            ended_.ending = ending;
            ended_.status = grace.count() > 0 ? SIGTERM : SIGKILL;
        }
        stopping_ = Steady::now() + grace;
        if (grace.count() > 0)
            ::kill(command_, SIGTERM);
    }

    Limits const& limits_;
    bool counts_memory_; ///< of every process that is to be seen, which are the command's only in a namespace
    pid_t command_;
    Channel channel_;
    std::array<UniqueFd, 2>& printed_;
    int proxy_; ///< -1: there is none
    UniqueFd signals_;
    Steady::time_point begin_ = Steady::now();
    std::optional<Steady::time_point> stopping_;
    bool exited_ = false;
    bool killed_ = false;
    Ended ended_;
};

}

Result<CommandProcess> CommandProcess::start(Job const& job)
{
    sigset_t all;
    ::sigfillset(&all);
    ::sigprocmask(SIG_SETMASK, &all, nullptr);
    Pipe ready = TRY(make_pipe());
    Pipe go = TRY(make_pipe());
    Pipe report = TRY(make_pipe());
    CommandProcess command;
    command.job_ = &job;
    if (job.place != Place::namespaces) {
        UniqueFd const no_input(::open("/dev/null", O_RDONLY | O_CLOEXEC));
        ::dup2(no_input.get(), 0);
        for (std::size_t stream = 0; stream < 2; ++stream) {
            Pipe pipe = TRY(make_pipe());
            ::dup2(pipe.write.get(), static_cast<int>(stream) + 1);
            command.printed_[stream] = std::move(pipe.read);
        }
    }
    if (job.place == Place::namespaces && !job.request.hosts.empty()) {
        ::fcntl(proxy_descriptor, F_SETFD, FD_CLOEXEC);
        command.proxy_ = TRY(listen_for_proxy());
    }
    if (job.place == Place::bare)
        ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    command.process_ = ::fork();
    if (command.process_ < 0)
        return fail(ErrorCode::io, "a process for the command: " + support::errno_message());
    if (command.process_ == 0) {
        ready.read.reset();
        go.write.reset();
        become_command(job, ready, go, report.write.get());
    }
    // The pipes of its output end when the command's last process does, not when this one does.
    UniqueFd const nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
    for (int fd : { 0, 1, 2 })
        ::dup2(nothing.get(), fd);
    command.ready_ = std::move(ready.read);
    command.go_ = std::move(go.write);
    command.report_ = std::move(report.read);
    return command;
}

Result<Ended> CommandProcess::run(Channel channel)
{
    char byte = 0;
    if (::read(ready_.get(), &byte, 1) == 1) {
        if (job_->place == Place::namespaces)
            TRY(close_root(*job_));
        TRY(send_frame(channel.out, FrameKind::started, ""));
        (void)support::write_all(go_.get(), "g");
    }
    std::string const failure = TRY(support::read_all(report_.get(), 1024 * 1024));
    if (!failure.empty()) {
        kill_all(job_->place);
        return tl::unexpected(decode_error(failure));
    }
    Watch watch(*job_, process_, channel, printed_, proxy_.get());
    auto ended = watch.until_end();
    kill_all(job_->place);
    TRY(watch.pass_on_rest());
    return ended;
}

}
