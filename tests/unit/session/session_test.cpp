// A whole session in this process: a client on one thread, the server's main loop on another, runs on their own. Under ThreadSanitizer
// this is the test of the hand-over between them.
#include "session/session.h"

#include "../../support/fake_sandbox.h"
#include "../../support/scripted_model.h"
#include "../rpc/wire.h"
#include "../workspace/temporary_folder.h"

#include <atomic>
#include <condition_variable>
#include <fmt/core.h>
#include <gtest/gtest.h>

namespace countersign::session {

namespace {

using workspace::testing::TemporaryFolder;

/// What the scripted model of a run does. Shared by all runs of one server.
using Script = std::function<void(tests::ScriptedModel&)>;

class ScriptedServer {
public:
    explicit ScriptedServer(Script script, std::string level = "propose", bool answers_questions = false)
    {
        rpc::Pipe in, out;
        client_.emplace(std::move(in.write), std::move(out.read));
        thread_ = std::thread(
            [this, level, script = std::move(script), streams = rpc::Streams { std::move(in.read), std::move(out.write) }]() mutable {
                support::SystemClock const clock;
                Services services;
                services.state_directory = state.path() / "countersign";
                services.clock = &clock;
                services.version = "test";
                services.sandbox = sandbox;
                services.flags = parse_settings(fmt::format("level = \"{}\"", level), "flags").value();
                services.make_provider = [script](ProviderOrder const&) -> Result<std::unique_ptr<model::Provider>> {
                    auto model = std::make_unique<tests::ScriptedModel>();
                    script(*model);
                    return model;
                };
                rpc::Connection connection(std::move(streams));
                Session session(connection, std::move(services));
                exit_code_ = connection.run().exit_code;
            });
        workspace.write("a.cpp", "int f()\n{\n    return 1;\n}\n");
        call("initialize",
            { { "processId", nullptr }, { "rootUri", "file://" + workspace.path().string() },
                { "capabilities",
                    { { "workspace", { { "applyEdit", true }, { "workspaceEdit", { { "documentChanges", true } } } } },
                        { "window", answers_questions ? Json { { "showMessage", Json::object() } } : Json::object() } } },
                { "clientInfo", { { "name", "helix" } } } });
        send("initialized", Json::object());
        send("textDocument/didOpen",
            { { "textDocument", { { "uri", uri() }, { "languageId", "cpp" }, { "version", 1 }, { "text", workspace.read("a.cpp") } } } });
    }

    ~ScriptedServer()
    {
        client_->stop_sending();
        if (thread_.joinable())
            thread_.join();
    }

    std::string uri() const { return "file://" + workspace.path().string() + "/a.cpp"; }

    void send(std::string const& method, Json params)
    {
        write({ { "jsonrpc", "2.0" }, { "method", method }, { "params", std::move(params) } });
    }

    /// Sends a request and returns its result or error; requests of the server that come before are answered with success.
    Json call(std::string const& method, Json params)
    {
        int const id = ++last_id_;
        write({ { "jsonrpc", "2.0" }, { "id", id }, { "method", method }, { "params", std::move(params) } });
        Json answer =
            until([&](Json const& message) { return message.contains("id") && !message.contains("method") && message["id"] == id; });
        return answer.contains("error") ? answer["error"] : answer["result"];
    }

    Json execute(std::string const& command, Json argument)
    {
        return call("workspace/executeCommand", { { "command", command }, { "arguments", Json::array({ std::move(argument) }) } });
    }

    Json start(std::string const& command, std::string const& instruction = "go")
    {
        return execute(command,
            { { "uri", uri() },
                { "range", { { "start", { { "line", 2 }, { "character", 4 } } }, { "end", { { "line", 2 }, { "character", 4 } } } } },
                { "instruction", instruction } });
    }

    /// The text of the next message to the person; it may have come before an answer that was waited for.
    std::string told()
    {
        if (told_.empty())
            until([this](Json const&) { return !told_.empty(); });
        if (told_.empty())
            return "nothing";
        std::string text = told_.front();
        told_.erase(told_.begin());
        return text;
    }

    /// Waits for a request of the server and answers it.
    Json asked(std::string const& method, Json result)
    {
        Json const request = until([&](Json const& candidate) { return candidate.value("method", "") == method; }, method);
        write({ { "jsonrpc", "2.0" }, { "id", request["id"] }, { "result", std::move(result) } });
        return request["params"];
    }

    /// The code action whose title begins so; null if there is none.
    Json offered(std::string const& title)
    {
        Json const range { { "start", { { "line", 0 }, { "character", 0 } } }, { "end", { { "line", 0 }, { "character", 0 } } } };
        Json const actions = call("textDocument/codeAction",
            { { "textDocument", { { "uri", uri() } } }, { "range", range }, { "context", { { "diagnostics", Json::array() } } } });
        for (Json const& action : actions) {
            if (action["title"].get<std::string>().starts_with(title))
                return action;
        }
        return nullptr;
    }
    Json pick(std::string const& title)
    {
        Json const action = offered(title);
        // Without codeActionLiteralSupport they are bare commands.
        return action.is_null() ? action : execute(action["command"], action["arguments"][0]);
    }

    int end()
    {
        call("shutdown", nullptr);
        send("exit", nullptr);
        thread_.join();
        return exit_code_;
    }

    std::shared_ptr<tests::FakeSandbox> sandbox = std::make_shared<tests::FakeSandbox>();
    TemporaryFolder workspace;
    TemporaryFolder state;
    std::vector<std::string> methods; ///< that the server sent, in order

private:
    void write(Json const& message) { client_->send(support::dump_json(message)); }

    Json until(std::function<bool(Json const&)> const& wanted, std::string const& keep = {})
    {
        while (true) {
            auto message = client_->receive();
            if (!message) {
                ADD_FAILURE() << "the server ended";
                return Json::object();
            }
            if (message->contains("method"))
                methods.push_back((*message)["method"]);
            if (message->value("method", "") == "window/showMessage")
                told_.push_back((*message)["params"]["message"]);
            if (wanted(*message))
                return *message;
            if (message->contains("method") && message->contains("id") && (*message)["method"] != keep)
                write({ { "jsonrpc", "2.0" }, { "id", (*message)["id"] }, { "result", { { "success", true }, { "applied", false } } } });
        }
    }

    std::optional<rpc::Client> client_;
    std::thread thread_;
    std::vector<std::string> told_;
    int exit_code_ = -1;
    int last_id_ = 0;
};

Script edits_return()
{
    return [](tests::ScriptedModel& model) {
        model.calls({ { "edit_file", { { "path", "a.cpp" }, { "old_text", "return 1;" }, { "new_text", "return 2;" } } } })
            .text("Returns two.");
    };
}

TEST(Session, sends_no_edit_before_the_person_applied_and_compares_afterwards)
{
    ScriptedServer server(edits_return());
    ASSERT_TRUE(server.start("countersign.ask").contains("run"));
    EXPECT_NE(server.told().find("proposed as #1. Nothing is written"), std::string::npos);
    EXPECT_EQ(std::count(server.methods.begin(), server.methods.end(), "workspace/applyEdit"), 0);

    server.execute("countersign.apply", { { "proposal", "1" } });
    Json const edit = server.asked("workspace/applyEdit", { { "applied", true } });
    EXPECT_EQ(edit["edit"]["documentChanges"][0]["textDocument"]["version"], 1);
    server.send("textDocument/didChange",
        { { "textDocument", { { "uri", server.uri() }, { "version", 2 } } },
            { "contentChanges", Json::array({ { { "text", "int f()\n{\n    return 2;\n}\n" } } }) } });
    EXPECT_EQ(server.told(), "Countersign: applied #1 to 1 file, as approved. Saving is up to you.");
    EXPECT_EQ(server.workspace.read("a.cpp"), "int f()\n{\n    return 1;\n}\n");
    EXPECT_EQ(server.end(), 0);
}

TEST(Session, believes_buffers_and_not_the_word_applied)
{
    ScriptedServer server(edits_return());
    server.start("countersign.ask");
    server.told();
    server.execute("countersign.apply", { { "proposal", "1" } });
    server.asked("workspace/applyEdit", { { "applied", true } });
    EXPECT_EQ(server.told(), "Countersign: #1 was not applied. Unchanged: a.cpp.");
    EXPECT_EQ(server.end(), 0);
}

TEST(Session, refuses_what_was_made_for_another_text)
{
    ScriptedServer server(edits_return());
    server.start("countersign.ask");
    server.told();
    server.send("textDocument/didChange",
        { { "textDocument", { { "uri", server.uri() }, { "version", 2 } } },
            { "contentChanges", Json::array({ { { "text", "int g() { return 1; }\n" } } }) } });
    server.execute("countersign.apply", { { "proposal", "1" } });
    EXPECT_NE(server.told().find("#1 was not applied, nothing was changed"), std::string::npos);
    EXPECT_EQ(std::count(server.methods.begin(), server.methods.end(), "workspace/applyEdit"), 0);
    EXPECT_EQ(server.end(), 0);
}

TEST(Session, discards_without_a_trace_in_the_file)
{
    ScriptedServer server(edits_return());
    server.start("countersign.ask");
    server.told();
    server.execute("countersign.discard", { { "proposal", "1" } });
    EXPECT_EQ(server.told(), "Countersign: discarded #1. Nothing was written.");
    server.execute("countersign.apply", { { "proposal", "1" } });
    EXPECT_EQ(server.told(), "Countersign: there is no open proposal #1");
    EXPECT_EQ(server.end(), 0);
}

TEST(Session, cancels_a_run_that_would_never_end)
{
    ScriptedServer server([](tests::ScriptedModel& model) {
        model.turn([](model::Request const&, auto const&, std::stop_token stop) -> Result<model::Reply> {
            std::mutex mutex;
            std::unique_lock lock(mutex);
            std::condition_variable_any stopped;
            stopped.wait(lock, stop, [&] { return stop.stop_requested(); });
            return fail(ErrorCode::cancelled, "stopped");
        });
    });
    Json const started = server.start("countersign.ask");
    EXPECT_EQ(server.execute("countersign.cancel", { { "run", started["run"] } })["stopped"], 1);
    EXPECT_NE(server.told().find("was cancelled; nothing is proposed"), std::string::npos);
    EXPECT_EQ(server.end(), 0);
}

TEST(Session, ends_in_the_middle_of_a_run)
{
    ScriptedServer server([](tests::ScriptedModel& model) {
        model.turn([](model::Request const&, auto const&, std::stop_token stop) -> Result<model::Reply> {
            std::mutex mutex;
            std::unique_lock lock(mutex);
            std::condition_variable_any stopped;
            stopped.wait(lock, stop, [&] { return stop.stop_requested(); });
            return fail(ErrorCode::cancelled, "stopped");
        });
    });
    server.start("countersign.ask");
    EXPECT_EQ(server.end(), 0);
}

TEST(Session, answers_every_request_while_several_runs_work)
{
    ScriptedServer server(edits_return());
    for (int i = 0; i < 8; ++i)
        EXPECT_TRUE(server.start("countersign.ask").contains("run"));
    for (int i = 0; i < 8; ++i)
        EXPECT_NE(server.told().find("proposed as #"), std::string::npos);
    EXPECT_NE(server.execute("countersign.status", nullptr)["status"].get<std::string>().find("Waiting for you: #8"), std::string::npos);
    EXPECT_EQ(server.end(), 0);
}

TEST(Session, shows_a_provider_that_fails_and_lives_on)
{
    ScriptedServer server([](tests::ScriptedModel& model) { model.fails(ErrorCode::provider, "the model is out"); });
    server.start("countersign.ask");
    EXPECT_NE(server.told().find("the model is out"), std::string::npos);
    EXPECT_EQ(server.end(), 0);
}

Script runs_make_then_edits()
{
    return [](tests::ScriptedModel& model) {
        model.calls({ { "run_command", { { "argv", { "make", "a\x1b[2Jb" } } } } })
            .calls({ { "edit_file", { { "path", "a.cpp" }, { "old_text", "return 1;" }, { "new_text", "return 2;" } } } })
            .text("Done.");
    };
}

TEST(SessionQuestions, asks_by_code_actions_where_the_editor_has_no_dialogue)
{
    ScriptedServer server(runs_make_then_edits());
    server.start("countersign.ask");
    std::string const question = server.told();
    EXPECT_NE(question.find("run this command in the sandbox?\nmake 'a\\u{1B}[2Jb'\nIn . of "), std::string::npos) << question;
    EXPECT_NE(
        server.execute("countersign.status", nullptr)["status"].get<std::string>().find("Asked: Countersign: run this"), std::string::npos);
    server.told();
    EXPECT_EQ(server.sandbox->requests().size(), 0u);
    ASSERT_FALSE(server.pick("Allow once: make").is_null());
    EXPECT_NE(server.told().find("proposed as #1"), std::string::npos);
    EXPECT_EQ(server.sandbox->requests().size(), 1u);
    EXPECT_TRUE(server.offered("Allow once").is_null());
    EXPECT_EQ(server.end(), 0);
}

TEST(SessionQuestions, takes_no_answer_twice_nor_for_another_command)
{
    ScriptedServer server(runs_make_then_edits());
    server.start("countersign.ask");
    server.told();
    Json action = server.offered("Allow once");
    Json const argument = action["arguments"][0];
    Json other = argument;
    other["digest"] = "0000";
    EXPECT_NE(server.execute("countersign.answer", other)["message"].get<std::string>().find("another command"), std::string::npos);
    other = argument;
    other["answer"] = "perhaps";
    EXPECT_TRUE(server.execute("countersign.answer", other).contains("message"));
    EXPECT_TRUE(server.execute("countersign.answer", nullptr).contains("message"));
    EXPECT_FALSE(server.execute("countersign.answer", argument).contains("message"));
    EXPECT_TRUE(server.execute("countersign.answer", argument).contains("message"));
    server.told();
    EXPECT_EQ(server.sandbox->requests().size(), 1u);
    EXPECT_EQ(server.end(), 0);
}

TEST(SessionQuestions, asks_by_a_dialogue_with_fixed_titles_and_no_first)
{
    ScriptedServer server(runs_make_then_edits(), "propose", true);
    server.start("countersign.ask");
    Json const asked = server.asked("window/showMessageRequest", { { "title", "Allow once" } });
    std::vector<std::string> titles;
    for (Json const& action : asked["actions"])
        titles.push_back(action["title"]);
    EXPECT_EQ(titles, (std::vector<std::string> { "Deny", "Allow once", "Allow always in this workspace" }));
    EXPECT_EQ(asked["message"].get<std::string>().find('\x1b'), std::string::npos);
    EXPECT_NE(server.told().find("proposed as #1"), std::string::npos);
    EXPECT_EQ(server.sandbox->requests().size(), 1u);
    EXPECT_EQ(server.end(), 0);
}

TEST(SessionQuestions, takes_whatever_is_no_yes_for_a_no)
{
    for (Json const& answer :
        { Json(nullptr), Json { { "title", "Deny" } }, Json { { "title", "Allow" } }, Json { { "title", 7 } }, Json("Allow once") }) {
        ScriptedServer server(runs_make_then_edits(), "propose", true);
        server.start("countersign.ask");
        server.asked("window/showMessageRequest", answer);
        EXPECT_NE(server.told().find("proposed as #1"), std::string::npos);
        EXPECT_EQ(server.sandbox->requests().size(), 0u) << answer;
        EXPECT_EQ(server.end(), 0);
    }
}

TEST(SessionQuestions, forgets_a_question_when_its_run_is_cancelled)
{
    ScriptedServer server(runs_make_then_edits());
    Json const started = server.start("countersign.ask");
    server.told();
    Json const argument = server.offered("Allow once")["arguments"][0];
    server.execute("countersign.cancel", { { "run", started["run"] } });
    EXPECT_NE(server.told().find("was cancelled"), std::string::npos);
    EXPECT_TRUE(server.execute("countersign.answer", argument).contains("message"));
    EXPECT_EQ(server.sandbox->requests().size(), 0u);
    EXPECT_EQ(server.end(), 0);
}

TEST(SessionQuestions, ends_while_a_question_waits)
{
    ScriptedServer server(runs_make_then_edits());
    server.start("countersign.ask");
    server.told();
    EXPECT_EQ(server.end(), 0);
    EXPECT_EQ(server.sandbox->requests().size(), 0u);
}

TEST(SessionQuestions, asks_nothing_at_the_level_verify)
{
    ScriptedServer server(runs_make_then_edits(), "verify");
    server.start("countersign.ask");
    EXPECT_NE(server.told().find("proposed as #1"), std::string::npos);
    EXPECT_EQ(server.sandbox->requests().size(), 1u);
    EXPECT_EQ(server.end(), 0);
}

TEST(SessionQuestions, proposes_nothing_at_the_level_analyze)
{
    ScriptedServer server(runs_make_then_edits(), "analyze");
    server.start("countersign.ask");
    EXPECT_NE(server.told().find("the level is analyze, at which nothing is proposed"), std::string::npos);
    EXPECT_EQ(server.end(), 0);
}

Script tests_unasked()
{
    return [](tests::ScriptedModel& model) {
        model
            .calls({ { "edit_file", { { "path", "a.cpp" }, { "old_text", "return 1;" }, { "new_text", "return 2;" } } },
                { "create_file", { { "path", "test_a.py" }, { "content", "import unittest\n" } } } })
            .calls({ { "run_tests", { { "path", "test_a.py" }, { "ask", false } } } })
            .text("Done.");
    };
}

TEST(SessionEvidence, says_how_the_tests_ended_where_the_level_lets_them_run)
{
    ScriptedServer server(tests_unasked(), "verify");
    server.sandbox->on_run = [](sandbox::Request const&) {
        sandbox::Outcome outcome;
        outcome.output = "Ran 7 tests in 0.1s\n\nOK\n";
        return outcome;
    };
    server.start("countersign.ask");
    EXPECT_NE(server.told().find("passed: python3 -m unittest discover -v: 7 of 7 tests passed"), std::string::npos);
    auto const requests = server.sandbox->requests();
    ASSERT_EQ(requests.size(), 1u);
    EXPECT_EQ(requests[0].view.at(0).path, "a.cpp");
    EXPECT_EQ(requests[0].view.at(1).path, "test_a.py");
    EXPECT_EQ(server.end(), 0);
}

TEST(SessionEvidence, offers_to_run_the_tests_that_nobody_was_asked_about)
{
    ScriptedServer server(tests_unasked());
    server.sandbox->on_run = [](sandbox::Request const&) {
        sandbox::Outcome outcome;
        outcome.status = 1;
        outcome.output = "Ran 7 tests in 0.1s\n\nFAILED (failures=2)\n";
        return outcome;
    };
    server.start("countersign.ask");
    EXPECT_NE(server.told().find("not run: python3 -m unittest discover -v: "), std::string::npos);
    EXPECT_EQ(server.sandbox->requests().size(), 0u);
    ASSERT_FALSE(server.pick("Run the tests of #1 in the sandbox: python3 -m unittest discover -v").is_null());
    EXPECT_NE(server.told().find("#1: failed: python3 -m unittest discover -v: 2 of 7 tests failed"), std::string::npos);
    auto const requests = server.sandbox->requests();
    ASSERT_EQ(requests.size(), 1u);
    EXPECT_EQ(requests[0].view.at(0).bytes, "int f()\n{\n    return 2;\n}\n");
    EXPECT_TRUE(server.offered("Run the tests of #1").is_null());
    EXPECT_FALSE(server.offered("Apply #1").is_null());
    EXPECT_EQ(server.end(), 0);
}

TEST(SessionGuard, leaves_a_build_file_for_a_yes_of_its_own)
{
    ScriptedServer server([](tests::ScriptedModel& model) {
        model
            .calls({ { "edit_file", { { "path", "a.cpp" }, { "old_text", "return 1;" }, { "new_text", "return 2;" } } },
                { "create_file", { { "path", "Makefile" }, { "content", "all:\n" } } } })
            .text("Done.");
    });
    server.start("countersign.ask");
    EXPECT_NE(server.told().find("Makefile"), std::string::npos);
    server.execute("countersign.apply", { { "proposal", "1" } });
    Json const edit = server.asked("workspace/applyEdit", { { "applied", true } });
    EXPECT_EQ(edit.dump().find("Makefile"), std::string::npos);
    server.send("textDocument/didChange",
        { { "textDocument", { { "uri", server.uri() }, { "version", 2 } } },
            { "contentChanges", Json::array({ { { "text", "int f()\n{\n    return 2;\n}\n" } } }) } });
    EXPECT_NE(server.told().find("Makefile waits for a yes of its own"), std::string::npos);
    server.execute("countersign.apply", { { "proposal", "1" } });
    EXPECT_NE(server.told().find("needs a yes of its own"), std::string::npos);
    ASSERT_FALSE(server.pick("Apply Makefile of #1: ").is_null());
    EXPECT_NE(server.asked("workspace/applyEdit", { { "applied", true } }).dump().find("Makefile"), std::string::npos);
    EXPECT_EQ(server.end(), 0);
}

TEST(SessionRevision, tells_the_model_what_was_rejected_and_why)
{
    std::atomic<int> runs = 0;
    std::string second_task;
    ScriptedServer server([&](tests::ScriptedModel& model) {
        if (++runs == 1)
            return edits_return()(model);
        model
            .turn([&](model::Request const& request, tests::ScriptedModel::OnDelta const&, std::stop_token) -> Result<model::Reply> {
                second_task = request.messages.front().text;
                model::Reply reply;
                reply.message.role = model::Role::assistant;
                reply.message.calls.push_back(
                    { "call_1", "edit_file", { { "path", "a.cpp" }, { "old_text", "return 1;" }, { "new_text", "return 3;" } } });
                reply.stop = model::StopReason::tool_use;
                return reply;
            })
            .text("Returns three.");
    });
    server.start("countersign.ask");
    EXPECT_NE(server.told().find("proposed as #1"), std::string::npos);
    server.execute("countersign.discard", { { "proposal", "1" }, { "reason", "two is not enough" } });
    EXPECT_EQ(server.told(), "Countersign: discarded #1. Nothing was written.");
    EXPECT_TRUE(server.execute("countersign.ask", { { "proposal", "1" }, { "uri", server.uri() } }).contains("run"));
    EXPECT_NE(server.told().find("proposed as #2"), std::string::npos);
    EXPECT_NE(second_task.find("The person's reason: two is not enough"), std::string::npos) << second_task;
    EXPECT_NE(second_task.find("none of it is in the files"), std::string::npos) << second_task;
    EXPECT_NE(second_task.find("+    return 2;"), std::string::npos) << second_task;
    EXPECT_EQ(server.end(), 0);
}

TEST(SessionRevision, takes_the_place_of_what_it_revises)
{
    ScriptedServer server(edits_return());
    server.start("countersign.ask");
    EXPECT_NE(server.told().find("proposed as #1"), std::string::npos);
    EXPECT_NE(
        server.execute("countersign.ask", { { "proposal", "9" } })["message"].get<std::string>().find("name a file"), std::string::npos);
    EXPECT_TRUE(server.execute("countersign.ask", { { "proposal", "1" }, { "instruction", "once more" } }).contains("run"));
    EXPECT_NE(server.told().find("proposed as #2"), std::string::npos);
    EXPECT_EQ(server.told(), "Countersign: #2 takes the place of #1.");
    EXPECT_TRUE(server.offered("Apply #1").is_null());
    EXPECT_FALSE(server.offered("Apply #2").is_null());
    EXPECT_EQ(server.end(), 0);
}

TEST(Session, names_the_field_of_a_command_that_is_wrong)
{
    ScriptedServer server(edits_return());
    EXPECT_EQ(server.execute("countersign.explain", { { "uri", 7 } })["message"], "params.arguments[0].uri: expected string");
    EXPECT_EQ(server.execute("countersign.apply", { { "proposal", "../x" } })["message"],
        "params.arguments[0].proposal: expected the number of a proposal");
    EXPECT_EQ(
        server.execute("countersign.applyHunk", { { "proposal", "1" } })["message"], "params.arguments[0].hunks: expected a list of ids");
    EXPECT_EQ(server.execute("countersign.fly", nullptr)["code"], -32602);
    EXPECT_TRUE(server.execute("another.servers.command", nullptr).is_null());
    EXPECT_EQ(server.end(), 0);
}

}

}
