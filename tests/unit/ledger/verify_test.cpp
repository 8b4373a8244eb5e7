#include "ledger/verify.h"

#include "ledger_fixture.h"

#include "support/files.h"

#include <fmt/core.h>
#include <fstream>
#include <nlohmann/json.hpp>

namespace countersign::ledger {
namespace {

using ::testing::HasSubstr;

/// Ledgers small enough to be tampered with in every way there is.
class VerifyTest : public LedgerFixture {
protected:
    static constexpr int entries = 9;

    void fill(int count = entries)
    {
        auto ledger = open();
        for (int i = 1; i <= count; ++i) {
            clock_.wall_time += std::chrono::seconds(1);
            Json fields { { "i", i }, { "text", std::string(40, static_cast<char>('a' + i % 26)) } };
            if (i % 4 == 0)
                ASSERT_TRUE(ledger->append_durably("approval", std::move(fields)));
            else
                ASSERT_TRUE(ledger->append("tool", std::move(fields)));
        }
    }
    /// Fills once; afterwards each call starts again from that.
    void restore()
    {
        std::filesystem::path const copy = folder_ / "copy";
        if (!std::filesystem::exists(copy)) {
            fill();
            execute("PRAGMA wal_checkpoint(TRUNCATE)");
            std::filesystem::copy_file(file(), copy);
        }
        std::filesystem::remove(file().string() + "-wal");
        std::filesystem::remove(file().string() + "-shm");
        std::filesystem::copy_file(copy, file(), std::filesystem::copy_options::overwrite_existing);
    }
    static std::string make_room(int place)
    {
        return fmt::format(
            "UPDATE events SET sequence = -sequence WHERE sequence >= {0}; UPDATE events SET sequence = 1 - sequence WHERE sequence "
            "< 0;",
            place);
    }
    static std::string close_gap(int place)
    {
        return fmt::format("UPDATE events SET sequence = -sequence WHERE sequence > {0}; UPDATE events SET sequence = -sequence - 1 WHERE "
                           "sequence < 0;",
            place);
    }
};

TEST_F(VerifyTest, finds_nothing_in_an_untouched_ledger)
{
    fill();
    Verdict const verdict = verified();
    EXPECT_TRUE(verdict.is_whole()) << verdict.findings.front().message;
    EXPECT_EQ(verdict.entries, entries);
    EXPECT_EQ(verdict.last, entries);
    EXPECT_EQ(verdict.anchored, entries) << "the end of a session is anchored";
    EXPECT_EQ(verdict.head.size(), 64u);
}

TEST_F(VerifyTest, finds_and_names_every_change_of_one_entry)
{
    for (int place = 1; place <= entries; ++place) {
        for (char const* change : { "time = '2020' || substr(time, 5)", "kind = 'refused'", "fields = replace(fields, '\"i\":', '\"j\":')",
                 "fields = fields || ' '", "previous = zeroblob(32)", "hash = zeroblob(32)", "hash = zeroblob(0)",
                 "previous = zeroblob(31)", "time = '', fields = '', kind = ''" }) {
            restore();
            // The first one has zeros before it anyway.
            if (place == 1 && std::string(change) == "previous = zeroblob(32)")
                continue;
            tamper(fmt::format("UPDATE events SET {} WHERE sequence = {}", change, place));
            EXPECT_EQ(findings(), fmt::format("changed {}", place)) << change;
        }
    }
}

TEST_F(VerifyTest, finds_and_names_every_deletion_of_one_entry)
{
    for (int place = 1; place <= entries; ++place) {
        for (bool const renumbers : { false, true }) {
            restore();
            tamper(fmt::format("DELETE FROM events WHERE sequence = {};", place) + (renumbers ? close_gap(place) : ""));
            std::string const found = findings();
            EXPECT_THAT(found, ::testing::StartsWith(fmt::format("{} {}", place == entries ? "truncated" : "deleted", place))) << renumbers;
        }
    }
}

TEST_F(VerifyTest, finds_and_names_every_insertion_of_one_entry)
{
    for (int place = 1; place <= entries + 1; ++place) {
        for (int copied = 1; copied <= entries; copied += 4) {
            restore();
            // A copy of a genuine entry, and one of the attacker's own.
            tamper(make_room(place)
                + fmt::format("INSERT INTO events SELECT {}, time, kind, fields, previous, hash FROM events WHERE sequence = {}", place,
                    copied >= place ? copied + 1 : copied));
            EXPECT_THAT(findings(), ::testing::MatchesRegex(fmt::format("inserted ({}|{})", place, place + 1))) << copied;
        }
        restore();
        tamper(make_room(place)
            + fmt::format(
                "INSERT INTO events VALUES ({}, '2026-01-01T00:00:00.000Z', 'approval', '{{}}', randomblob(32), randomblob(32))", place));
        EXPECT_EQ(findings(), fmt::format("inserted {}", place));
    }
}

TEST_F(VerifyTest, finds_and_names_every_exchange_of_two_entries)
{
    for (int left = 1; left <= entries; ++left) {
        for (int right = left + 1; right <= entries; ++right) {
            restore();
            tamper(
                fmt::format("UPDATE events SET sequence = -1 WHERE sequence = {0}; UPDATE events SET sequence = {0} WHERE sequence = {1}; "
                            "UPDATE events SET sequence = {1} WHERE sequence = -1",
                    left, right));
            std::string const found = findings();
            EXPECT_THAT(found, HasSubstr("reordered")) << left << " " << right;
            EXPECT_THAT(
                found, ::testing::AnyOf(HasSubstr(fmt::format("reordered {}", left)), HasSubstr(fmt::format("reordered {}", right))));
            EXPECT_THAT(found, ::testing::Not(HasSubstr("changed")));
        }
    }
}

TEST_F(VerifyTest, finds_every_truncation_against_its_anchor)
{
    for (int kept = 1; kept < entries; ++kept) {
        std::filesystem::remove_all(folder_);
        std::filesystem::create_directories(folder_);
        fill(kept);
        execute("PRAGMA wal_checkpoint(TRUNCATE)");
        std::filesystem::copy_file(file(), folder_ / "older");
        fill(entries - kept);
        ASSERT_EQ(findings(), "whole");
        // The whole database as it was then: every hash in it fits, its head too.
        std::filesystem::remove(file().string() + "-wal");
        std::filesystem::remove(file().string() + "-shm");
        std::filesystem::rename(folder_ / "older", file());
        EXPECT_EQ(findings(), fmt::format("truncated {}", kept + 1));
        EXPECT_THAT(verified().findings[0].message, HasSubstr(fmt::format("but entry {} was anchored at ", entries)));
        // And once the program has gone on writing behind it.
        fill(entries);
        EXPECT_THAT(findings(), HasSubstr("replaced"));
    }
}

TEST_F(VerifyTest, tells_where_in_words)
{
    restore();
    tamper("UPDATE events SET fields = '{}' WHERE sequence = 3");
    EXPECT_EQ(verified().findings.at(0).message, "entry 3, which says 2027-01-15T08:00:03.000Z, was changed after it was written");
    restore();
    tamper("DELETE FROM events WHERE sequence IN (4, 5)");
    EXPECT_EQ(verified().findings.at(0).message, "the 2 entries 4 to 5 are missing after 2027-01-15T08:00:03.000Z");
}

TEST_F(VerifyTest, names_several_damages_at_once)
{
    restore();
    tamper("UPDATE events SET kind = 'x' WHERE sequence = 2; DELETE FROM events WHERE sequence = 4;" + close_gap(4)
        + "UPDATE events SET kind = 'y' WHERE sequence = 7");
    EXPECT_EQ(findings(), "changed 2, deleted 4, changed 8");
}

TEST_F(VerifyTest, finds_a_part_that_was_put_back_to_an_older_history)
{
    fill(4);
    execute("PRAGMA wal_checkpoint(TRUNCATE)");
    std::filesystem::copy_file(file(), folder_ / "older");
    fill(3);
    std::filesystem::rename(file(), folder_ / "newer.db");
    std::filesystem::remove(file().string() + "-wal");
    std::filesystem::remove(file().string() + "-shm");
    std::filesystem::rename(folder_ / "older", file());
    fill(3);
    // Entries 5 to 7 are genuine in both. The sixth of the other history:
    tamper(fmt::format("ATTACH '{}' AS other", (folder_ / "newer.db").string()).empty() ? "" : "SELECT 1");
    ASSERT_EQ(execute(fmt::format(
                  "ATTACH '{}' AS other; DROP TRIGGER events_keep_updated; UPDATE events SET (time, kind, fields, previous, hash) = "
                  "(SELECT time, kind, fields, previous, hash FROM other.events AS o WHERE o.sequence = 6) WHERE sequence = 6; "
                  "CREATE TRIGGER events_keep_updated BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'the ledger is "
                  "append-only'); END",
                  (folder_ / "newer.db").string())),
        "");
    EXPECT_THAT(findings(), HasSubstr("replaced 6"));
}

TEST_F(VerifyTest, finds_changes_of_the_head_the_schema_and_the_anchors)
{
    restore();
    tamper("UPDATE head SET sequence = 5");
    EXPECT_THAT(findings(), HasSubstr("head 0"));
    restore();
    tamper("DELETE FROM head");
    EXPECT_THAT(findings(), HasSubstr("head 0"));
    restore();
    execute("DROP TRIGGER events_keep_deleted");
    EXPECT_EQ(findings(), "schema 0");
    EXPECT_THAT(open_error(), HasSubstr("a table or trigger was removed"));
    restore();
    execute("CREATE TABLE more (x)");
    EXPECT_EQ(findings(), "schema 0");
    restore();
    std::string const anchors = *support::read_file(anchor_file());
    std::ofstream(anchor_file()) << "nonsense\n" << anchors;
    EXPECT_EQ(findings(), "anchor 0");
    EXPECT_THAT(verified().findings[0].message, HasSubstr("line 1 of "));
    std::filesystem::remove(anchor_file());
    EXPECT_THAT(verified().findings.at(0).message, HasSubstr("was anchored in"));
    std::filesystem::remove(file());
    std::ofstream(anchor_file()) << anchors;
    EXPECT_THAT(verified().findings.at(0).message, HasSubstr("is gone, whose entry 9 was anchored"));
}

TEST_F(VerifyTest, a_ledger_that_was_removed_and_begun_again_is_missed)
{
    fill();
    for (char const* ending : { "", "-wal", "-shm" })
        std::filesystem::remove(file().string() + ending);
    fill(2);
    EXPECT_EQ(findings(), "truncated 0");
    EXPECT_THAT(verified().findings[0].message, HasSubstr("an earlier ledger, whose entry 9 was anchored"));
}

TEST_F(VerifyTest, another_key_is_one_finding_and_no_key_is_an_error)
{
    fill();
    std::ofstream(folder_ / "ledger.key") << std::string(32, 'k');
    EXPECT_EQ(findings(), "changed 1");
    EXPECT_THAT(verified().findings[0].message, HasSubstr("none of the 9 entries fits the key"));
    EXPECT_THAT(open_error(), HasSubstr("or its key was"));
    std::filesystem::remove(folder_ / "ledger.key");
    auto const without = verify(folder_);
    ASSERT_FALSE(without);
    EXPECT_THAT(without.error().message, HasSubstr("cannot be verified without its key"));
    EXPECT_THAT(open_error(), HasSubstr("its key " + (folder_ / "ledger.key").string() + " is gone"));
}

TEST_F(VerifyTest, a_hash_that_was_written_down_elsewhere_finds_what_the_anchors_cannot)
{
    fill(4);
    std::filesystem::path const saved = folder_.string() + "-saved";
    std::filesystem::copy(folder_, saved);
    fill(5);
    Verdict const then = verified();
    // Database, key and anchors all put back together: nothing here can know.
    std::filesystem::remove_all(folder_);
    std::filesystem::rename(saved, folder_);
    EXPECT_EQ(findings(), "whole");
    auto const known = verify(folder_, KnownHash { then.last, then.head });
    ASSERT_TRUE(known);
    EXPECT_EQ(known->findings.at(0).damage, Damage::truncated);
    fill(5);
    auto const again = verify(folder_, KnownHash { then.last, std::string(64, '0') });
    ASSERT_TRUE(again);
    EXPECT_EQ(again->findings.at(0).damage, Damage::replaced);
}

TEST_F(VerifyTest, half_a_line_at_the_end_of_the_anchors_is_a_power_loss_and_repaired)
{
    fill();
    std::ofstream(anchor_file(), std::ios::app) << "1 0011";
    EXPECT_EQ(findings(), "whole");
    EXPECT_THAT(verified().notes, ::testing::Contains(HasSubstr("half written")));
    fill();
    EXPECT_EQ(findings(), "whole");
    EXPECT_TRUE(verified().notes.empty());
}

TEST_F(VerifyTest, a_ledger_that_is_not_there_is_not_found)
{
    auto const verdict = verify(folder_);
    ASSERT_FALSE(verdict);
    EXPECT_EQ(verdict.error().code, ErrorCode::not_found);
    EXPECT_TRUE(std::filesystem::is_empty(folder_)) << "looking makes nothing";
}

TEST_F(VerifyTest, verifies_while_others_write)
{
    fill(3);
    auto ledger = open();
    ASSERT_TRUE(ledger->append("tool", { { "i", 1 } }));
    EXPECT_EQ(findings(), "whole");
    EXPECT_EQ(verified().entries, 4);
    EXPECT_EQ(verified().anchored, 3);
}

TEST_F(VerifyTest, a_hostile_schema_is_not_run)
{
    fill();
    execute("DROP TABLE events; CREATE VIEW events AS WITH RECURSIVE n(sequence) AS (SELECT 1 UNION ALL SELECT sequence + 1 FROM n) SELECT "
            "sequence, "
            "'' AS time, '' AS kind, '' AS fields, '' AS previous, '' AS hash FROM n");
    auto const verdict = verify(folder_);
    ASSERT_TRUE(verdict);
    EXPECT_EQ(verdict->findings.at(0).damage, Damage::schema);
}

}
}
