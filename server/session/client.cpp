#include "session/client.h"

#include "protocol/uri.h"
#include "support/log.h"

#include <fmt/core.h>

namespace countersign::session {

void Client::introduce(protocol::ClientCapabilities capabilities, std::string name, std::string version)
{
    capabilities_ = std::move(capabilities);
    profile_ = choose_profile(capabilities_, name);
    encoding_ = protocol::negotiate_encoding(capabilities_.position_encodings);
    if (!name.empty())
        description_ = version.empty() ? name : fmt::format("{} {}", name, version);
}

void Client::tell(std::string message) { say(protocol::MessageType::info, std::move(message)); }

void Client::warn(std::string message) { say(protocol::MessageType::warning, std::move(message)); }

void Client::say(protocol::MessageType type, std::string message)
{
    protocol::ShowMessageParams params { .type = type, .message = std::move(message) };
    auto const wait = std::chrono::ceil<std::chrono::milliseconds>(ready_at_ - std::chrono::steady_clock::now());
    if (wait <= std::chrono::milliseconds(0))
        return connection_.notify<protocol::ShowMessageNotification>(params);
    // What comes together with an answer some clients leave lying. The next one waits a little longer, so that they keep their order.
    ready_at_ += std::chrono::milliseconds(1);
    connection_.after(wait, [this, params = std::move(params)] { connection_.notify<protocol::ShowMessageNotification>(params); });
}

void Client::show_document(std::string const& path, std::string const& what)
{
    if (!profile_.shows_documents)
        return tell(fmt::format("{} is in {}", what, path));
    protocol::ShowDocumentParams params { .uri = protocol::uri_from_path(path), .takeFocus = false };
    request<protocol::ShowDocumentRequest>(std::move(params), [this, path, what](rpc::Answer<protocol::ShowDocumentResult> answer) {
        if (!answer || !answer->success)
            tell(fmt::format("{} is in {}", what, path));
    });
}

void Client::answering_command() { ready_at_ = std::chrono::steady_clock::now() + profile_.quiet_after_reply; }

void Client::when_ready(rpc::Callback<void()> send)
{
    auto const wait = std::chrono::ceil<std::chrono::milliseconds>(ready_at_ - std::chrono::steady_clock::now());
    if (wait > std::chrono::milliseconds(0))
        connection_.after(wait, std::move(send));
    else
        connection_.post(std::move(send));
}

}
