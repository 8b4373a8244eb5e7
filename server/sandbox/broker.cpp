// The server's end: starts the broker, and hands it one socket for every command.
#include "sandbox/broker.h"

#include "sandbox/c_strings.h"
#include "sandbox/descriptors.h"
#include "sandbox/messages.h"
#include "support/fd.h"
#include "support/text.h"

#include <array>
#include <csignal>
#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>

namespace countersign::sandbox {

using support::UniqueFd;

namespace {

struct SocketPair {
    UniqueFd ours;
    UniqueFd theirs;
};

Result<SocketPair> make_pair(int type)
{
    std::array<int, 2> ends {};
    if (::socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends.data()) != 0)
        return fail(ErrorCode::io, fmt::format("no socket for the sandbox: {}", support::errno_message()));
    return SocketPair { UniqueFd(ends[0]), UniqueFd(ends[1]) };
}

/// What the inner program says is checked like any other input: it lived beside the command.
bool is_sound_path(std::string const& path)
{
    if (path.empty() || path.front() == '/' || path.size() > 4096)
        return false;
    for (std::size_t begin = 0; begin <= path.size();) {
        std::size_t const end = std::min(path.find('/', begin), path.size());
        std::string_view const part = std::string_view(path).substr(begin, end - begin);
        if (part.empty() || part == "." || part == "..")
            return false;
        begin = end + 1;
    }
    return true;
}

bool is_readable_name(std::string const& path)
{
    return support::find_invalid_utf8(path) == std::string_view::npos && support::escape_for_display(path) == path
        && path.find_first_of("\n\t") == std::string::npos;
}

class Broker final : public Sandbox {
public:
    Broker(UniqueFd socket, pid_t process) : socket_(std::move(socket)), process_(process) { }

    ~Broker() override
    {
        socket_.reset(); // it ends when nobody can ask any more, and what it runs with it
        ::waitpid(process_, nullptr, 0);
    }

    Result<Outcome> run(Request const& request, std::stop_token stop) override
    {
        if (stop.stop_requested())
            return fail(ErrorCode::cancelled, "stopped before the command began");
        SocketPair pair = TRY(make_pair(SOCK_STREAM));
        if (!send_descriptor(socket_.get(), pair.theirs.get()))
            return gone();
        pair.theirs.reset();
        // A closed half tells the broker to kill the command; it answers when that is done.
        std::stop_callback const on_stop(stop, [&] { ::shutdown(pair.ours.get(), SHUT_WR); });
        auto outcome = converse(pair.ours.get(), request);
        if (!outcome && stop.stop_requested())
            return fail(ErrorCode::cancelled, "the command was stopped");
        return outcome;
    }

private:
    static tl::unexpected<Error> gone()
    {
        return fail(ErrorCode::io, "the process that runs commands is gone; restart the language server to run commands again");
    }

    static Result<Outcome> converse(int socket, Request const& request)
    {
        if (auto sent = send_frame(socket, FrameKind::request, encode(request)); !sent) {
            if (sent.error().code == ErrorCode::too_large)
                return tl::unexpected(sent.error());
            return gone();
        }
        std::vector<Changed> changes;
        std::vector<NotOffered> not_offered;
        while (true) {
            auto frame = receive_frame(socket);
            if (!frame)
                return gone();
            switch (frame->kind) {
            case FrameKind::candidates:
                if (!send_frame(socket, FrameKind::chosen, encode(choose(TRY(decode_paths(frame->payload)), request, not_offered))))
                    return gone();
                break;
            case FrameKind::change:
                changes.push_back(TRY(decode_changed(frame->payload)));
                break;
            case FrameKind::not_offered:
                not_offered.push_back(TRY(decode_not_offered(frame->payload)));
                break;
            case FrameKind::outcome: {
                Outcome outcome = TRY(decode_outcome(frame->payload));
                outcome.changes = std::move(changes);
                outcome.not_offered = std::move(not_offered);
                return outcome;
            }
            case FrameKind::failed:
                return tl::unexpected(decode_error(frame->payload));
            default:
                return fail(ErrorCode::io, "the sandbox's own processes misunderstood each other");
            }
        }
    }

    static std::vector<std::string> choose(
        std::vector<std::string> const& candidates, Request const& request, std::vector<NotOffered>& not_offered)
    {
        std::vector<std::string> chosen;
        for (std::string const& path : candidates) {
            if (!is_sound_path(path) || (request.wanted && !request.wanted(path)))
                continue;
            if (is_readable_name(path))
                chosen.push_back(path);
            else
                not_offered.push_back({ support::escape_for_display(path), "its name has characters that cannot be shown" });
        }
        return chosen;
    }

    UniqueFd socket_;
    pid_t process_;
};

char const* name_of(BackendKind kind)
{
    switch (kind) {
    case BackendKind::bwrap:
        return "bwrap";
    case BackendKind::podman:
        return "podman";
    case BackendKind::docker:
        return "docker";
    case BackendKind::none:
        return "none";
    }
    return "bwrap";
}

}

Result<std::unique_ptr<Sandbox>> start_broker(BrokerOptions const& options)
{
    SocketPair pair = TRY(make_pair(SOCK_SEQPACKET));
    // Out of the way of the descriptor that it is to become.
    UniqueFd const theirs(::fcntl(pair.theirs.get(), F_DUPFD_CLOEXEC, 10));
    std::vector<std::string> arguments { "countersign", broker_subcommand,
        fmt::format("{}{}", name_of(options.backend), options.copy_view ? "+copy" : ""), options.image, options.engine };
    std::vector<std::string> variables;
    for (char const* name : broker_variables) {
        if (auto const value = options.environment.find(name); value != options.environment.end())
            variables.push_back(fmt::format("{}={}", name, value->second));
    }
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions, theirs.get(), 3);
    posix_spawnattr_t attributes;
    ::posix_spawnattr_init(&attributes);
    // A group of its own: Ctrl-C at a terminal is for the server, which then ends the broker in order.
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    pid_t process = -1;
    std::string const executable = options.executable.empty() ? "/proc/self/exe" : options.executable;
    int const error =
        ::posix_spawn(&process, executable.c_str(), &actions, &attributes, c_strings(arguments).data(), c_strings(variables).data());
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&actions);
    if (error != 0) {
        errno = error;
        return fail(ErrorCode::io, fmt::format("the process that runs commands cannot be started: {}", support::errno_message()));
    }
    return std::make_unique<Broker>(std::move(pair.ours), process);
}

}
