// Ledgers of format 1, as earlier versions left them in people's state directories.
#include "ledger_fixture.h"

#include <nlohmann/json.hpp>

namespace countersign::ledger {
namespace {

using ::testing::HasSubstr;

class MigrationTest : public LedgerFixture {
protected:
    void make_format_1(std::string const& more = {})
    {
        ASSERT_EQ(
            execute("CREATE TABLE events (\n sequence INTEGER PRIMARY KEY AUTOINCREMENT,\n time TEXT NOT NULL,\n kind TEXT NOT NULL,\n "
                    "fields TEXT NOT NULL\n) STRICT;"
                    "CREATE TRIGGER events_keep_updated BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'no'); END;"
                    "CREATE TRIGGER events_keep_deleted BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'no'); END;"
                    "PRAGMA application_id = 1129539438; PRAGMA user_version = 1; PRAGMA journal_mode = WAL;"
                    "INSERT INTO events (time, kind, fields) VALUES ('2026-01-02T03:04:05.006Z', 'run', '{\"run\":\"a\"}'), "
                    "('2026-01-02T03:04:06.006Z', 'approval', '{\"proposal\":\"7\"}');"
                + more),
            "");
    }
};

TEST_F(MigrationTest, keeps_the_entries_and_their_numbers_and_chains_them)
{
    make_format_1();
    auto const before = verify(folder_);
    ASSERT_FALSE(before);
    {
        auto ledger = open();
        auto const events = *ledger->recent(10);
        ASSERT_EQ(events.size(), 3u);
        EXPECT_EQ(events[1].kind, "approval");
        EXPECT_EQ(events[1].time, "2026-01-02T03:04:06.006Z");
        EXPECT_EQ(events[1].fields, Json({ { "proposal", "7" } }));
        EXPECT_EQ(events[2].kind, "migrated");
        EXPECT_EQ(events[2].fields, Json({ { "from_format", 1 }, { "through", 2 } }));
        EXPECT_EQ(*ledger->append_durably("approval", Json::object()), 4);
    }
    EXPECT_EQ(findings(), "whole");
    tamper("UPDATE events SET kind = 'refused' WHERE sequence = 2");
    EXPECT_EQ(findings(), "changed 2");
}

TEST_F(MigrationTest, says_which_entries_were_missing_already)
{
    make_format_1("INSERT INTO events VALUES (5, '2026-01-02T03:04:07.006Z', 'applied', '{\"approval\":2}');");
    auto const events = *open()->recent(10);
    ASSERT_EQ(events.size(), 6u);
    EXPECT_EQ(events[2].kind, "missing");
    EXPECT_EQ(events[3].kind, "missing");
    EXPECT_EQ(events[4].sequence, 5);
    EXPECT_EQ(events[4].fields["approval"], 2);
}

TEST_F(MigrationTest, leaves_a_ledger_that_it_cannot_migrate_as_it_is)
{
    make_format_1("INSERT INTO events VALUES (9000000000000000000, '2026-01-02T03:04:07.006Z', 'applied', '{}');");
    EXPECT_THAT(open_error(), HasSubstr("entry 9000000000000000000 cannot follow entry 2"));
    EXPECT_EQ(column("PRAGMA user_version").at(0), "1");
    EXPECT_EQ(column("SELECT kind FROM events").size(), 3u);
    EXPECT_EQ(column("SELECT name FROM sqlite_schema WHERE name = 'head'").size(), 0u);
}

TEST_F(MigrationTest, two_processes_migrate_once)
{
    make_format_1();
    auto first = open();
    auto second = open();
    EXPECT_EQ(column("SELECT kind FROM events WHERE kind = 'migrated'").size(), 1u);
}

}
}
