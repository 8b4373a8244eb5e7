#include "agent/audited.h"

#include "support/hash.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace countersign::agent {
namespace {

/// Keeps what it is told; fails when it is told to.
class MemoryLedger final : public ledger::Ledger {
public:
    Result<> append(std::string_view kind, Json fields) override
    {
        if (fails)
            return fail(ErrorCode::io, "the disk is full");
        events.push_back({ static_cast<std::int64_t>(events.size()) + 1, "", std::string(kind), std::move(fields) });
        return {};
    }
    Result<std::int64_t> append_durably(std::string_view kind, Json fields) override
    {
        if (auto const appended = append(kind, std::move(fields)); !appended)
            return tl::unexpected(appended.error());
        return static_cast<std::int64_t>(events.size());
    }
    Result<std::vector<ledger::Event>> recent(std::size_t) const override { return events; }

    std::vector<ledger::Event> events;
    bool fails = false;
};

class AuditedTest : public ::testing::Test {
protected:
    std::unique_ptr<Transcript> transcript(bool keeps_texts = false)
    {
        return audited(Transcript::discard(), &ledger_, { "run-1", "/home/ada/project", "an editor", keeps_texts });
    }
    static Json reply(Json arguments)
    {
        return { { "reply",
            { { "message",
                  { { "text", "thinking" },
                      { "calls", { { { "id", "c1" }, { "name", "read_file" }, { "arguments", std::move(arguments) } } } } } },
                { "stop", "tool_use" }, { "usage", { { "input_tokens", 7 }, { "cost", 0.25 } } } } } };
    }
    static Json result(char const* text, bool is_error)
    {
        return { { "call", "c1" }, { "name", "read_file" }, { "text", text }, { "is_error", is_error }, { "ms", 12 } };
    }

    MemoryLedger ledger_;
};

TEST_F(AuditedTest, records_who_asked_and_the_hashes_of_the_prompts)
{
    transcript()->append(
        "task", { { "task", { { "action", "fix" }, { "instruction", "secret" }, { "system", "be good" } } }, { "provider", "builtin" } });
    ASSERT_EQ(ledger_.events.size(), 1u);
    EXPECT_EQ(ledger_.events[0].kind, "run_started");
    Json const& fields = ledger_.events[0].fields;
    EXPECT_EQ(fields["client"], "an editor");
    EXPECT_EQ(fields["workspace"], "/home/ada/project");
    EXPECT_EQ(fields["instruction"], Json({ { "hash", support::content_hash("secret") }, { "bytes", 6 } }));
    EXPECT_EQ(fields.dump().find("secret"), std::string::npos);
}

TEST_F(AuditedTest, keeps_the_texts_if_the_person_wants_them)
{
    transcript(true)->append("task", { { "task", { { "instruction", "the question" } } } });
    EXPECT_EQ(ledger_.events.at(0).fields["instruction"]["text"], "the question");
}

TEST_F(AuditedTest, records_a_call_with_its_arguments_outcome_and_duration)
{
    auto const run = transcript();
    run->append("reply", reply({ { "path", "../x" } }));
    run->append("result", result("denied: ../x leads outside the workspace", true));
    run->append("result", result("fine: it is", false));
    ASSERT_EQ(ledger_.events.size(), 3u);
    EXPECT_EQ(ledger_.events[0].kind, "reply");
    EXPECT_EQ(ledger_.events[0].fields["usage"]["cost"], 0.25);
    Json const& denied = ledger_.events[1].fields;
    EXPECT_EQ(ledger_.events[1].kind, "tool");
    EXPECT_EQ(denied["arguments"], Json({ { "path", "../x" } }));
    EXPECT_EQ(denied["outcome"], "denied");
    EXPECT_EQ(denied["ms"], 12);
    EXPECT_EQ(denied["output"]["bytes"], 40);
    EXPECT_EQ(ledger_.events[2].fields["outcome"], "ok");
}

TEST_F(AuditedTest, long_arguments_are_hashes)
{
    auto const run = transcript();
    run->append("reply", reply({ { "path", "a.cpp" }, { "content", std::string(5000, 'x') } }));
    run->append("result", result("", false));
    Json const& arguments = ledger_.events.at(1).fields["arguments"];
    EXPECT_EQ(arguments["path"], "a.cpp");
    EXPECT_EQ(arguments["content"], Json({ { "hash", support::content_hash(std::string(5000, 'x')) }, { "bytes", 5000 } }));
}

TEST_F(AuditedTest, a_failing_ledger_and_odd_entries_end_no_run)
{
    auto const run = transcript();
    run->append("reply", { { "reply", 5 } });
    run->append("result", Json::object());
    run->append("task", { { "task", Json::array() } });
    ledger_.fails = true;
    run->append("result", result("x", false));
    EXPECT_EQ(ledger_.events.size(), 3u);
}

}
}
