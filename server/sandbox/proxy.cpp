#include "sandbox/proxy.h"

#include "sandbox/descriptors.h"
#include "sandbox/messages.h"
#include "support/text.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <fmt/core.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <unistd.h>

namespace countersign::sandbox {

using std::chrono::milliseconds;
using support::UniqueFd;
using Steady = std::chrono::steady_clock;

namespace {

constexpr std::size_t head_limit = 8 * 1024;
constexpr std::size_t most_connections = 64;
constexpr std::uint64_t most_bytes = 256ULL * 1024 * 1024;
constexpr milliseconds patience { 10'000 };
constexpr milliseconds longest_silence { 60'000 };

bool wait_for(int fd, short events, Steady::time_point until)
{
    auto const left = std::chrono::duration_cast<milliseconds>(until - Steady::now());
    pollfd waiting { fd, events, 0 };
    return left.count() > 0 && ::poll(&waiting, 1, static_cast<int>(left.count())) > 0;
}

/// Reads on until `complete` says so. False if it ends, takes too long or grows too large before.
bool read_until(int fd, std::string& bytes, std::size_t limit, std::function<bool(std::string const&)> const& complete)
{
    auto const until = Steady::now() + patience;
    while (!complete(bytes)) {
        std::array<char, 4096> buffer;
        if (bytes.size() >= limit || !wait_for(fd, POLLIN, until))
            return false;
        ssize_t const count = ::read(fd, buffer.data(), buffer.size());
        if (count <= 0)
            return false;
        bytes.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return true;
}

struct Asked {
    Destination destination;
    bool is_tunnel = false;
    std::string request; ///< for the other server, if it is no tunnel
    std::string rest;    ///< what came behind the head
};

/// Fields of the head that are for this proxy, or would let another request follow.
bool is_for_us(std::string_view field)
{
    constexpr std::string_view names = " host connection keep-alive te trailer upgrade transfer-encoding content-length expect ";
    std::string name(field.substr(0, field.find(':')));
    for (char& c : name)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return name.starts_with("proxy-") || names.find(" " + name + " ") != std::string_view::npos;
}

Result<Asked> parse_head(std::string const& bytes)
{
    auto const refuse = [](char const* why) { return fail(ErrorCode::denied, why); };
    std::size_t const end = bytes.find("\r\n\r\n");
    std::string_view head = std::string_view(bytes).substr(0, end);
    if (head.find('\0') != std::string_view::npos)
        return refuse("the request holds a NUL byte");
    std::string_view const line = head.substr(0, head.find("\r\n"));
    head.remove_prefix(std::min(line.size() + 2, head.size()));
    std::size_t const first = line.find(' '), last = line.rfind(' ');
    if (first == std::string_view::npos || first == last || !line.substr(last + 1).starts_with("HTTP/1."))
        return refuse("it is no request of HTTP");
    std::string_view const method = line.substr(0, first), target = line.substr(first + 1, last - first - 1);
    Asked asked;
    asked.rest = bytes.substr(end + 4);
    if (method == "CONNECT") {
        asked.is_tunnel = true;
        asked.destination = TRY(parse_authority(target, 0));
        return asked;
    }
    if (method != "GET" && method != "HEAD")
        return refuse("only CONNECT, GET and HEAD are passed on");
    constexpr std::string_view scheme = "http://";
    if (!target.starts_with(scheme) || target.find_first_of(" \\") != std::string_view::npos)
        return refuse("only http URLs are passed on");
    std::string_view const authority = target.substr(scheme.size(), target.find_first_of("/?#", scheme.size()) - scheme.size());
    std::string_view const path = target.substr(scheme.size() + authority.size());
    asked.destination = TRY(parse_authority(authority, 80));
    asked.request = fmt::format(
        "{} {}{} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", method, path.starts_with('/') ? "" : "/", path, asked.destination.host);
    while (!head.empty()) {
        std::string_view const field = head.substr(0, head.find("\r\n"));
        if (!field.empty() && !is_for_us(field))
            asked.request += fmt::format("{}\r\n", field);
        head.remove_prefix(std::min(field.size() + 2, head.size()));
    }
    asked.request += "\r\n";
    return asked;
}

Result<UniqueFd> connect_to(Address const& address)
{
    UniqueFd server(::socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    auto const* const to = reinterpret_cast<sockaddr const*>(&address.storage);
    int error = 0;
    socklen_t size = sizeof error;
    if (!server || (::connect(server.get(), to, address.size) != 0 && errno != EINPROGRESS))
        error = errno;
    else if (!wait_for(server.get(), POLLOUT, Steady::now() + patience))
        error = ETIMEDOUT;
    else
        ::getsockopt(server.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) {
        errno = error;
        return fail(ErrorCode::io, "it cannot be reached: " + support::errno_message());
    }
    ::fcntl(server.get(), F_SETFL, 0);
    return server;
}

/// Both ways until one ends, is silent for too long, or too much was carried. How much that was.
std::uint64_t relay(int client, int server, bool both_ways)
{
    std::uint64_t carried = 0;
    while (carried < most_bytes) {
        std::array<pollfd, 2> events { pollfd { server, POLLIN, 0 }, pollfd { both_ways ? client : -1, POLLIN, 0 } };
        if (::poll(events.data(), events.size(), static_cast<int>(longest_silence.count())) <= 0)
            break;
        int const from = events[0].revents != 0 ? server : client;
        std::array<char, 32 * 1024> buffer;
        ssize_t const count = ::read(from, buffer.data(), buffer.size());
        if (count <= 0 || !support::write_all(from == server ? client : server, { buffer.data(), static_cast<std::size_t>(count) }))
            break;
        carried += static_cast<std::uint64_t>(count);
    }
    return carried;
}

}

Network real_network()
{
    return { [](Destination const& destination) -> Result<Address> {
                addrinfo hints {};
                hints.ai_socktype = SOCK_STREAM;
                addrinfo* found = nullptr;
                std::string const port = std::to_string(destination.port);
                if (::getaddrinfo(destination.host.c_str(), port.c_str(), &hints, &found) != 0 || found == nullptr)
                    return fail(ErrorCode::not_found, "its name is not known");
                Address address;
                address.size = found->ai_addrlen;
                std::memcpy(&address.storage, found->ai_addr, found->ai_addrlen);
                ::freeaddrinfo(found);
                return address;
            },
        is_public_address };
}

struct Proxy::Connection {
    UniqueFd client;
    UniqueFd server;
    std::string word; ///< for the log
    bool done = false;
    std::thread thread;
};

Proxy::Proxy(UniqueFd connections, std::vector<std::string> allowed, Network network)
    : connections_(std::move(connections))
    , allowed_(std::move(allowed))
    , network_(std::move(network))
    , accepting_([this] { accept_all(); })
{
}

Proxy::~Proxy()
{
    ::shutdown(connections_.get(), SHUT_RDWR);
    accepting_.join();
    {
        std::lock_guard const lock(mutex_);
        for (auto const& connection : served_) {
            ::shutdown(connection->client.get(), SHUT_RDWR);
            if (connection->server)
                ::shutdown(connection->server.get(), SHUT_RDWR);
        }
    }
    for (auto const& connection : served_)
        connection->thread.join();
}

std::vector<std::string> Proxy::log() const
{
    std::lock_guard const lock(mutex_);
    std::vector<std::string> words;
    for (auto const& connection : served_) {
        if (!connection->word.empty())
            words.push_back(connection->word);
    }
    return words;
}

void Proxy::accept_all()
{
    while (UniqueFd client = receive_descriptor(connections_.get())) {
        std::lock_guard const lock(mutex_);
        auto const open = std::count_if(served_.begin(), served_.end(), [](auto const& each) { return !each->done; });
        if (static_cast<std::size_t>(open) >= most_connections || served_.size() >= 100 * most_connections)
            continue; // closed at once
        Connection& connection = *served_.emplace_back(std::make_unique<Connection>());
        connection.client = std::move(client);
        connection.thread = std::thread([this, &connection] {
            serve(connection);
            std::lock_guard const done(mutex_);
            ::shutdown(connection.client.get(), SHUT_RDWR);
            connection.done = true;
        });
    }
}

void Proxy::serve(Connection& connection)
{
    int const client = connection.client.get();
    std::string bytes, name = "a request";
    auto const note = [&](std::string word) {
        std::lock_guard const lock(mutex_);
        connection.word = std::move(word);
    };
    auto const refuse = [&](Error const& error) {
        std::string const why = fmt::format("{} is refused: {}", name, error.message);
        note(why);
        (void)support::write_all(
            client, fmt::format("HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\ncountersign: {}\n", why));
    };
    if (!read_until(client, bytes, head_limit, [](std::string const& all) { return all.find("\r\n\r\n") != std::string::npos; }))
        return refuse({ ErrorCode::denied, "it has no end" });
    name = support::escape_for_display(bytes.substr(0, std::min<std::size_t>(bytes.find("\r\n"), 200)));
    auto const asked = parse_head(bytes);
    if (!asked)
        return refuse(asked.error());
    name = fmt::format("{}:{}", asked->destination.host, asked->destination.port);
    if (auto allowed = check_destination(asked->destination, allowed_); !allowed)
        return refuse(allowed.error());
    auto const address = network_.resolve(asked->destination);
    if (!address)
        return refuse(address.error());
    if (!network_.is_allowed(reinterpret_cast<sockaddr const&>(address->storage)))
        return refuse({ ErrorCode::denied, "its address is none of the open internet" });
    auto server = connect_to(*address);
    if (!server)
        return refuse(server.error());
    int const to = server->get();
    {
        std::lock_guard const lock(mutex_);
        connection.server = std::move(*server);
    }
    std::string first = asked->is_tunnel ? asked->rest : asked->request;
    if (asked->is_tunnel) {
        constexpr std::size_t hello_limit = 16 * 1024;
        if (!support::write_all(client, "HTTP/1.1 200 Connection established\r\n\r\n"))
            return;
        auto const whole = [](std::string const& all) {
            return all.size() >= 5
                && (all[0] != 22 || all.size() >= 5U + (static_cast<unsigned char>(all[3]) << 8 | static_cast<unsigned char>(all[4])));
        };
        std::string const named = read_until(client, first, hello_limit, whole) ? server_name_of(first) : std::string();
        if (named != asked->destination.host)
            return note(
                fmt::format("{} is refused: TLS asked for {}", name, named.empty() ? "no name" : support::escape_for_display(named)));
    }
    if (!support::write_all(to, first))
        return;
    note(fmt::format("{}: {} bytes", name, relay(client, to, asked->is_tunnel)));
}

}
