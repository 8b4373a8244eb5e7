// A ledger in a directory of its own, a clock that stands where a test puts it, and a way round the ledger's own protections:
// what an attacker without the key can do, tests do through tamper().
#pragma once

#include "ledger/ledger.h"
#include "ledger/verify.h"
#include "support/hash.h"

#include <filesystem>
#include <gmock/gmock.h>
#include <sqlite3.h>
#include <string>
#include <vector>

namespace countersign::ledger {

class StoppedClock final : public support::Clock {
public:
    std::chrono::steady_clock::time_point now() const override { return {}; }
    std::chrono::system_clock::time_point wall() const override { return wall_time; }

    std::chrono::system_clock::time_point wall_time { std::chrono::seconds(1'800'000'000) };
};

class LedgerFixture : public ::testing::Test {
protected:
    LedgerFixture() : folder_(std::filesystem::temp_directory_path() / ("countersign-ledger-" + support::random_hex(6)))
    {
        std::filesystem::create_directories(folder_);
    }
    ~LedgerFixture() override { std::filesystem::remove_all(folder_); }

    std::unique_ptr<Ledger> open(LedgerOptions options = {})
    {
        auto ledger = Ledger::open(folder_, clock_, std::move(options));
        EXPECT_TRUE(ledger) << ledger.error().message;
        return ledger ? std::move(*ledger) : nullptr;
    }
    std::string open_error()
    {
        auto ledger = Ledger::open(folder_, clock_);
        return ledger ? "opened" : to_string(ledger.error());
    }
    std::filesystem::path file() const { return folder_ / "ledger.db"; }
    std::filesystem::path anchor_file() const { return folder_ / "ledger.anchor"; }

    /// Runs SQL on the file and returns its error.
    std::string execute(std::string const& sql)
    {
        sqlite3* database = nullptr;
        EXPECT_EQ(sqlite3_open(file().c_str(), &database), SQLITE_OK);
        char* message = nullptr;
        int const code = sqlite3_exec(database, sql.c_str(), nullptr, nullptr, &message);
        std::string const error = code == SQLITE_OK ? "" : message;
        sqlite3_free(message);
        sqlite3_close(database);
        return error;
    }
    /// The same with the triggers out of the way and back afterwards, as they were.
    void tamper(std::string const& sql)
    {
        std::string dropping, creating;
        for (std::string const& row : column("SELECT 'DROP TRIGGER ' || name FROM sqlite_schema WHERE type = 'trigger' ORDER BY name"))
            dropping += row + ";";
        for (std::string const& row : column("SELECT sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY name"))
            creating += row + ";";
        ASSERT_EQ(execute("PRAGMA synchronous = OFF; BEGIN; " + dropping + sql + ";" + creating + "COMMIT"), "") << sql;
    }
    std::vector<std::string> column(std::string const& sql)
    {
        std::vector<std::string> found;
        sqlite3* database = nullptr;
        EXPECT_EQ(sqlite3_open(file().c_str(), &database), SQLITE_OK);
        auto const take = [](void* rows, int, char** values, char**) {
            static_cast<std::vector<std::string>*>(rows)->emplace_back(values[0] ? values[0] : "");
            return 0;
        };
        EXPECT_EQ(sqlite3_exec(database, sql.c_str(), take, &found, nullptr), SQLITE_OK) << sql;
        sqlite3_close(database);
        return found;
    }

    Verdict verified()
    {
        auto verdict = verify(folder_);
        EXPECT_TRUE(verdict) << verdict.error().message;
        return verdict ? std::move(*verdict) : Verdict {};
    }
    /// "changed 3, deleted 5"; "whole" without findings.
    std::string findings()
    {
        std::string text;
        for (Finding const& finding : verified().findings)
            text += (text.empty() ? "" : ", ") + std::string(to_string(finding.damage)) + " " + std::to_string(finding.sequence);
        return text.empty() ? "whole" : text;
    }

    StoppedClock clock_;
    std::filesystem::path folder_;
};

}
