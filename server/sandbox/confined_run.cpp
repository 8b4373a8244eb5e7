#include "sandbox/confined_run.h"

#include "sandbox/inner/stale.h"
#include "sandbox/launched.h"
#include "sandbox/messages.h"
#include "sandbox/output.h"
#include "sandbox/proxy.h"
#include "sandbox/request_check.h"
#include "sandbox/send_view.h"
#include "sandbox/surroundings.h"
#include "support/text.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>

namespace countersign::sandbox {

using std::chrono::milliseconds;
using support::UniqueFd;

namespace {

using Steady = std::chrono::steady_clock;

/// How long the inner program may take to build the view, and afterwards to read it back.
constexpr milliseconds longest_start { 60'000 };
constexpr milliseconds longest_reading { 120'000 };

class Run {
public:
    Run(Job const& job, std::string backend, Process& process, int server)
        : job_(job)
        , limits_(job.request.limits)
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
        // What comes through an engine's own pipe is the engine's word at any time.
        if (!started_ || job_.place != Place::namespaces)
            said_by_launcher_ += bytes.substr(0, 4096 - std::min<std::size_t>(4096, said_by_launcher_.size()));
        else
            take(bytes, into);
        return true;
    }

    void take(std::string_view bytes, Shortened& into)
    {
        into.add(bytes);
        merged_.add(bytes);
        if (merged_.added() > limits_.output_total)
            stop(Ending::output_limit, false);
    }

    bool is_as_on_disk(Changed const& changed) const
    {
        auto const& view = job_.request.view;
        bool const is_given = std::any_of(view.begin(), view.end(), [&](ViewFile const& file) { return file.path == changed.path; });
        return !is_given && changed.kind == ChangeKind::modified && is_on_disk(job_.request.workspace, changed);
    }

    bool changed_meanwhile() const
    {
        UniqueFd const root(::open(job_.request.workspace.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        return root && inner::changed_since(root.get(), begin_, milliseconds(1) + outcome_.duration / 10);
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
            begin_ = inner::stamp_now();
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
        case FrameKind::output: {
            Reader reader(frame->payload);
            bool const is_error = reader.number() != 0;
            take(reader.text(), is_error ? error_ : output_);
            break;
        }
        case FrameKind::change:
            // Where the inner program had no original to compare with, this is the place to do it.
            if (job_.place != Place::namespaces && is_as_on_disk(TRY(decode_changed(frame->payload))))
                break;
            TRY(send_frame(server_, frame->kind, frame->payload));
            break;
        case FrameKind::not_offered:
            TRY(send_frame(server_, frame->kind, frame->payload));
            break;
        case FrameKind::done: {
            Reader reader(frame->payload);
            outcome_.stale = reader.number() != 0 || (job_.place != Place::namespaces && changed_meanwhile());
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
        std::string const said = clean_output(support::trim(said_by_launcher_));
        return tl::unexpected(
            job_.place == Place::namespaces ? explain_failed_launch(said) : explain_failed_engine(outcome_.backend, said));
    }

    Job const& job_;
    Limits const& limits_;
    Process& process_;
    int server_;
    timespec begin_ {};
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

using Variables = std::vector<std::pair<std::string, std::string>>;

void set_variable(Variables& variables, std::string_view name, std::string const& value)
{
    for (auto& [known, now] : variables) {
        if (known == name)
            now = value;
    }
}

/// What programs look for a proxy in, and without what says that there is no network.
void show_proxy(Variables& variables)
{
    std::erase_if(variables, [](auto const& variable) {
        static constexpr std::string_view offline[] = { "CARGO_NET_OFFLINE", "GOPROXY", "PIP_NO_INDEX", "npm_config_offline" };
        return std::find(std::begin(offline), std::end(offline), variable.first) != std::end(offline);
    });
    for (char const* name : { "http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY" })
        variables.emplace_back(name, fmt::format("http://127.0.0.1:{}", proxy_port));
    for (char const* name : { "no_proxy", "NO_PROXY" })
        variables.emplace_back(name, "localhost,127.0.0.1,::1");
}

/// In a container the host's toolchains are not there; the image has its own.
void keep_what_an_image_has(Variables& variables, std::map<std::string, std::string> const& host)
{
    auto const home = host.find("HOME");
    if (home != host.end() && home->second.size() > 1)
        std::erase_if(
            variables, [&](auto const& variable) { return variable.first != "PATH" && variable.second.starts_with(home->second + "/"); });
    set_variable(variables, "PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
}

Job make_job(BrokerOptions const& options, Launch const& launch, Request request)
{
    Surroundings surroundings = look_around(options.environment, request.workspace);
    Job job;
    job.binds = std::move(surroundings.binds);
    job.hidden = std::move(surroundings.hidden);
    job.home_links = std::move(surroundings.home_links);
    job.environment = std::move(surroundings.environment);
    if (launch.place == Place::container)
        keep_what_an_image_has(job.environment, options.environment);
    if (launch.place == Place::bare)
        set_variable(job.environment, "HOME", launch.view + "/../home");
    job.environment.insert(job.environment.end(), request.command.environment.begin(), request.command.environment.end());
    job.user = launch.user;
    job.group = launch.group;
    job.copy_view = options.copy_view;
    if (launch.place == Place::namespaces && !request.hosts.empty())
        show_proxy(job.environment);
    job.place = launch.place;
    job.view = launch.view;
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
    Room room;
    if (needs_room(options.backend))
        TRY(room.make());
    Launch const launch = TRY(plan_launch(options, request, room.path()));
    if (launch.place == Place::namespaces && ::geteuid() == 0 && launch.user == 0 && own_pid_max(request.limits.processes) == 0)
        return fail(ErrorCode::denied,
            "as root on this kernel nothing bounds how many processes a command starts; run as an ordinary user, or on a kernel from 6.14 "
            "on");
    bool const with_proxy = launch.place == Place::namespaces && !request.hosts.empty();
    TRY(spawn(process, launch, program, with_proxy));
    std::optional<Proxy> proxy;
    if (with_proxy)
        proxy.emplace(std::move(process.proxied), request.hosts, real_network());
    // While the launcher makes its namespaces.
    Job const job = make_job(options, launch, std::move(request));
    auto sent = send_frame(process.control.get(), FrameKind::job, encode(job));
    if (sent && launch.place != Place::namespaces)
        sent = send_view(process.control.get(), job.request.workspace, job.request.masked, job.request.limits);
    // Why the other end is gone, what it said tells better.
    if (!sent && sent.error().code != ErrorCode::io)
        return tl::unexpected(std::move(sent).error());
    auto outcome = Run(job, launch.backend, process, server).until_done();
    if (outcome && proxy)
        outcome->network = proxy->log();
    if (launch.place != Place::namespaces)
        process.end(); // before its room goes
    return outcome;
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
