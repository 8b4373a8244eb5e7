#include "ledger/records.h"

#include "ledger_fixture.h"

#include <nlohmann/json.hpp>

namespace countersign::ledger {
namespace {

class RecordsTest : public LedgerFixture {
protected:
    void fill()
    {
        auto ledger = open();
        auto const append = [&](char const* kind, Json fields) {
            clock_.wall_time += std::chrono::seconds(1);
            ASSERT_TRUE(ledger->append(kind, std::move(fields)));
        };
        append("run", { { "run", "a" }, { "workspace", "/one" }, { "ended", "done" } });
        append("tool", { { "run", "a" }, { "outcome", "denied: no" } });
        append("proposal", { { "proposal", "7" }, { "run", "a" } });
        append("approval", { { "proposal", "7" }, { "flagged", { "Makefile" } } });
        append("refused", { { "proposal", "7" } });
        append("run", { { "run", "b" }, { "workspace", "/two" }, { "ended", "limit" } });
        append("discarded", { { "proposal", "8" } });
    }
    std::string found(RecordFilter const& filter)
    {
        std::string text;
        auto const read = read_records(folder_, filter, [&](Event const& event, std::string const& workspace) {
            text += std::to_string(event.sequence) + workspace + " ";
            return true;
        });
        return read ? text : to_string(read.error());
    }
};

TEST_F(RecordsTest, follows_runs_and_proposals_to_their_workspace)
{
    fill();
    EXPECT_EQ(found({}), "1/one 2/one 3/one 4/one 5/one 6/two 7 ");
    EXPECT_EQ(found({ .workspace = "/two" }), "6/two ");
}

TEST_F(RecordsTest, filters_by_outcome)
{
    fill();
    EXPECT_EQ(found({ .outcome = "denied" }), "2/one 5/one ");
    EXPECT_EQ(found({ .outcome = "flagged" }), "4/one ");
    EXPECT_EQ(found({ .outcome = "failed" }), "6/two ");
    EXPECT_EQ(found({ .outcome = "discarded" }), "7 ");
    EXPECT_EQ(found({ .outcome = "blocked" }), "");
}

TEST_F(RecordsTest, filters_by_time_kind_run_proposal_and_number)
{
    fill();
    EXPECT_EQ(found({ .since = "2027-01-15T08:00:06" }), "6/two 7 ");
    EXPECT_EQ(found({ .until = "2027-01-15T08:00:02" }), "1/one ");
    EXPECT_EQ(found({ .kind = "run" }), "1/one 6/two ");
    EXPECT_EQ(found({ .run = "a" }), "1/one 2/one 3/one ");
    EXPECT_EQ(found({ .proposal = "7" }), "3/one 4/one 5/one ");
    EXPECT_EQ(found({ .first = 2, .last = 3 }), "2/one 3/one ");
}

TEST_F(RecordsTest, shows_a_damaged_entry_as_it_stands)
{
    fill();
    tamper("UPDATE events SET fields = '{' WHERE sequence = 2");
    Json fields;
    ASSERT_TRUE(read_records(folder_, { .first = 2, .last = 2 }, [&](Event const& event, std::string const&) {
        fields = event.fields;
        return true;
    }));
    EXPECT_EQ(fields, Json({ { "damaged", "{" } }));
}

TEST_F(RecordsTest, says_that_there_is_none_and_makes_none)
{
    EXPECT_THAT(found({}), ::testing::StartsWith("not_found: "));
    EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

TEST_F(RecordsTest, secrets_are_taken_out_before_they_are_written)
{
    auto const redact = [](std::string_view text) { return text == "hunter2" ? std::string("[REDACTED]") : std::string(text); };
    ASSERT_TRUE(open({ .redact = redact, .user = "ada" })
                    ->append_durably("approval", { { "arguments", { { "hunter2", { "plain", "hunter2", 5 } } } } }));
    EXPECT_EQ(column("SELECT fields FROM events").at(0), R"({"arguments":{"[REDACTED]":["plain","[REDACTED]",5]},"user":"ada"})");
}

}
}
