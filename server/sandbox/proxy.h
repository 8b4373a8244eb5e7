// The way out for a command of the level connected: an HTTP proxy that knows a list of hosts. It runs in the broker, one for each command.
// The command sees 127.0.0.1:3128 in its own network, where process 1 listens and hands each connection over, so that nothing else of this
// machine's network is in there. Only CONNECT, GET and HEAD; a name is resolved once, its address must be a public one, and what TLS
// then asks for must be that name. What was asked for, and what became of it, is kept.
//
// Known limit: who may put data on an allowed host can be sent data there.
#pragma once

#include "sandbox/egress.h"
#include "support/fd.h"

#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <sys/socket.h>
#include <thread>

namespace countersign::sandbox {

struct Address {
    sockaddr_storage storage {};
    socklen_t size = 0;
};

/// The network as the proxy sees it; a test hands over another.
struct Network {
    std::function<Result<Address>(Destination const&)> resolve; ///< Errors: not_found
    std::function<bool(sockaddr const&)> is_allowed;
};
Network real_network();

class Proxy {
public:
    /// `connections` carries a descriptor with each message. Serves until it closes or the proxy goes.
    Proxy(support::UniqueFd connections, std::vector<std::string> allowed, Network network);
    ~Proxy();

    /// "packages.example:443: 12,345 bytes" and "evil.example:443 is refused: ...", in the order in which they began.
    std::vector<std::string> log() const;

private:
    struct Connection;
    void accept_all();
    void serve(Connection& connection);

    support::UniqueFd connections_;
    std::vector<std::string> const allowed_;
    Network const network_;
    mutable std::mutex mutex_;
    std::list<std::unique_ptr<Connection>> served_;
    std::thread accepting_;
};

}
