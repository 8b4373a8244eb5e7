#include "ledger_fixture.h"

#include "support/files.h"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <set>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace countersign::ledger {
namespace {

using ::testing::HasSubstr;

class LedgerTest : public LedgerFixture { };

TEST_F(LedgerTest, keeps_events_in_order_over_a_restart)
{
    {
        auto ledger = open();
        ASSERT_TRUE(ledger->append("run", { { "id", "a" } }));
        auto sequence = ledger->append_durably("approval", { { "proposal", "7" } });
        ASSERT_TRUE(sequence);
        EXPECT_EQ(*sequence, 2);
    }
    auto events = open()->recent(10);
    ASSERT_TRUE(events);
    ASSERT_EQ(events->size(), 2u);
    EXPECT_EQ((*events)[0].kind, "run");
    EXPECT_EQ((*events)[0].fields, Json({ { "id", "a" } }));
    EXPECT_EQ((*events)[1].kind, "approval");
    EXPECT_EQ((*events)[1].sequence, 2);
    EXPECT_THAT((*events)[1].time, ::testing::MatchesRegex("....-..-..T..:..:......Z"));
}

TEST_F(LedgerTest, recent_returns_the_newest_and_at_most_the_limit)
{
    auto ledger = open();
    for (int i = 1; i <= 5; ++i)
        ASSERT_TRUE(ledger->append("tool", { { "i", i } }));
    auto events = ledger->recent(2);
    ASSERT_TRUE(events);
    ASSERT_EQ(events->size(), 2u);
    EXPECT_EQ((*events)[0].fields["i"], 4);
    EXPECT_EQ((*events)[1].fields["i"], 5);
    EXPECT_TRUE(ledger->recent(0)->empty());
    EXPECT_EQ(ledger->recent(std::numeric_limits<std::size_t>::max())->size(), 5u);
}

TEST_F(LedgerTest, keeps_text_that_is_hostile_to_sql_and_to_utf8)
{
    auto ledger = open();
    ASSERT_TRUE(ledger->append("tool'); DROP TABLE events; --", { { "text", std::string("a\0b'\"\n", 6) }, { "bad", "\xFF" } }));
    auto events = ledger->recent(1);
    ASSERT_TRUE(events);
    EXPECT_EQ((*events)[0].kind, "tool'); DROP TABLE events; --");
    EXPECT_EQ((*events)[0].fields["text"], std::string("a\0b'\"\n", 6));
    EXPECT_EQ((*events)[0].fields["bad"], "\xEF\xBF\xBD");
}

TEST_F(LedgerTest, rejects_events_without_kind_or_object)
{
    auto ledger = open();
    EXPECT_FALSE(ledger->append("", Json::object()));
    EXPECT_FALSE(ledger->append("run", Json::array()));
    EXPECT_FALSE(ledger->append_durably("approval", nullptr));
    EXPECT_TRUE(ledger->recent(10)->empty());
}

TEST_F(LedgerTest, is_readable_by_its_owner_only)
{
    auto ledger = open();
    ASSERT_TRUE(ledger->append("run", Json::object()));
    for (auto const& entry : std::filesystem::directory_iterator(folder_)) {
        struct stat status { };
        ASSERT_EQ(::stat(entry.path().c_str(), &status), 0);
        EXPECT_EQ(status.st_mode & 0777u, 0600u) << entry.path();
    }
}

TEST_F(LedgerTest, refuses_changes_to_what_was_written)
{
    ASSERT_TRUE(open()->append("approval", { { "proposal", "7" } }));
    EXPECT_THAT(execute("UPDATE events SET kind = 'refused'"), HasSubstr("append-only"));
    EXPECT_THAT(execute("DELETE FROM events"), HasSubstr("append-only"));
    EXPECT_THAT(
        execute("REPLACE INTO events SELECT sequence, time, 'refused', fields, previous, hash FROM events"), HasSubstr("append-only"));
    EXPECT_EQ(open()->recent(10)->at(0).kind, "approval");
}

TEST_F(LedgerTest, says_that_a_newer_version_wrote_the_file)
{
    open();
    execute("PRAGMA user_version = 3");
    EXPECT_THAT(open_error(), HasSubstr("newer Countersign (format 3, this one knows 2)"));
}

TEST_F(LedgerTest, says_that_the_file_is_damaged)
{
    std::ofstream(file())
        << "this is no database, whatever its name says, and it is long enough to have a header of one hundred bytes.....";
    EXPECT_THAT(open_error(), HasSubstr("the file is damaged; move it away"));
}

TEST_F(LedgerTest, says_that_a_file_with_a_broken_page_is_damaged)
{
    {
        auto ledger = open();
        for (int i = 0; i < 2000; ++i)
            ASSERT_TRUE(ledger->append("tool", { { "text", std::string(500, 'x') } }));
    }
    auto const size = std::filesystem::file_size(file());
    std::fstream stream(file(), std::ios::in | std::ios::out | std::ios::binary);
    stream.seekp(4096);
    stream << std::string(size - 4096, '\xAB');
    stream.close();
    auto ledger = Ledger::open(folder_, clock_);
    std::string const message = !ledger ? ledger.error().message
        : (*ledger)->recent(5000)       ? "read"
                                        : (*ledger)->recent(5000).error().message;
    EXPECT_THAT(message, HasSubstr("the file is damaged; move it away"));
}

TEST_F(LedgerTest, leaves_a_foreign_database_alone)
{
    execute("CREATE TABLE recipes (name TEXT)");
    EXPECT_THAT(open_error(), HasSubstr("not a ledger of Countersign"));
    execute("PRAGMA user_version = 1");
    EXPECT_THAT(open_error(), HasSubstr("not a ledger of Countersign"));
}

TEST_F(LedgerTest, does_not_follow_a_link_in_place_of_its_file)
{
    std::ofstream(folder_ / "elsewhere") << "";
    std::filesystem::create_symlink(folder_ / "elsewhere", file());
    EXPECT_THAT(open_error(), HasSubstr("cannot open"));
}

TEST_F(LedgerTest, takes_events_from_many_threads)
{
    auto ledger = open();
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 8; ++thread) {
        threads.emplace_back([&ledger, thread] {
            for (int i = 0; i < 50; ++i)
                EXPECT_TRUE(ledger->append_durably("approval", { { "thread", thread }, { "i", i } }));
        });
    }
    threads.clear();
    auto events = ledger->recent(1000);
    ASSERT_TRUE(events);
    EXPECT_EQ(events->size(), 400u);
}

TEST_F(LedgerTest, two_processes_share_a_new_file)
{
    constexpr int processes = 4, events_each = 100;
    std::vector<pid_t> children;
    for (int process = 0; process < processes; ++process) {
        pid_t const child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            auto ledger = Ledger::open(folder_, clock_);
            bool ok = ledger.has_value();
            for (int i = 0; ok && i < events_each; ++i)
                ok = (*ledger)->append("tool", { { "process", process }, { "i", i } }).has_value();
            ::_exit(ok ? 0 : 1);
        }
        children.push_back(child);
    }
    for (pid_t const child : children) {
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        EXPECT_EQ(status, 0);
    }
    auto events = open()->recent(10'000);
    ASSERT_TRUE(events);
    std::set<std::int64_t> sequences;
    for (Event const& event : *events)
        sequences.insert(event.sequence);
    EXPECT_EQ(sequences.size(), static_cast<std::size_t>(processes * events_each));
}

}
}
