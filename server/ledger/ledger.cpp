#include "ledger/ledger.h"

#include "ledger/database.h"
#include "support/files.h"

#include <algorithm>
#include <fmt/core.h>
#include <limits>
#include <mutex>
#include <nlohmann/json.hpp>

namespace countersign::ledger {

namespace {

constexpr std::int64_t schema_version = 1;
/// "CSgn": tells a ledger from somebody else's database.
constexpr std::int64_t application_id = 0x4353676E;

constexpr char const* create_schema = R"(
    CREATE TABLE events (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        time     TEXT NOT NULL,
        kind     TEXT NOT NULL,
        fields   TEXT NOT NULL
    ) STRICT;
    CREATE TRIGGER events_keep_updated BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
    CREATE TRIGGER events_keep_deleted BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
    PRAGMA application_id = 1129539438;
    PRAGMA user_version = 1;
)";
static_assert(application_id == 1129539438);

Result<std::int64_t> version_of(Database& database) { return database.integer("PRAGMA user_version", "read its version"); }

/// Under a write lock, so that two processes that start together create one schema.
Result<> create_if_empty(Database& database, std::filesystem::path const& path)
{
    TRY(database.execute("BEGIN IMMEDIATE", "lock it"));
    auto const finish = [&]() -> Result<> {
        if (TRY(version_of(database)) != 0)
            return {};
        if (TRY(database.integer("SELECT count(*) FROM sqlite_schema", "read its tables")) != 0)
            return fail(ErrorCode::io,
                fmt::format("{} is a database, but not a ledger of Countersign; move it away to start a new one", path.string()));
        return database.execute(create_schema, "create its tables");
    };
    if (auto finished = finish(); !finished) {
        auto const ignored = database.execute("ROLLBACK", "roll back");
        static_cast<void>(ignored);
        return finished;
    }
    return database.execute("COMMIT", "create its tables");
}

Result<> check_version(Database& database, std::filesystem::path const& path)
{
    if (std::int64_t const version = TRY(version_of(database)); version == 0) {
        TRY(create_if_empty(database, path));
    } else if (TRY(database.integer("PRAGMA application_id", "read its kind")) != application_id) {
        return fail(ErrorCode::io,
            fmt::format("{} is a database, but not a ledger of Countersign; move it away to start a new one", path.string()));
    }
    std::int64_t const version = TRY(version_of(database));
    if (version > schema_version)
        return fail(ErrorCode::io,
            fmt::format("the ledger {} was written by a newer Countersign (format {}, this one knows {}); upgrade, or move the file away",
                path.string(), version, schema_version));
    return {};
}

class SqliteLedger final : public Ledger {
public:
    SqliteLedger(Database database, support::Clock const& clock) : database_(std::move(database)), clock_(clock) { }

    Result<> append(std::string_view kind, Json fields) override
    {
        std::lock_guard const lock(mutex_);
        TRY(insert(kind, fields));
        return {};
    }

    Result<std::int64_t> append_durably(std::string_view kind, Json fields) override
    {
        std::lock_guard const lock(mutex_);
        TRY(database_.execute("PRAGMA synchronous = FULL", "make it durable"));
        auto sequence = insert(kind, fields);
        // Left at FULL it is only slower, so a failure here is nobody's concern.
        auto const ignored = database_.execute("PRAGMA synchronous = NORMAL", "go back to normal");
        static_cast<void>(ignored);
        return sequence;
    }

    Result<std::vector<Event>> recent(std::size_t limit) const override
    {
        std::lock_guard const lock(mutex_);
        Statement select = database_.prepare("SELECT sequence, time, kind, fields FROM events ORDER BY sequence DESC LIMIT ?");
        if (!select)
            return tl::unexpected(database_.error("read it"));
        select.bind(1, static_cast<std::int64_t>(std::min<std::size_t>(limit, std::numeric_limits<std::int64_t>::max())));
        std::vector<Event> events;
        int code = select.step();
        for (; code == SQLITE_ROW; code = select.step()) {
            Event event { select.integer(0), select.text(1), select.text(2), {} };
            auto fields = support::parse_json(select.text(3));
            if (!fields)
                return fail(ErrorCode::io, fmt::format("event {} of the ledger is damaged: {}", event.sequence, fields.error().message));
            event.fields = std::move(*fields);
            events.push_back(std::move(event));
        }
        if (code != SQLITE_DONE)
            return tl::unexpected(database_.error("read it"));
        std::reverse(events.begin(), events.end());
        return events;
    }

private:
    Result<std::int64_t> insert(std::string_view kind, Json const& fields)
    {
        if (kind.empty() || !fields.is_object())
            return fail(ErrorCode::invalid_params, "an event has a kind, and its fields are an object");
        Statement insertion = database_.prepare("INSERT INTO events (time, kind, fields) VALUES (?, ?, ?)");
        if (!insertion)
            return tl::unexpected(database_.error("write to it"));
        std::string const time = support::format_time(clock_.wall());
        std::string const text = support::dump_json(fields);
        insertion.bind(1, time);
        insertion.bind(2, kind);
        insertion.bind(3, text);
        if (insertion.step() != SQLITE_DONE)
            return tl::unexpected(database_.error("write to it"));
        return database_.last_sequence();
    }

    mutable std::mutex mutex_;
    mutable Database database_;
    support::Clock const& clock_;
};

/// Another process that is switching the same new file to WAL makes SQLite answer "busy" at once, without its busy timeout.
Result<> use_write_ahead_log(Database& database)
{
    constexpr int attempts = 100;
    for (int attempt = 1;; ++attempt) {
        auto switched = database.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL", "use it");
        if (switched || attempt == attempts)
            return switched;
        sqlite3_sleep(20);
    }
}

}

Result<std::unique_ptr<Ledger>> Ledger::open(std::filesystem::path const& state_directory, support::Clock const& clock)
{
    TRY(support::make_private_directory(state_directory));
    std::filesystem::path const path = state_directory / "ledger.db";
    Database database = TRY(Database::open(path));
    TRY(database.integer("SELECT count(*) FROM sqlite_schema", "read it"));
    TRY(use_write_ahead_log(database));
    TRY(check_version(database, path));
    return std::unique_ptr<Ledger>(std::make_unique<SqliteLedger>(std::move(database), clock));
}

}
