#include "session/forwarding.h"

#include "support/files.h"
#include "support/hash.h"
#include "support/log.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/core.h>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>

namespace countersign::session {

namespace fs = std::filesystem;
using support::UniqueFd;

namespace {

constexpr timeval patience { 5, 0 };

/// The address of a socket in a folder whose path may be longer than an address can be: through our descriptor of the folder.
sockaddr_un address_of(int folder, std::string const& name)
{
    sockaddr_un address {};
    address.sun_family = AF_UNIX;
    std::string const path = fmt::format("/proc/self/fd/{}/{}", folder, name);
    std::memcpy(address.sun_path, path.c_str(), std::min(path.size(), sizeof address.sun_path - 1));
    return address;
}

Result<UniqueFd> open_folder(fs::path const& folder)
{
    UniqueFd fd(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd)
        return fail(ErrorCode::io, fmt::format("cannot open {}: {}", folder.string(), support::errno_message()));
    return fd;
}

Result<UniqueFd> new_socket()
{
    UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!fd)
        return fail(ErrorCode::io, fmt::format("cannot make a socket: {}", support::errno_message()));
    ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(fd.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    return fd;
}

bool is_same_user(int connection)
{
    ucred peer {};
    socklen_t size = sizeof peer;
    return ::getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.uid == ::geteuid();
}

Result<> send_line(int connection, Json const& value)
{
    std::string const line = support::dump_json(value) + "\n";
    std::string_view rest = line;
    while (!rest.empty()) {
        ssize_t const sent = ::send(connection, rest.data(), rest.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            return fail(ErrorCode::io, fmt::format("cannot write to the socket: {}", support::errno_message()));
        rest.remove_prefix(static_cast<std::size_t>(sent));
    }
    return {};
}

Result<Json> receive_line(int connection)
{
    std::string line;
    char buffer[65536];
    while (line.empty() || line.back() != '\n') {
        ssize_t const got = ::recv(connection, buffer, sizeof buffer, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return fail(ErrorCode::io, "the letter ended early");
        line.append(buffer, static_cast<std::size_t>(got));
        if (line.size() > letter_limit)
            return fail(ErrorCode::too_large, "the letter is too large");
    }
    Json value = TRY(support::parse_json(line));
    if (!value.is_object())
        return fail(ErrorCode::invalid_params, "the letter is not an object");
    return value;
}

}

Mailbox::Mailbox(fs::path path, UniqueFd socket, UniqueFd wake, Handler handler)
    : path_(std::move(path))
    , socket_(std::move(socket))
    , wake_(std::move(wake))
    , handler_(std::move(handler))
    , thread_([this](std::stop_token stop) { listen(stop); })
{
}

Mailbox::~Mailbox()
{
    ::unlink(path_.c_str());
    thread_.request_stop();
    std::uint64_t const one = 1;
    if (::write(wake_.get(), &one, sizeof one) != sizeof one)
        log::warn("the mailbox could not be woken");
    thread_.join();
}

Result<std::unique_ptr<Mailbox>> Mailbox::open(fs::path const& state_directory, Handler handler)
{
    fs::path const folder = state_directory / "sockets";
    TRY(support::make_private_directory(folder));
    UniqueFd const in_folder = TRY(open_folder(folder));
    UniqueFd socket = TRY(new_socket());
    std::string const name = fmt::format("{}-{}.sock", ::getpid(), support::random_hex(4));
    sockaddr_un const address = address_of(in_folder.get(), name);
    if (::bind(socket.get(), reinterpret_cast<sockaddr const*>(&address), sizeof address) != 0
        || ::chmod((folder / name).c_str(), 0600) != 0 || ::listen(socket.get(), 16) != 0)
        return fail(ErrorCode::io, fmt::format("cannot listen on {}: {}", (folder / name).string(), support::errno_message()));
    UniqueFd wake(::eventfd(0, EFD_CLOEXEC));
    if (!wake)
        return fail(ErrorCode::io, fmt::format("cannot make an eventfd: {}", support::errno_message()));
    return std::unique_ptr<Mailbox>(new Mailbox(folder / name, std::move(socket), std::move(wake), std::move(handler)));
}

void Mailbox::listen(std::stop_token stop) const
{
    while (!stop.stop_requested()) {
        pollfd waiting[] = { { socket_.get(), POLLIN, 0 }, { wake_.get(), POLLIN, 0 } };
        if (::poll(waiting, 2, -1) < 0 && errno != EINTR)
            return log::error("the mailbox is closed: {}", support::errno_message());
        if (stop.stop_requested() || (waiting[0].revents & POLLIN) == 0)
            continue;
        UniqueFd const connection(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
        if (connection)
            handle(connection.get());
    }
}

void Mailbox::handle(int connection) const
{
    ::setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (!is_same_user(connection))
        return log::warn("a letter from another user was refused");
    auto const letter = receive_line(connection);
    if (!letter)
        return log::warn("a letter was refused: {}", letter.error().message);
    if (auto const answered = send_line(connection, handler_(*letter)); !answered)
        log::warn("{}", answered.error().message);
}

Result<Json> send_letter(fs::path const& state_directory, Json const& letter, fs::path const& own)
{
    fs::path const folder = state_directory / "sockets";
    std::error_code error;
    UniqueFd const in_folder = TRY(open_folder(folder));
    for (fs::directory_iterator each(folder, error), end; !error && each != end; each.increment(error)) {
        if (each->path() == own || each->path().extension() != ".sock")
            continue;
        UniqueFd const socket = TRY(new_socket());
        sockaddr_un const address = address_of(in_folder.get(), each->path().filename().string());
        if (::connect(socket.get(), reinterpret_cast<sockaddr const*>(&address), sizeof address) != 0) {
            if (errno == ECONNREFUSED)
                ::unlink(each->path().c_str()); // whoever listened there was killed
            continue;
        }
        if (!is_same_user(socket.get()))
            continue;
        auto const sent = send_line(socket.get(), letter);
        auto answer = sent ? receive_line(socket.get()) : Result<Json>(tl::unexpected(sent.error()));
        if (answer && !answer->empty())
            return answer;
    }
    return fail(ErrorCode::not_found, "no running server of yours takes it");
}

}
