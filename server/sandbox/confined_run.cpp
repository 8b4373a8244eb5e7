#include "sandbox/confined_run.h"

#include "sandbox/c_strings.h"
#include "sandbox/launcher.h"
#include "sandbox/messages.h"
#include "sandbox/output.h"
#include "sandbox/surroundings.h"
#include "support/text.h"

#include <array>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fmt/core.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

namespace countersign::sandbox {

using std::chrono::milliseconds;
using support::UniqueFd;

namespace {

using Steady = std::chrono::steady_clock;

/// How long the inner program may take to build the view, and afterwards to read it back.
constexpr milliseconds longest_start { 60'000 };
constexpr milliseconds longest_reading { 120'000 };

bool is_relative_inside(std::string const& path)
{
    if (path.empty() || path.front() == '/' || path.size() > 4095 || path.find('\0') != std::string::npos)
        return false;
    for (auto const& part : std::filesystem::path(path)) {
        if (part == ".." || part == "." || part.empty())
            return false;
    }
    return true;
}

tl::unexpected<Error> invalid(std::string message) { return fail(ErrorCode::invalid_params, std::move(message)); }

Result<> check_command(Command const& command)
{
    if (command.argv.empty() || command.argv[0].empty())
        return invalid("a command needs a program: argv is empty");
    std::size_t size = 0;
    for (std::string const& argument : command.argv) {
        if (argument.find('\0') != std::string::npos)
            return invalid("an argument of the command holds a NUL byte");
        if (argument.size() >= 128 * 1024) // MAX_ARG_STRLEN
            return fail(
                ErrorCode::too_large, fmt::format("an argument of the command has {} bytes; the kernel takes 131071", argument.size()));
        size += argument.size() + 1 + sizeof(char*);
    }
    if (size > 1024 * 1024)
        return fail(ErrorCode::too_large,
            fmt::format("the command's {} are too long together", support::count_of(command.argv.size(), "argument")));
    if (!command.directory.empty() && !is_relative_inside(command.directory))
        return invalid(fmt::format("the directory {} is not inside the workspace", support::escape_for_display(command.directory)));
    for (auto const& [name, value] : command.environment) {
        if (is_loading_variable(name) || value.find('\0') != std::string::npos)
            return fail(ErrorCode::denied, fmt::format("the variable {} is not passed to commands", support::escape_for_display(name)));
    }
    return {};
}

Result<> check(Request const& request)
{
    TRY(check_command(request.command));
    for (ViewFile const& file : request.view) {
        if (!is_relative_inside(file.path))
            return invalid(fmt::format("{} is no path inside the workspace", support::escape_for_display(file.path)));
    }
    for (std::string const& path : request.masked) {
        if (!is_relative_inside(path))
            return invalid(fmt::format("{} is no path inside the workspace", support::escape_for_display(path)));
    }
    return {};
}

/// The path without links: inside, the workspace has this name.
Result<std::string> real_workspace(std::string const& workspace)
{
    std::error_code error;
    std::filesystem::path const real = std::filesystem::canonical(workspace, error);
    if (error || !std::filesystem::is_directory(real, error))
        return fail(ErrorCode::not_found, fmt::format("the workspace {} is not there any more", workspace));
    static constexpr char const* never[] = { "/", "/usr", "/etc", "/proc", "/sys", "/dev", "/tmp", "/bin", "/lib", "/run", "/boot" };
    for (char const* folder : never) {
        if (real == folder)
            return fail(ErrorCode::denied, fmt::format("no command is run on all of {}; open a folder of it as the workspace", folder));
    }
    return real.string();
}

/// A descriptor out of the way of those that the launched program is given.
UniqueFd set_aside(int fd) { return UniqueFd(::fcntl(fd, F_DUPFD_CLOEXEC, 10)); }

struct Process {
    pid_t id = -1;
    UniqueFd output;
    UniqueFd error;
    UniqueFd control;

    ~Process()
    {
        if (id > 0) {
            ::kill(id, SIGKILL);
            ::waitpid(id, nullptr, 0);
        }
    }
};

Result<> spawn(Process& process, std::vector<std::string> arguments, int program)
{
    std::array<int, 2> output {};
    std::array<int, 2> error {};
    std::array<int, 2> control {};
    if (::pipe2(output.data(), O_CLOEXEC) != 0 || ::fcntl(output[0], F_SETFL, O_NONBLOCK) != 0)
        return fail(ErrorCode::io, fmt::format("no pipe for the command: {}", support::errno_message()));
    process.output.reset(output[0]);
    UniqueFd const output_end(output[1]);
    if (::pipe2(error.data(), O_CLOEXEC) != 0 || ::fcntl(error[0], F_SETFL, O_NONBLOCK) != 0)
        return fail(ErrorCode::io, fmt::format("no pipe for the command: {}", support::errno_message()));
    process.error.reset(error[0]);
    UniqueFd const error_end(error[1]);
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, control.data()) != 0)
        return fail(ErrorCode::io, fmt::format("no socket for the command: {}", support::errno_message()));
    process.control.reset(control[0]);
    UniqueFd const control_end(control[1]);

    UniqueFd const ends[] = { set_aside(output_end.get()), set_aside(error_end.get()), set_aside(control_end.get()), set_aside(program) };
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    for (int target = 1; UniqueFd const& end : ends)
        ::posix_spawn_file_actions_adddup2(&actions, end.get(), target++);
    posix_spawnattr_t attributes;
    ::posix_spawnattr_init(&attributes);
    sigset_t none;
    sigset_t all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setsigdefault(&attributes, &all);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    char* no_variables[] = { nullptr };
    int const failed = ::posix_spawn(&process.id, arguments[0].c_str(), &actions, &attributes, c_strings(arguments).data(), no_variables);
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) {
        process.id = -1;
        errno = failed;
        return fail(ErrorCode::denied, fmt::format("{} cannot be started: {}", arguments[0], support::errno_message()));
    }
    return {};
}

class Run {
public:
    Run(Request const& request, std::string backend, Process& process, int server)
        : limits_(request.limits)
        , process_(process)
        , server_(server)
        , merged_(limits_.output_for_model)
        , output_(limits_.output_kept)
        , error_(limits_.output_kept)
    {
        outcome_.backend = std::move(backend);
    }

    Result<Outcome> until_done()
    {
        while (!done_) {
            std::array<pollfd, 4> events { pollfd { process_.output.get(), POLLIN, 0 }, pollfd { process_.error.get(), POLLIN, 0 },
                pollfd { process_.control.get(), POLLIN, 0 }, pollfd { stopping_ ? -1 : server_, POLLIN, 0 } };
            auto const left = std::chrono::duration_cast<milliseconds>(deadline_ - Steady::now());
            if (left.count() <= 0)
                return give_up();
            ::poll(events.data(), events.size(), static_cast<int>(std::min<long long>(left.count() + 1, 60'000)));
            // The start is told before anything can be printed. From then on output first: what was printed before the end belongs to it.
            bool const starting = !started_ && events[2].revents != 0;
            if (starting)
                TRY(listen());
            if (events[0].revents != 0)
                collect(process_.output, output_);
            if (events[1].revents != 0)
                collect(process_.error, error_);
            if (events[3].revents != 0)
                stop(Ending::signalled, true);
            if (events[2].revents != 0 && !starting)
                TRY(listen());
        }
        if (cancelled_)
            return fail(ErrorCode::cancelled, "the command was stopped");
        outcome_.output = merged_.text();
        outcome_.output_dropped = merged_.dropped();
        outcome_.standard_output = output_.text();
        outcome_.standard_error = error_.text();
        return std::move(outcome_);
    }

private:
    tl::unexpected<Error> give_up()
    {
        if (cancelled_)
            return fail(ErrorCode::cancelled, "the command was stopped");
        return fail(ErrorCode::timeout, started_ ? "the sandbox did not end in time and was killed" : "the sandbox did not start in time");
    }

    /// Takes what is there. False if that was nothing.
    bool collect(UniqueFd& pipe, Shortened& into)
    {
        std::array<char, 64 * 1024> buffer;
        ssize_t const count = pipe ? ::read(pipe.get(), buffer.data(), buffer.size()) : -1;
        if (count == 0)
            pipe.reset();
        if (count <= 0)
            return false;
        std::string_view const bytes(buffer.data(), static_cast<std::size_t>(count));
        if (!started_) {
            said_by_launcher_ += bytes.substr(0, 4096 - std::min<std::size_t>(4096, said_by_launcher_.size()));
            return true;
        }
        into.add(bytes);
        merged_.add(bytes);
        if (merged_.added() > limits_.output_total)
            stop(Ending::output_limit, false);
        return true;
    }

    /// Asks the inner program to kill everything. If it has not come that far, the launcher itself is killed by the deadline.
    void stop(Ending ending, bool cancelled)
    {
        if (stopping_)
            return;
        stopping_ = true;
        cancelled_ = cancelled;
        (void)send_frame(process_.control.get(), FrameKind::stop, std::string(1, static_cast<char>(ending)));
        if (cancelled)
            deadline_ = Steady::now() + milliseconds(started_ ? 2'000 : 0);
    }

    Result<> listen()
    {
        auto frame = receive_frame(process_.control.get());
        if (!frame)
            return lost();
        switch (frame->kind) {
        case FrameKind::started:
            started_ = true;
            deadline_ = Steady::now() + limits_.wall_time + limits_.grace + longest_reading;
            break;
        case FrameKind::ended: {
            Ended const ended = TRY(decode_ended(frame->payload));
            outcome_.ending = ended.ending;
            outcome_.status = ended.status;
            outcome_.duration = ended.duration;
            done_ = cancelled_; // nobody wants to know the rest
            drain();
            break;
        }
        case FrameKind::candidates: {
            TRY(send_frame(server_, frame->kind, frame->payload));
            Frame const chosen = TRY(receive_frame(server_));
            TRY(send_frame(process_.control.get(), chosen.kind, chosen.payload));
            break;
        }
        case FrameKind::change:
        case FrameKind::not_offered:
            TRY(send_frame(server_, frame->kind, frame->payload));
            break;
        case FrameKind::done: {
            Reader reader(frame->payload);
            outcome_.stale = reader.number() != 0;
            outcome_.copied = reader.number() != 0;
            done_ = true;
            break;
        }
        case FrameKind::failed:
            return tl::unexpected(decode_error(frame->payload));
        default:
            return fail(ErrorCode::io, "the sandbox's own processes misunderstood each other");
        }
        return {};
    }

    /// Every process that could print is dead: what is left in the pipes is all there is. (The launcher still holds them open.)
    void drain()
    {
        while (collect(process_.output, output_)) { }
        while (collect(process_.error, error_)) { }
    }

    tl::unexpected<Error> lost()
    {
        if (cancelled_)
            return fail(ErrorCode::cancelled, "the command was stopped");
        if (started_)
            return fail(ErrorCode::io, "the sandbox was killed from outside while the command ran");
        drain();
        return tl::unexpected(explain_failed_launch(clean_output(support::trim(said_by_launcher_))));
    }

    Limits const& limits_;
    Process& process_;
    int server_;
    Shortened merged_;
    Shortened output_;
    Shortened error_;
    std::string said_by_launcher_;
    Steady::time_point deadline_ = Steady::now() + longest_start;
    bool started_ = false;
    bool stopping_ = false;
    bool cancelled_ = false;
    bool done_ = false;
    Outcome outcome_;
};

Job make_job(BrokerOptions const& options, Launch const& launch, Request request)
{
    Surroundings surroundings = look_around(options.environment, request.workspace);
    Job job;
    job.binds = std::move(surroundings.binds);
    job.hidden = std::move(surroundings.hidden);
    job.home_links = std::move(surroundings.home_links);
    job.environment = std::move(surroundings.environment);
    job.environment.insert(job.environment.end(), request.command.environment.begin(), request.command.environment.end());
    job.user = launch.user;
    job.group = launch.group;
    job.copy_view = options.copy_view;
    job.pid_max = own_pid_max(request.limits.processes);
    job.request = std::move(request);
    return job;
}

Result<Outcome> run_request(BrokerOptions const& options, int program, int server, Process& process)
{
    Frame const frame = TRY(receive_frame(server));
    Request request = TRY(decode_request(frame.payload));
    TRY(check(request));
    request.workspace = TRY(real_workspace(request.workspace));
    Launch launch = TRY(plan_launch(options, request));
    if (::geteuid() == 0 && launch.user == 0 && own_pid_max(request.limits.processes) == 0)
        return fail(ErrorCode::denied,
            "as root on this kernel nothing bounds how many processes a command starts; run as an ordinary user, or on a kernel from 6.14 "
            "on");
    TRY(spawn(process, std::move(launch.argv), program));
    // While the launcher makes its namespaces.
    Job const job = make_job(options, launch, std::move(request));
    if (auto sent = send_frame(process.control.get(), FrameKind::job, encode(job)); !sent && sent.error().code == ErrorCode::too_large)
        return tl::unexpected(std::move(sent).error());
    return Run(job.request, launch.backend, process, server).until_done();
}

}

void serve_request(BrokerOptions const& options, int program, UniqueFd server)
{
    // Reaped after the answer: the kernel takes a while to clear namespaces away, and nothing lives in them any more.
    Process process;
    auto const outcome = run_request(options, program, server.get(), process);
    if (outcome)
        (void)send_frame(server.get(), FrameKind::outcome, encode(*outcome));
    else
        (void)send_frame(server.get(), FrameKind::failed, encode(outcome.error()));
}

}
