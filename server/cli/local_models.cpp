#include "cli/local_models.h"

#include "support/fd.h"

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <fmt/core.h>
#include <poll.h>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>

namespace countersign::cli {

namespace {

struct Usual {
    Ports ports;
    std::uint16_t port;
    std::string_view name;
    std::string_view path; ///< what it is asked for
    std::string_view sign; ///< what its answer holds
    std::string_view settings;
};

constexpr std::array<Usual, 4> usual { {
    { Ports::own, 11434, "Ollama", "/api/version", "\"version\"", "provider = \"ollama\"" },
    { Ports::usual, 8080, "a llama.cpp server", "/v1/models", "\"data\"",
        "provider = \"openai\", base_url = \"http://127.0.0.1:8080/v1\"" },
    { Ports::own, 1234, "LM Studio", "/v1/models", "\"data\"", "provider = \"openai\", base_url = \"http://127.0.0.1:1234/v1\"" },
    { Ports::usual, 8000, "a vLLM server", "/v1/models", "\"data\"", "provider = \"openai\", base_url = \"http://127.0.0.1:8000/v1\"" },
} };

using Moment = std::chrono::steady_clock::time_point;

bool is_ready(int socket, short events, Moment until)
{
    auto const left = std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    pollfd waiting { socket, events, 0 };
    return left.count() > 0 && ::poll(&waiting, 1, static_cast<int>(left.count())) == 1;
}

/// The begin of the answer; empty if there is none in time.
std::string ask(Usual const& server, Moment until)
{
    constexpr std::size_t enough = 4096;
    support::UniqueFd const socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    sockaddr_in address {};
    address.sin_family = AF_INET;
    address.sin_port = htons(server.port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket.get(), reinterpret_cast<sockaddr const*>(&address), sizeof address) != 0
        && (errno != EINPROGRESS || !is_ready(socket.get(), POLLOUT, until)))
        return {};
    std::string const request =
        fmt::format("GET {} HTTP/1.0\r\nHost: 127.0.0.1:{}\r\nAccept: application/json\r\n\r\n", server.path, server.port);
    if (::send(socket.get(), request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size()))
        return {};
    std::string answer;
    while (answer.size() < enough && is_ready(socket.get(), POLLIN, until)) {
        std::array<char, enough> piece;
        ssize_t const size = ::recv(socket.get(), piece.data(), piece.size(), 0);
        if (size <= 0)
            break;
        answer.append(piece.data(), static_cast<std::size_t>(size));
        if (answer.find(server.sign) != std::string::npos)
            break;
    }
    return answer;
}

}

std::vector<std::string> find_local_models(Ports ports)
{
    Moment const until = std::chrono::steady_clock::now() + std::chrono::milliseconds(250);
    std::vector<std::string> found;
    for (Usual const& server : usual) {
        if (ports == Ports::own && server.ports != Ports::own)
            continue;
        std::string const answer = ask(server, until);
        if (answer.starts_with("HTTP/1") && answer.find(" 200 ") < 16 && answer.find(server.sign) != std::string::npos)
            found.push_back(
                fmt::format("On this machine port {} answers as {} does; it is not used. To use it, put {} into your config.toml",
                    server.port, server.name, server.settings));
    }
    return found;
}

}
