#include "agent/command_gate.h"

#include "tests/support/fake_sandbox.h"
#include "tests/unit/agent/run_fixture.h"
#include "tests/unit/workspace/temporary_folder.h"

#include <atomic>
#include <thread>

namespace countersign::agent {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// A ledger in memory, which can be made to fail.
class MemoryLedger final : public ledger::Ledger {
public:
    Result<> append(std::string_view kind, Json fields) override
    {
        if (is_full)
            return fail(ErrorCode::io, "the disk is full");
        events.push_back({ static_cast<std::int64_t>(events.size() + 1), "", std::string(kind), std::move(fields) });
        return {};
    }
    Result<std::int64_t> append_durably(std::string_view kind, Json fields) override
    {
        TRY(append(kind, std::move(fields)));
        return events.back().sequence;
    }
    Result<std::vector<ledger::Event>> recent(std::size_t) const override { return events; }

    std::vector<std::string> decisions() const
    {
        std::vector<std::string> found;
        for (ledger::Event const& event : events) {
            if (event.kind == "command" && event.fields.at("outcome") != "started")
                found.push_back(event.fields.at("decision"));
        }
        return found;
    }

    std::vector<ledger::Event> events;
    bool is_full = false;
};

class CommandGateTest : public ::testing::Test {
protected:
    CommandGateTest()
    {
        parts_.sandbox = &sandbox_;
        parts_.ledger = [this]() -> Result<ledger::Ledger*> { return &ledger_; };
        parts_.counter = &counter_;
        parts_.ask = [this](Question const& question, std::stop_token) {
            questions_.push_back(question);
            return answer_;
        };
    }

    Result<sandbox::Outcome> run(std::vector<std::string> argv, std::string view = "v1", bool may_ask = true)
    {
        CommandGate gate(parts_, policy_, "r1", root_);
        tools::CommandCall call;
        call.request.command.argv = std::move(argv);
        call.view = std::move(view);
        call.tool = "run_command";
        call.may_ask = may_ask;
        return gate.run(call, stop_.get_token());
    }
    std::string error(Result<sandbox::Outcome> const& outcome) { return outcome ? "no error" : support::to_string(outcome.error()); }

    FakeClock clock_;
    CommandCounter counter_ { clock_, {} };
    tests::FakeSandbox sandbox_;
    MemoryLedger ledger_;
    GateParts parts_;
    sandbox::Policy policy_;
    std::vector<Question> questions_;
    Answered answer_ { Answer::once, {} };
    std::stop_source stop_;
    workspace::testing::TemporaryFolder folder_;
    std::string root_ = folder_.path().string();
};

TEST_F(CommandGateTest, asks_about_each_command_and_runs_it_after_a_yes)
{
    EXPECT_TRUE(run({ "make", "a b" }));
    EXPECT_TRUE(run({ "make", "a b" }));
    ASSERT_EQ(questions_.size(), 2u);
    EXPECT_EQ(questions_[0].command, "make 'a b'");
    EXPECT_EQ(questions_[0].directory, ".");
    EXPECT_TRUE(questions_[0].can_remember);
    EXPECT_EQ(sandbox_.requests().size(), 2u);
    EXPECT_THAT(ledger_.decisions(), ElementsAre("asked: once", "asked: once"));
}

TEST_F(CommandGateTest, runs_nothing_after_a_no)
{
    answer_ = { Answer::no, "nobody answered" };
    EXPECT_EQ(error(run({ "make" })), "denied: make is not run: nobody answered");
    EXPECT_TRUE(sandbox_.requests().empty());
    EXPECT_THAT(ledger_.decisions(), ElementsAre("asked: no"));
}

TEST_F(CommandGateTest, binds_a_question_to_the_command_and_to_what_it_would_see)
{
    run({ "make" }, "v1");
    run({ "make" }, "v2");
    run({ "make", "x" }, "v1");
    EXPECT_NE(questions_[0].digest, questions_[1].digest);
    EXPECT_NE(questions_[0].digest, questions_[2].digest);
}

TEST_F(CommandGateTest, remembers_always_for_the_exact_command_in_this_workspace)
{
    answer_ = { Answer::always, {} };
    EXPECT_TRUE(run({ "make" }, "v1"));
    answer_ = { Answer::no, "you said no" };
    EXPECT_TRUE(run({ "make" }, "v2"));
    EXPECT_EQ(questions_.size(), 1u);
    EXPECT_FALSE(run({ "make", "all" }));
    workspace::testing::TemporaryFolder const elsewhere;
    root_ = elsewhere.path().string();
    EXPECT_FALSE(run({ "make" }));
    EXPECT_EQ(questions_.size(), 3u);
}

TEST_F(CommandGateTest, takes_always_for_a_no_where_it_was_not_offered)
{
    answer_ = { Answer::always, {} };
    EXPECT_FALSE(run({ "sh", "-c", "id" }));
    EXPECT_TRUE(sandbox_.requests().empty());
}

TEST_F(CommandGateTest, asks_nobody_where_that_is_not_wanted_or_nobody_is_there)
{
    EXPECT_THAT(error(run({ "make" }, "v", false)), HasSubstr("denied: make is not run: a person would have to be asked first"));
    parts_.ask = {};
    EXPECT_THAT(error(run({ "make" })), HasSubstr("a person would have to be asked first"));
    policy_.level = sandbox::Level::verify;
    EXPECT_TRUE(run({ "make" }, "v", false));
    EXPECT_TRUE(questions_.empty());
}

TEST_F(CommandGateTest, refuses_what_the_policy_refuses_without_a_question)
{
    policy_.level = sandbox::Level::verify;
    EXPECT_THAT(error(run({ "sudo", "ls" })), HasSubstr("denied: sudo ls is not run: sudo: it asks for other privileges"));
    policy_.level = sandbox::Level::analyze;
    EXPECT_THAT(error(run({ "ls" })), HasSubstr("the level is analyze"));
    EXPECT_TRUE(questions_.empty());
    EXPECT_TRUE(sandbox_.requests().empty());
    EXPECT_EQ(error(run({})).substr(0, 20), "invalid_params: argv");
}

TEST_F(CommandGateTest, says_what_to_do_where_there_is_no_sandbox_and_never_runs_bare)
{
    parts_.sandbox = nullptr;
    parts_.why_no_sandbox = "install bubblewrap: apt-get install bubblewrap";
    policy_.level = sandbox::Level::verify;
    EXPECT_EQ(error(run({ "make" })), "denied: install bubblewrap: apt-get install bubblewrap");
    EXPECT_TRUE(questions_.empty());
}

TEST_F(CommandGateTest, runs_nothing_that_the_ledger_cannot_take)
{
    policy_.level = sandbox::Level::verify;
    ledger_.is_full = true;
    EXPECT_EQ(error(run({ "make" })), "io: the disk is full");
    EXPECT_TRUE(sandbox_.requests().empty());
}

TEST_F(CommandGateTest, refuses_more_than_twenty_commands_a_minute)
{
    policy_.level = sandbox::Level::verify;
    for (int i = 0; i < 20; ++i)
        EXPECT_TRUE(run({ "make" }));
    EXPECT_THAT(error(run({ "make" })), HasSubstr("budget: 20 commands were run in the last minute"));
    clock_.advance(std::chrono::minutes(1));
    EXPECT_TRUE(run({ "make" }));
}

TEST_F(CommandGateTest, waits_when_it_has_asked_ten_times_in_a_minute)
{
    for (int i = 0; i < 10; ++i)
        EXPECT_TRUE(run({ "make" }));
    std::atomic<bool> told = false;
    parts_.tell = [&](std::string const&) {
        told = true;
        clock_.advance(std::chrono::minutes(1));
    };
    EXPECT_TRUE(run({ "make" }));
    EXPECT_TRUE(told);
    EXPECT_EQ(questions_.size(), 11u);
}

TEST_F(CommandGateTest, is_stopped_while_it_waits_to_ask)
{
    for (int i = 0; i < 10; ++i)
        EXPECT_TRUE(run({ "make" }));
    parts_.tell = [&](std::string const&) { stop_.request_stop(); };
    EXPECT_EQ(run({ "make" }).error().code, ErrorCode::cancelled);
    EXPECT_EQ(questions_.size(), 10u);
}

TEST_F(CommandGateTest, takes_an_answer_after_a_stop_for_none)
{
    parts_.ask = [&](Question const&, std::stop_token) {
        stop_.request_stop();
        return Answered { Answer::once, {} };
    };
    EXPECT_EQ(run({ "make" }).error().code, ErrorCode::cancelled);
    EXPECT_TRUE(sandbox_.requests().empty());
}

TEST_F(CommandGateTest, hides_credentials_from_commands_ignored_ones_too)
{
    folder_.write("a.txt", "");
    folder_.write(".env", "TOKEN=1");
    folder_.write(".gitignore", "ignored/\n.env\n");
    std::filesystem::create_directories(folder_.path() / "ignored" / ".ssh");
    folder_.write("ignored/.ssh/config", "");
    folder_.write("ignored/deep.pem", "");
    policy_.level = sandbox::Level::verify;
    EXPECT_TRUE(run({ "make" }));
    EXPECT_THAT(sandbox_.requests().at(0).masked, ::testing::UnorderedElementsAre(".env", "ignored/.ssh", "ignored/deep.pem"));
    EXPECT_EQ(sandbox_.requests().at(0).workspace, std::filesystem::canonical(folder_.path()).string());
}

class RunWithCommandsTest : public RunTest {
protected:
    /// Commands without a policy.
    class Plain final : public tools::Commands {
    public:
        Result<sandbox::Outcome> run(tools::CommandCall const& call, std::stop_token) override
        {
            calls.push_back(call);
            sandbox::Outcome outcome;
            outcome.output = "Ran 3 tests in 0.1s\n\nOK\n";
            if (call.tool == "run_command")
                outcome.changes = { { "b.txt", sandbox::ChangeKind::modified, "TWO\n", 0644 } };
            return outcome;
        }
        void add(tools::Evidence evidence) override { added.push_back(std::move(evidence)); }
        std::vector<tools::Evidence> take_evidence() override { return std::move(added); }

        std::vector<tools::CommandCall> calls;
        std::vector<tools::Evidence> added;
    };

    Outcome run_with_commands()
    {
        return agent::run(task_, model_, snapshot_, limits_, clock_, transcript_, {}, stop_.get_token(), tools::registry(), &commands_);
    }

    static tests::ScriptedModel::Call test_run() { return { "run_tests", Json::object() }; }

    Plain commands_;
};

TEST_F(RunWithCommandsTest, runs_commands_between_the_edits_in_the_order_of_the_reply)
{
    set_files({ { "a.txt", "one\n" }, { "b.txt", "two\n" }, { "test_a.py", "import unittest\n" } });
    model_.calls({ edit("a.txt", "one", "1"), test_run(), edit("a.txt", "1", "eins"), test_run() }).text("Done.");
    EXPECT_EQ(run_with_commands().ended, Ended::done);
    ASSERT_EQ(commands_.calls.size(), 2u);
    EXPECT_EQ(commands_.calls[0].request.view.at(0).bytes, "1\n");
    EXPECT_EQ(commands_.calls[1].request.view.at(0).bytes, "eins\n");
}

TEST_F(RunWithCommandsTest, says_of_tests_that_ran_before_the_last_edit_that_they_did)
{
    set_files({ { "a.txt", "one\n" }, { "b.txt", "two\n" }, { "test_a.py", "import unittest\n" } });
    model_.calls({ edit("a.txt", "one", "1"), test_run(), edit("a.txt", "1", "eins") }).text("Done.");
    auto const outcome = run_with_commands();
    ASSERT_EQ(outcome.evidence.size(), 1u);
    EXPECT_EQ(outcome.evidence[0].detail, "3 of 3 tests passed, before the last edits");
}

TEST_F(RunWithCommandsTest, keeps_the_last_word_of_each_command)
{
    set_files({ { "a.txt", "one\n" }, { "b.txt", "two\n" }, { "test_a.py", "import unittest\n" } });
    model_.calls({ test_run(), edit("a.txt", "one", "1"), test_run() }).text("Done.");
    auto const outcome = run_with_commands();
    ASSERT_EQ(outcome.evidence.size(), 1u);
    EXPECT_EQ(outcome.evidence[0].detail, "3 of 3 tests passed");
}

TEST_F(RunWithCommandsTest, offers_no_commands_without_them_nor_to_what_only_reads)
{
    auto const offers_commands = [&] {
        auto const& tools = model_.requests.back().tools;
        return std::any_of(tools.begin(), tools.end(), [](model::ToolSpec const& tool) { return tool.name == "run_command"; });
    };
    model_.text("Done.").text("Done.").text("Done.");
    run();
    EXPECT_FALSE(offers_commands());
    run_with_commands();
    EXPECT_TRUE(offers_commands());
    task_.proposes = false;
    run_with_commands();
    EXPECT_FALSE(offers_commands());
}

}
}
