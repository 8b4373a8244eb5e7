// What happens to one message: handlers, refusals, replies and cancellation.
#include "wire.h"

#include "protocol/lsp.h"

#include <gmock/gmock.h>
#include <stdexcept>

namespace countersign::rpc {
namespace {

using protocol::ResponseCode;
using testing::HasSubstr;

/// Answers `ping` with its params: proof that the loop lives.
void bind_ping(Connection& connection)
{
    connection.on_request("ping", [](Json const& params, Reply<Json> reply) { reply(params); });
}

TEST(Dispatch, hands_typed_params_to_the_handler_and_its_result_to_the_client)
{
    Server server([](Connection& connection) {
        connection.on_request<protocol::CodeActionRequest>(
            [](protocol::CodeActionParams const& params, Reply<protocol::CodeActionRequest::Result> reply) {
                protocol::CodeAction action { .title = params.textDocument.uri };
                reply(protocol::CodeActionRequest::Result { { action } });
            });
    });
    server.client.send(R"({"jsonrpc":"2.0","id":"x","method":"textDocument/codeAction","params":{"textDocument":{"uri":"file:///a"},
        "range":{"start":{"line":0,"character":0},"end":{"line":0,"character":0}},"context":{"diagnostics":[]}}})");
    EXPECT_EQ(server.client.receive_text(), R"({"id":"x","jsonrpc":"2.0","result":[{"title":"file:///a"}]})");
}

TEST(Dispatch, answers_params_of_the_wrong_shape_with_the_path_of_the_field)
{
    Server server([](Connection& connection) {
        connection.on_request<protocol::ExecuteCommandRequest>([](auto const&, auto reply) { reply(nullptr); });
    });
    server.client.send(R"({"jsonrpc":"2.0","id":1,"method":"workspace/executeCommand","params":{"command":7}})");
    EXPECT_EQ(
        server.client.receive_text(), R"({"error":{"code":-32602,"message":"params.command: expected string"},"id":1,"jsonrpc":"2.0"})");
    server.client.send(R"({"jsonrpc":"2.0","id":2,"method":"workspace/executeCommand"})");
    EXPECT_EQ(server.client.receive_text(), R"({"error":{"code":-32602,"message":"params: missing command"},"id":2,"jsonrpc":"2.0"})");
    server.client.send(R"({"jsonrpc":"2.0","id":3,"method":"workspace/executeCommand","params":[1]})");
    EXPECT_EQ(server.client.receive_text(), R"({"error":{"code":-32602,"message":"params: expected object"},"id":3,"jsonrpc":"2.0"})");
}

TEST(Dispatch, takes_missing_null_and_empty_array_params_for_an_empty_object)
{
    Server server([](Connection& connection) {
        connection.on_notification<protocol::InitializedNotification>([&](auto const&) { connection.notify("seen", std::nullopt); });
        connection.on_request<protocol::ShutdownRequest>([](std::monostate, Reply<std::monostate> reply) { reply({}); });
    });
    for (char const* params : { "", R"(,"params":null)", R"(,"params":[])", R"(,"params":{})" }) {
        server.client.send(std::string(R"({"jsonrpc":"2.0","method":"initialized")") + params + "}");
        EXPECT_EQ(server.client.receive_text(), R"({"jsonrpc":"2.0","method":"seen"})");
        server.client.send(std::string(R"({"jsonrpc":"2.0","id":1,"method":"shutdown")") + params + "}");
        EXPECT_EQ(server.client.receive_text(), R"({"id":1,"jsonrpc":"2.0","result":null})");
    }
}

TEST(Dispatch, refuses_what_is_no_request_and_lives_on)
{
    Server server(bind_ping);
    auto const answer = [&](std::string_view body) {
        server.client.send(body);
        return server.client.receive().value_or(Json());
    };
    for (char const* body : { "", "{", "nonsense", "\xff\xfe", "{\"a\":}" }) {
        Json const error = answer(body);
        EXPECT_EQ(error["error"]["code"], -32700) << body;
        EXPECT_TRUE(error.contains("id") && error["id"].is_null()) << body;
    }
    EXPECT_EQ(answer(std::string(100'000, '['))["error"]["code"], -32700);
    for (char const* body : { "[]", "1", "{}", R"([{"jsonrpc":"2.0","id":1,"method":"ping"}])" }) {
        Json const error = answer(body);
        EXPECT_EQ(error["error"]["code"], -32600) << body;
        EXPECT_TRUE(error.contains("id") && error["id"].is_null()) << body;
    }
    EXPECT_EQ(answer(R"({"jsonrpc":"2.0","id":9})")["id"], 9);
    EXPECT_EQ(answer(R"({"jsonrpc":"2.0","id":4,"method":"ping","params":{"a":1}})")["result"], Json({ { "a", 1 } }));
}

TEST(Dispatch, answers_unknown_requests_and_ignores_unknown_notifications)
{
    Server server(bind_ping);
    server.client.send(R"({"jsonrpc":"2.0","method":"$/unknown","params":{}})");
    server.client.send(R"({"jsonrpc":"2.0","method":"unknown/notification"})");
    server.client.send(R"({"jsonrpc":"2.0","id":1,"method":"unknown/request"})");
    EXPECT_EQ(
        server.client.receive_text(), R"({"error":{"code":-32601,"message":"unknown/request is not supported"},"id":1,"jsonrpc":"2.0"})");
    server.client.send(R"({"jsonrpc":"2.0","id":2,"method":"$/unknown"})");
    EXPECT_EQ(server.client.receive().value_or(Json())["error"]["code"], -32601);
}

TEST(Dispatch, ignores_notifications_that_cannot_be_read)
{
    Server server([](Connection& connection) {
        bind_ping(connection);
        connection.on_notification<protocol::DidOpenTextDocumentNotification>([&](auto const& params) {
            connection.notify("opened", Json { { "text", params.textDocument.text } });
        });
    });
    server.client.send(R"({"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":7}})");
    server.client.send(R"({"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"u","text":"t"}}})");
    EXPECT_EQ(server.client.receive_text(), R"({"jsonrpc":"2.0","method":"opened","params":{"text":"t"}})");
}

TEST(Dispatch, answers_for_a_handler_that_forgets_to)
{
    Server server([](Connection& connection) {
        connection.on_request("forget", [](Json const&, Reply<Json>) {});
        bind_ping(connection);
    });
    server.client.send(R"({"jsonrpc":"2.0","id":1,"method":"forget"})");
    Json const answer = server.client.receive().value_or(Json());
    EXPECT_EQ(answer["error"]["code"], -32603);
    EXPECT_THAT(answer["error"]["message"].get<std::string>(), HasSubstr("forget ended without an answer"));
    server.client.send(R"({"jsonrpc":"2.0","id":2,"method":"ping","params":[2]})");
    EXPECT_EQ(server.client.receive_text(), R"({"id":2,"jsonrpc":"2.0","result":[2]})");
}

TEST(Dispatch, never_sends_a_second_answer)
{
    Server server([](Connection& connection) {
        connection.on_request("twice", [](Json const&, Reply<Json> reply) {
            reply("first");
            reply("second");
            reply.fail(Error { ErrorCode::io, "third" });
        });
        connection.on_request("moved", [](Json const&, Reply<Json> reply) {
            auto other = std::move(reply);
            other("other");
            reply("moved from");
        });
        bind_ping(connection);
    });
    server.client.send(R"({"jsonrpc":"2.0","id":1,"method":"twice"})");
    server.client.send(R"({"jsonrpc":"2.0","id":2,"method":"moved"})");
    server.client.send(R"({"jsonrpc":"2.0","id":3,"method":"ping","params":[]})");
    EXPECT_EQ(server.client.receive_text(), R"({"id":1,"jsonrpc":"2.0","result":"first"})");
    EXPECT_EQ(server.client.receive_text(), R"({"id":2,"jsonrpc":"2.0","result":"other"})");
    EXPECT_EQ(server.client.receive_text(), R"({"id":3,"jsonrpc":"2.0","result":{}})");
}

TEST(Dispatch, survives_a_handler_that_throws)
{
    Server server([](Connection& connection) {
        connection.on_request("throw", [](Json const&, Reply<Json>) { throw std::runtime_error("broken"); });
        connection.on_request("throw after", [](Json const&, Reply<Json> reply) {
            reply(1);
            throw 7;
        });
        connection.on_notification("throw", [](Json const&) { throw std::runtime_error("broken"); });
        bind_ping(connection);
        connection.post([] { throw std::runtime_error("posted"); });
        connection.after(std::chrono::milliseconds(0), [] { throw std::runtime_error("timer"); });
    });
    server.client.send(R"({"jsonrpc":"2.0","method":"throw"})");
    server.client.send(R"({"jsonrpc":"2.0","id":1,"method":"throw"})");
    server.client.send(R"({"jsonrpc":"2.0","id":2,"method":"throw after"})");
    EXPECT_EQ(server.client.receive().value_or(Json())["error"]["code"], -32603);
    EXPECT_EQ(server.client.receive_text(), R"({"id":2,"jsonrpc":"2.0","result":1})");
}

TEST(Dispatch, lets_a_reply_wait_and_another_thread_give_it)
{
    std::jthread worker;
    Server server([&](Connection& connection) {
        connection.on_request("slow", [&](Json const&, Reply<Json> reply) {
            worker = std::jthread([reply = std::move(reply)]() mutable { reply.answer(Json("late")); });
        });
        connection.on_request("refused", [&](Json const&, Reply<Json> reply) { reply.answer(fail(ErrorCode::stale, "moved")); });
    });
    server.client.send(R"({"jsonrpc":"2.0","id":1,"method":"slow"})");
    EXPECT_EQ(server.client.receive_text(), R"({"id":1,"jsonrpc":"2.0","result":"late"})");
    server.client.send(R"({"jsonrpc":"2.0","id":2,"method":"refused"})");
    EXPECT_EQ(server.client.receive_text(), R"({"error":{"code":-32801,"message":"moved"},"id":2,"jsonrpc":"2.0"})");
}

TEST(Dispatch, stops_the_token_of_a_cancelled_request_only)
{
    struct Waiting {
        std::optional<Reply<Json>> reply;
        std::optional<std::stop_callback<std::function<void()>>> on_cancel;
    };
    std::map<std::string, Waiting> waiting;
    Server server([&](Connection& connection) {
        connection.on_request("wait", [&](Json const&, Reply<Json> reply) {
            Waiting& entry = waiting[to_string(reply.id())];
            entry.reply.emplace(std::move(reply));
            entry.on_cancel.emplace(entry.reply->cancelled(), [&entry] { entry.reply->fail(Error { ErrorCode::cancelled, "cancelled" }); });
        });
        connection.on_request("finish", [&](Json const&, Reply<Json> reply) {
            (*waiting["1"].reply)("done");
            reply({});
        });
    });
    server.client.send(R"({"jsonrpc":"2.0","id":1,"method":"wait"})");
    server.client.send(R"({"jsonrpc":"2.0","id":"two","method":"wait"})");
    for (char const* params : { R"({"id":99})", R"({"id":"1"})", R"({"id":null})", R"({})", R"([])", R"({"id":{"a":1}})" })
        server.client.send(std::string(R"({"jsonrpc":"2.0","method":"$/cancelRequest","params":)") + params + "}");
    server.client.send(R"({"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":"two"}})");
    EXPECT_EQ(server.client.receive_text(), R"({"error":{"code":-32800,"message":"cancelled"},"id":"two","jsonrpc":"2.0"})");
    server.client.send(R"({"jsonrpc":"2.0","id":3,"method":"finish"})");
    EXPECT_EQ(server.client.receive_text(), R"({"id":1,"jsonrpc":"2.0","result":"done"})");
    EXPECT_EQ(server.client.receive_text(), R"({"id":3,"jsonrpc":"2.0","result":null})");
    server.client.send(R"({"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":1}})");
    server.client.stop_sending();
    EXPECT_EQ(server.client.receive_text(), "end");
}

TEST(Dispatch, asks_the_gate_before_everything_but_a_cancellation)
{
    std::vector<std::string> asked;
    std::promise<void> cancelled;
    Server server([&](Connection& connection) {
        connection.on_request("wait", [&](Json const&, Reply<Json> reply) {
            auto const token = reply.cancelled();
            auto owner = std::make_shared<Reply<Json>>(std::move(reply));
            auto on_cancel = std::make_shared<std::optional<std::stop_callback<std::function<void()>>>>();
            on_cancel->emplace(token, [owner, &cancelled] { (*owner)("stopped"), cancelled.set_value(); });
            connection.after(std::chrono::hours(1), [on_cancel] {});
        });
        connection.on_notification("closed", [&](Json const&) { ADD_FAILURE() << "the gate did not hold"; });
        connection.set_gate([&](std::string_view method, MessageKind kind) -> std::optional<protocol::ResponseError> {
            asked.push_back(std::string(method) + (kind == MessageKind::request ? " request" : ""));
            if (method == "wait")
                return std::nullopt;
            return protocol::ResponseError { ResponseCode::server_not_initialized, "initialize comes first" };
        });
    });
    server.client.send(R"({"jsonrpc":"2.0","method":"closed"})");
    server.client.send(R"({"jsonrpc":"2.0","id":1,"method":"unknown"})");
    EXPECT_EQ(server.client.receive_text(), R"({"error":{"code":-32002,"message":"initialize comes first"},"id":1,"jsonrpc":"2.0"})");
    server.client.send(R"({"jsonrpc":"2.0","id":2,"method":"wait"})");
    server.client.send(R"({"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":2}})");
    EXPECT_EQ(server.client.receive_text(), R"({"id":2,"jsonrpc":"2.0","result":"stopped"})");
    server.client.stop_sending();
    EXPECT_EQ(server.client.receive_text(), "end");
    EXPECT_THAT(asked, testing::ElementsAre("closed", "unknown request", "wait request"));
}

TEST(Dispatch, gives_the_clients_answer_to_the_one_who_asked)
{
    Server server([](Connection& connection) {
        connection.on_notification("ask", [&](Json const&) {
            connection.request<protocol::ApplyWorkspaceEditRequest>(
                { "label", {} }, [&](Answer<protocol::ApplyWorkspaceEditResult> answer) {
                    connection.notify("heard",
                        answer ? Json { { "applied", answer->applied } }
                               : Json { { "code", static_cast<int>(answer.error().code) }, { "message", answer.error().message } });
                });
        });
        connection.on_notification("refresh", [&](Json const&) {
            connection.request<protocol::CodeLensRefreshRequest>({}, [&](Answer<std::monostate> answer) {
                connection.notify("refreshed", Json { { "good", answer.has_value() } });
            });
        });
    });
    auto const ask = [&] {
        server.client.send(R"({"jsonrpc":"2.0","method":"ask"})");
        return server.client.receive().value_or(Json());
    };
    auto const answer = [&](Json const& id, std::string const& rest) {
        server.client.send(R"({"jsonrpc":"2.0","id":)" + support::dump_json(id) + "," + rest + "}");
        return server.client.receive_text();
    };
    Json const first = ask();
    EXPECT_EQ(first["method"], "workspace/applyEdit");
    EXPECT_EQ(first["params"], Json({ { "label", "label" }, { "edit", Json::object() } }));
    Json const second = ask();
    EXPECT_NE(first["id"], second["id"]);
    EXPECT_EQ(answer(second["id"], R"("result":{"applied":true})"), R"({"jsonrpc":"2.0","method":"heard","params":{"applied":true}})");
    EXPECT_EQ(answer(first["id"], R"("error":{"code":-32601,"message":"no"})"),
        R"({"jsonrpc":"2.0","method":"heard","params":{"code":-32601,"message":"no"}})");
    EXPECT_EQ(answer(ask()["id"], R"("result":{"applied":"yes"})"),
        R"({"jsonrpc":"2.0","method":"heard","params":{"code":-32603,"message":"the editor's answer to workspace/applyEdit cannot be read: result.applied: expected boolean"}})");
    // Answers that nobody waits for are ignored, as is a second one.
    server.client.send(R"({"jsonrpc":"2.0","id":"unknown","result":1})");
    server.client.send(R"({"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"x"}})");
    EXPECT_EQ(answer(ask()["id"], R"("result":{"applied":false})"), R"({"jsonrpc":"2.0","method":"heard","params":{"applied":false}})");
    server.client.send(R"({"jsonrpc":"2.0","method":"refresh"})");
    Json const refresh = server.client.receive().value_or(Json());
    EXPECT_FALSE(refresh.contains("params"));
    EXPECT_EQ(answer(refresh["id"], R"("result":{})"), R"({"jsonrpc":"2.0","method":"refreshed","params":{"good":true}})");
}

TEST(Errors, have_codes_on_the_wire)
{
    EXPECT_EQ(to_response_error({ ErrorCode::invalid_params, "m" }).code, ResponseCode::invalid_params);
    EXPECT_EQ(to_response_error({ ErrorCode::cancelled, "m" }).code, ResponseCode::request_cancelled);
    EXPECT_EQ(to_response_error({ ErrorCode::stale, "m" }).code, ResponseCode::content_modified);
    EXPECT_EQ(to_response_error({ ErrorCode::internal, "m" }).code, ResponseCode::internal_error);
    for (ErrorCode const code : { ErrorCode::not_found, ErrorCode::ambiguous, ErrorCode::denied, ErrorCode::timeout, ErrorCode::too_large,
             ErrorCode::budget, ErrorCode::provider, ErrorCode::io }) {
        auto const error = to_response_error({ code, "m" });
        EXPECT_EQ(error.code, ResponseCode::request_failed);
        EXPECT_EQ(error.message, "m");
        EXPECT_EQ(error.data, Json({ { "reason", support::to_string(code) } }));
    }
    EXPECT_EQ(to_error({ ResponseCode::method_not_found, "m" }).code, ErrorCode::not_found);
    EXPECT_EQ(to_error({ ResponseCode::server_cancelled, "m" }).code, ErrorCode::cancelled);
    EXPECT_EQ(to_error({ static_cast<ResponseCode>(32603), "User cancelled" }).code, ErrorCode::io);
    EXPECT_EQ(to_error({ static_cast<ResponseCode>(32603), "User cancelled" }).message, "User cancelled");
}

}
}
