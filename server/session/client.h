// The editor at the other end, as the rest of this room speaks to it: messages to the person, documents, and requests
// that leave no sooner than this client can take them. Main thread.
#pragma once

#include "protocol/lsp.h"
#include "protocol/positions.h"
#include "rpc/connection.h"
#include "session/client_profile.h"

#include <chrono>
#include <functional>
#include <string>

namespace countersign::session {

class Client {
public:
    explicit Client(rpc::Connection& connection) : connection_(connection) { }

    /// From initialize. Until then: a client that can do nothing.
    void introduce(protocol::ClientCapabilities capabilities, std::string name, std::string version);

    rpc::Connection& connection() { return connection_; }
    protocol::ClientCapabilities const& capabilities() const { return capabilities_; }
    ClientProfile const& profile() const { return profile_; }
    protocol::PositionEncoding encoding() const { return encoding_; }
    /// "Neovim 0.7.2", or "an editor that gives no name".
    std::string const& description() const { return description_; }

    /// At once, or after the gap that this client needs between an answer and what comes next.
    void tell(std::string message);
    void warn(std::string message);
    /// Opens a file of ours, or says where it is if this client opens nothing. `what` is its name in a sentence.
    void show_document(std::string const& path, std::string const& what);

    /// A command is being answered: no request of ours may overtake the answer, and some clients drop one that comes in the
    /// same chunk. Called before the answer is written.
    void answering_command();

    /// As rpc::Connection::request, but not before what is being answered, and after the gap that this client needs.
    template<typename R, typename F>
    void request(typename R::Params params, F done)
    {
        when_ready(
            [this, params = std::move(params), done = std::move(done)]() mutable { connection_.request<R>(params, std::move(done)); });
    }

private:
    void say(protocol::MessageType type, std::string message);
    void when_ready(rpc::Callback<void()> send);

    rpc::Connection& connection_;
    protocol::ClientCapabilities capabilities_;
    ClientProfile profile_;
    protocol::PositionEncoding encoding_ = protocol::PositionEncoding::utf16;
    std::string description_ = "an editor that gives no name";
    std::chrono::steady_clock::time_point ready_at_ {};
};

}
