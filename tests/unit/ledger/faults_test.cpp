// What a ledger is after the worst moments: a kill, a full disk, a power loss. Always whole, and never with half an event.
#include "ledger_fixture.h"

#include <csignal>
#include <nlohmann/json.hpp>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace countersign::ledger {
namespace {

using ::testing::HasSubstr;

class FaultsTest : public LedgerFixture {
protected:
    /// A child that appends for ever, and writes a byte for each event that it was told is there.
    pid_t start_writer(int pipe_end)
    {
        pid_t const child = ::fork();
        if (child != 0)
            return child;
        auto ledger = Ledger::open(folder_, clock_);
        for (int i = 0; ledger; ++i) {
            bool const written = i % 5 == 0 ? (*ledger)->append_durably("approval", { { "i", i } }).has_value()
                                            : (*ledger)->append("tool", { { "i", i } }).has_value();
            if (!written || ::write(pipe_end, "x", 1) != 1)
                break;
        }
        ::_exit(1);
    }
    void copy_to(std::filesystem::path const& target)
    {
        for (char const* ending : { "", "-wal" })
            std::filesystem::copy_file(
                file().string() + ending, target.string() + ending, std::filesystem::copy_options::overwrite_existing);
    }
};

TEST_F(FaultsTest, a_kill_at_any_moment_loses_nothing_that_was_told_to_be_written)
{
    open();
    std::int64_t told = 0;
    for (int round = 0; round < 6; ++round) {
        int ends[2];
        ASSERT_EQ(::pipe(ends), 0);
        pid_t const first = start_writer(ends[1]), second = start_writer(ends[1]);
        ASSERT_GT(first, 0);
        ASSERT_GT(second, 0);
        ::close(ends[1]);
        char byte = 0;
        for (int i = 0; i < 20 + 7 * round; ++i)
            told += ::read(ends[0], &byte, 1) == 1 ? 1 : 0;
        for (pid_t const child : { first, second }) {
            ::kill(child, SIGKILL);
            ASSERT_EQ(::waitpid(child, nullptr, 0), child);
        }
        while (::read(ends[0], &byte, 1) == 1)
            ++told;
        ::close(ends[0]);
        EXPECT_EQ(findings(), "whole");
        EXPECT_GE(verified().entries, told);
    }
}

TEST_F(FaultsTest, a_full_disk_refuses_the_event_and_keeps_the_others)
{
    open();
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    pid_t const child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        // No file may grow past this, as on a disk that is full.
        rlimit const limit { 400'000, 400'000 };
        ::signal(SIGXFSZ, SIG_IGN);
        ::setrlimit(RLIMIT_FSIZE, &limit);
        auto ledger = Ledger::open(folder_, clock_);
        std::int64_t written = 0;
        Result<std::int64_t> last = 0;
        while (last && written < 10'000) {
            last = (*ledger)->append_durably("approval", { { "text", std::string(1000, 'x') } });
            written += last ? 1 : 0;
        }
        bool const told = !last && last.error().code == ErrorCode::io && last.error().message.find("ledger.db") != std::string::npos;
        ::_exit(::write(ends[1], &written, sizeof written) == sizeof written && told ? 0 : 1);
    }
    ::close(ends[1]);
    std::int64_t written = 0;
    ASSERT_EQ(::read(ends[0], &written, sizeof written), static_cast<ssize_t>(sizeof written));
    ::close(ends[0]);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
    EXPECT_GT(written, 0);
    EXPECT_EQ(findings(), "whole");
    EXPECT_EQ(verified().entries, written);
    EXPECT_TRUE(open()->append_durably("approval", Json::object())) << "and goes on when there is room again";
}

TEST_F(FaultsTest, a_power_loss_that_takes_the_unsynchronised_entries_is_no_tampering)
{
    std::filesystem::path const saved = folder_ / "saved";
    auto ledger = open();
    ASSERT_TRUE(ledger->append("tool", { { "i", 0 } }));
    for (int i = 0; i < 700; ++i) {
        // The disk holds what was synchronised last; the anchor file may hold all that was written to it.
        if (i % 100 == 0) {
            ASSERT_TRUE(ledger->append_durably("approval", { { "i", i } }));
            copy_to(saved);
        }
        ASSERT_TRUE(ledger->append("tool", { { "i", i } }));
        if (i % 100 != 50)
            continue;
        copy_to(folder_ / "now");
        std::filesystem::path const elsewhere = folder_ / "after";
        std::filesystem::create_directories(elsewhere);
        for (char const* name : { "ledger.key", "ledger.anchor" })
            std::filesystem::copy_file(folder_ / name, elsewhere / name, std::filesystem::copy_options::overwrite_existing);
        for (char const* ending : { "", "-wal" })
            std::filesystem::copy_file(
                saved.string() + ending, (elsewhere / "ledger.db").string() + ending, std::filesystem::copy_options::overwrite_existing);
        std::filesystem::remove(elsewhere / "ledger.db-shm");
        auto const verdict = verify(elsewhere);
        ASSERT_TRUE(verdict) << verdict.error().message;
        EXPECT_TRUE(verdict->is_whole()) << verdict->findings.front().message;
    }
}

TEST_F(FaultsTest, what_is_no_file_is_refused_by_name)
{
    std::filesystem::create_directories(file());
    EXPECT_THAT(open_error(), HasSubstr("ledger.db"));
    std::filesystem::remove(file());
    std::filesystem::create_directories(folder_ / "ledger.key");
    EXPECT_THAT(open_error(), HasSubstr("is not the ledger's key"));
    EXPECT_TRUE(column("SELECT name FROM sqlite_schema").empty()) << "nothing was half made";
}

TEST_F(FaultsTest, an_anchor_file_that_cannot_be_written_does_not_stop_the_ledger)
{
    auto ledger = open();
    std::filesystem::create_directories(anchor_file());
    EXPECT_TRUE(ledger->append_durably("approval", Json::object()));
}

TEST_F(FaultsTest, the_clock_may_jump_as_it_likes)
{
    {
        auto ledger = open();
        for (int const years : { 0, 50, -50, -40, 90 }) {
            clock_.wall_time += std::chrono::hours(8766 * years);
            ASSERT_TRUE(ledger->append("tool", { { "years", years } }));
        }
    }
    EXPECT_EQ(findings(), "whole");
    auto const events = *open()->recent(10);
    for (std::size_t i = 0; i < events.size(); ++i)
        EXPECT_EQ(events[i].sequence, static_cast<std::int64_t>(i) + 1);
}

}
}
