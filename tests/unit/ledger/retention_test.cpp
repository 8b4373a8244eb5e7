#include "ledger_fixture.h"

#include <fstream>
#include <nlohmann/json.hpp>

namespace countersign::ledger {
namespace {

using ::testing::HasSubstr;
using days = std::chrono::duration<std::int64_t, std::ratio<86'400>>;

class RetentionTest : public LedgerFixture {
protected:
    void fill(int count, LedgerOptions options = {})
    {
        auto ledger = open(std::move(options));
        for (int i = 0; i < count; ++i)
            ASSERT_TRUE(ledger->append("tool", { { "i", i } }));
    }
    std::string numbers() { return column("SELECT min(sequence) || ' to ' || max(sequence) FROM events").at(0); }
};

TEST_F(RetentionTest, keeps_everything_unless_told)
{
    fill(20);
    clock_.wall_time += days(10'000);
    fill(1);
    EXPECT_EQ(numbers(), "1 to 21");
}

TEST_F(RetentionTest, removes_the_oldest_entries_and_what_is_left_verifies)
{
    fill(20);
    open({ .keep_entries = 5 });
    EXPECT_EQ(numbers(), "16 to 21");
    EXPECT_EQ(findings(), "whole");
    EXPECT_THAT(verified().notes, ::testing::Contains("entries 1 to 15 were removed by retention"));
    fill(10, { .keep_entries = 5 });
    fill(1, { .keep_entries = 5 });
    EXPECT_EQ(findings(), "whole");
}

TEST_F(RetentionTest, removes_what_is_older_than_so_many_days)
{
    fill(3);
    clock_.wall_time += days(40);
    fill(3);
    open({ .keep_days = 30 });
    EXPECT_EQ(numbers(), "4 to 7");
    EXPECT_EQ(findings(), "whole");
}

TEST_F(RetentionTest, a_clock_that_jumps_ahead_does_not_empty_the_ledger)
{
    fill(3);
    clock_.wall_time += days(20'000);
    fill(1, { .keep_days = 30 });
    EXPECT_EQ(numbers(), "1 to 4");
}

TEST_F(RetentionTest, a_clock_that_jumps_back_neither)
{
    fill(3);
    clock_.wall_time -= days(20'000);
    fill(3, { .keep_days = 30 });
    clock_.wall_time += days(20'000);
    fill(1, { .keep_days = 30 });
    EXPECT_EQ(numbers(), "1 to 7");
    EXPECT_EQ(findings(), "whole");
}

TEST_F(RetentionTest, a_removal_that_retention_did_not_make_is_found)
{
    fill(20);
    open({ .keep_entries = 10 });
    ASSERT_EQ(numbers(), "11 to 21");
    tamper("DELETE FROM events WHERE sequence < 15");
    EXPECT_EQ(findings(), "deleted 11");
    tamper("UPDATE events SET fields = replace(fields, '\"through\":10', '\"through\":14') WHERE kind = 'pruned'");
    EXPECT_EQ(findings(), "deleted 11, changed 21");
}

TEST_F(RetentionTest, entries_that_were_removed_and_put_back_are_found)
{
    fill(6);
    std::filesystem::path const copy = folder_ / "copy";
    execute("PRAGMA wal_checkpoint(TRUNCATE)");
    std::filesystem::copy_file(file(), copy);
    open({ .keep_entries = 2 });
    ASSERT_EQ(execute("DROP TRIGGER events_keep_replaced; ATTACH '" + copy.string()
                  + "' AS other; INSERT INTO events SELECT * FROM other.events WHERE sequence < 5; CREATE TRIGGER events_keep_replaced "
                    "BEFORE INSERT ON "
                    "events WHEN NEW.sequence <= (SELECT sequence FROM head) BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"),
        "");
    EXPECT_THAT(findings(), HasSubstr("inserted 1"));
}

TEST_F(RetentionTest, without_the_head_a_missing_beginning_is_still_found)
{
    fill(6);
    tamper("DELETE FROM events WHERE sequence < 4; DELETE FROM head");
    EXPECT_EQ(findings(), "head 0, deleted 1");
}

TEST_F(RetentionTest, the_newest_entry_stays)
{
    fill(1);
    open({ .keep_entries = 1 });
    EXPECT_EQ(numbers(), "1 to 1");
    EXPECT_EQ(findings(), "whole");
}

}
}
