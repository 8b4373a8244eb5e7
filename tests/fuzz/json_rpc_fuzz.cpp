// Nothing that a client can send crashes the decoders, and what they understood reads the same after it was written.
#include "protocol/json_rpc.h"
#include "protocol/lsp.h"

#include <cstdint>
#include <cstdlib>

namespace {

using namespace countersign;
using namespace countersign::protocol;

template<typename T>
void check_type(Json const& params)
{
    auto const first = protocol::decode<T>(params, "params");
    if (!first)
        return;
    Json const written = encode(*first);
    auto const second = protocol::decode<T>(written, "params");
    if (!second || !(*second == *first) || encode(*second) != written)
        std::abort();
}

template<typename... T>
void check_types(Json const& params)
{
    (check_type<T>(params), ...);
}

void check_params(Json const& params)
{
    check_types<InitializeParams, CodeActionParams, ExecuteCommandParams, DidOpenTextDocumentParams, DidChangeTextDocumentParams,
        DidCloseTextDocumentParams, DidSaveTextDocumentParams, DidChangeConfigurationParams, DidChangeWorkspaceFoldersParams, CancelParams,
        ProgressParams, CodeLensParams, TextDocumentContentParams, ApplyWorkspaceEditParams, PublishDiagnosticsParams, CodeAction,
        InitializeResult, ApplyWorkspaceEditResult, ShowDocumentResult, RegistrationParams>(params);
}

}

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    auto const json = support::parse_json({ reinterpret_cast<char const*>(data), size });
    if (!json)
        return 0;
    check_params(*json);
    auto const message = decode_message(*json);
    if (!message) {
        if (message.error().error.code != ResponseCode::invalid_request || message.error().error.message.empty())
            std::abort();
        return 0;
    }
    Json const written = encode(*message);
    auto const again = support::parse_json(support::dump_json(written));
    if (!again)
        std::abort();
    auto const second = decode_message(*again);
    if (!second || encode(*second) != written)
        std::abort();
    if (auto const* const request = std::get_if<Request>(&*message); request != nullptr && request->params)
        check_params(*request->params);
    if (auto const* const notification = std::get_if<Notification>(&*message); notification != nullptr && notification->params)
        check_params(*notification->params);
    if (auto const* const response = std::get_if<Response>(&*message); response != nullptr && response->result)
        check_params(*response->result);
    return 0;
}
