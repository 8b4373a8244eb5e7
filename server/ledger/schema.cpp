#include "ledger/schema.h"

#include "ledger/anchors.h"
#include "ledger/writer.h"
#include "support/files.h"
#include "support/hash.h"
#include "support/json.h"
#include "support/text.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>
#include <nlohmann/json.hpp>

namespace countersign::ledger {

namespace {

constexpr std::int64_t schema_version = 2;
/// "CSgn": tells a ledger from somebody else's database.
constexpr std::int64_t application_id = 0x4353676E;
/// More entries than this are not missing from a ledger of format 1; its numbers are nonsense.
constexpr std::int64_t most_missing = 100'000;

struct Part {
    std::string_view name;
    char const* sql;
};

/// Each exactly as sqlite_schema gives it back.
constexpr std::array<Part, 6> parts { {
    { "events",
        "CREATE TABLE events (sequence INTEGER PRIMARY KEY, time TEXT NOT NULL, kind TEXT NOT NULL, fields TEXT NOT NULL, "
        "previous BLOB NOT NULL, hash BLOB NOT NULL) STRICT" },
    { "head",
        "CREATE TABLE head (one INTEGER PRIMARY KEY CHECK (one = 1), ledger BLOB NOT NULL, first INTEGER NOT NULL, sequence INTEGER "
        "NOT NULL, hash BLOB NOT NULL, anchored INTEGER NOT NULL, mac BLOB NOT NULL) STRICT" },
    { "spend",
        "CREATE TABLE spend (scope TEXT NOT NULL, name TEXT NOT NULL, requests INTEGER NOT NULL, input_tokens INTEGER NOT NULL, "
        "output_tokens INTEGER NOT NULL, cached_input_tokens INTEGER NOT NULL, microdollars INTEGER NOT NULL, unpriced_requests INTEGER "
        "NOT NULL, wall_milliseconds INTEGER NOT NULL, PRIMARY KEY (scope, name)) STRICT, WITHOUT ROWID" },
    { "events_keep_updated",
        "CREATE TRIGGER events_keep_updated BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END" },
    { "events_keep_deleted",
        "CREATE TRIGGER events_keep_deleted BEFORE DELETE ON events WHEN OLD.sequence >= (SELECT first FROM head) BEGIN SELECT "
        "RAISE(ABORT, 'the ledger is append-only'); END" },
    { "events_keep_replaced",
        "CREATE TRIGGER events_keep_replaced BEFORE INSERT ON events WHEN NEW.sequence <= (SELECT sequence FROM head) BEGIN SELECT "
        "RAISE(ABORT, 'the ledger is append-only'); END" },
} };

Result<std::int64_t> version_of(Database& database) { return database.integer("PRAGMA user_version", "read its version"); }

Error not_ours(Database const& database)
{
    return { ErrorCode::io,
        fmt::format("{} is a database, but not a ledger of Countersign; move it away to start a new one", database.path()) };
}

Result<> check_version(Database& database)
{
    if (TRY(database.integer("PRAGMA application_id", "read its kind")) != application_id)
        return tl::unexpected(not_ours(database));
    std::int64_t const version = TRY(version_of(database));
    if (version > schema_version)
        return fail(ErrorCode::io,
            fmt::format("the ledger {} was written by a newer Countersign (format {}, this one knows {}); upgrade, or move it away, "
                        "with ledger.anchor, to start a new one",
                database.path(), version, schema_version));
    return {};
}

Result<> create_tables(Database& database)
{
    for (Part const& part : parts)
        TRY(database.execute(part.sql, "create its tables"));
    return database.execute("PRAGMA application_id = 1129539438; PRAGMA user_version = 2", "create its tables");
}
static_assert(application_id == 1129539438 && schema_version == 2);

Result<Head> start_head(Database& database, Key const& key)
{
    Head head;
    head.ledger = from_hex(support::random_hex(16));
    head.hash = no_hash();
    Statement insertion = TRY(database.prepared("INSERT INTO head VALUES (1, ?, 1, 0, ?, 0, ?)", "create its tables"));
    head.mac = key.mac_of(head);
    insertion.bind_blob(1, head.ledger);
    insertion.bind_blob(2, head.hash);
    insertion.bind_blob(3, head.mac);
    TRY(database.run(insertion, "create its tables"));
    return head;
}

Result<> create(Database& database, std::filesystem::path const& state_directory)
{
    Key const key = TRY(Key::load_or_create(state_directory));
    // Anchors that are already there are of a ledger that is gone. They stay, under another name.
    TRY(Anchors(state_directory).set_aside());
    TRY(create_tables(database));
    TRY(start_head(database, key));
    return {};
}

/// Chains what format 1 held, under its old numbers, since later entries name them.
Result<> migrate(Database& database, std::filesystem::path const& state_directory, support::Clock const& clock)
{
    Key const key = TRY(Key::load_or_create(state_directory));
    TRY(Anchors(state_directory).set_aside());
    TRY(database.execute("DROP TRIGGER IF EXISTS events_keep_updated; DROP TRIGGER IF EXISTS events_keep_deleted; "
                         "ALTER TABLE events RENAME TO events_of_format_1",
        "migrate it"));
    TRY(create_tables(database));
    Head head = TRY(start_head(database, key));
    Writer writer = TRY(Writer::make(database));
    std::string const now = support::format_time(clock.wall());
    {
        Statement old =
            TRY(database.prepared("SELECT sequence, time, kind, fields FROM events_of_format_1 ORDER BY sequence", "migrate it"));
        int code = old.step();
        for (; code == SQLITE_ROW; code = old.step()) {
            std::int64_t const sequence = old.integer(0);
            if (sequence <= head.sequence || sequence - head.sequence > most_missing)
                return fail(ErrorCode::io,
                    fmt::format("the ledger {}: entry {} cannot follow entry {} (the file is damaged; move it away to start a new one)",
                        database.path(), sequence, head.sequence));
            while (head.sequence + 1 < sequence)
                TRY(writer.insert(key, head, now, "missing", R"({"reason":"not there when the ledger was migrated"})"));
            TRY(writer.insert(key, head, old.text(1), old.text(2), old.text(3)));
        }
        if (code != SQLITE_DONE)
            return tl::unexpected(database.error("migrate it"));
    }
    TRY(writer.insert(key, head, now, "migrated", support::dump_json({ { "from_format", 1 }, { "through", head.sequence } })));
    TRY(writer.write_head(key, head));
    return database.execute("DROP TABLE events_of_format_1", "migrate it");
}

/// Under a write lock, so that of two processes that start together one does it and the other finds it done.
Result<> bring_up_to_date(Database& database, std::filesystem::path const& state_directory, support::Clock const& clock)
{
    TRY(database.execute("PRAGMA synchronous = FULL", "use it"));
    auto const change = [&]() -> Result<> {
        if (TRY(database.integer("SELECT count(*) FROM sqlite_schema", "read its tables")) == 0)
            return create(database, state_directory);
        TRY(check_version(database));
        return TRY(version_of(database)) == 1 ? migrate(database, state_directory, clock) : Result<>();
    };
    TRY(in_transaction(database, "bring it up to date", change));
    return database.execute("PRAGMA synchronous = NORMAL", "use it");
}

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

std::filesystem::path database_path(std::filesystem::path const& state_directory) { return state_directory / "ledger.db"; }

Result<OpenedLedger> open_ledger(std::filesystem::path const& state_directory, support::Clock const& clock)
{
    TRY(support::make_private_directory(state_directory));
    Database database = TRY(Database::open(database_path(state_directory)));
    // Nothing of a foreign or newer file is touched, its journal mode neither.
    bool const is_empty = TRY(database.integer("SELECT count(*) FROM sqlite_schema", "read it")) == 0;
    if (!is_empty)
        TRY(check_version(database));
    TRY(use_write_ahead_log(database));
    if (is_empty || TRY(version_of(database)) < schema_version)
        TRY(bring_up_to_date(database, state_directory, clock));
    auto key = Key::load(state_directory);
    if (!key && key.error().code == ErrorCode::not_found)
        return fail(ErrorCode::io,
            fmt::format("the ledger {} has entries, but its key {} is gone; put the key back, or move ledger.db and ledger.anchor away to "
                        "start a new ledger",
                database.path(), key_path(state_directory).string()));
    if (!key)
        return tl::unexpected(key.error());
    if (auto const changed = TRY(changed_schema(database)); !changed.what.empty())
        return fail(ErrorCode::io,
            fmt::format("the ledger {}: {}; look at it with \"countersign audit verify\", then move it away, with "
                        "ledger.anchor, to start a new one",
                database.path(), changed.what));
    return OpenedLedger { std::move(database), std::move(*key) };
}

Result<Database> open_ledger_to_read(std::filesystem::path const& state_directory)
{
    Database database = TRY(Database::open_to_read(database_path(state_directory)));
    TRY(check_version(database));
    if (TRY(version_of(database)) < schema_version)
        return fail(ErrorCode::io,
            fmt::format(
                "the ledger {} is of an older format without a hash chain; it is migrated when the server next uses it", database.path()));
    return database;
}

Result<SchemaChange> changed_schema(Database& database)
{
    SchemaChange change;
    std::size_t found = 0, tables = 0;
    Statement select =
        TRY(database.prepared("SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'", "read its tables"));
    int code = select.step();
    for (; code == SQLITE_ROW; code = select.step()) {
        std::string const name = select.text(0);
        auto const known = std::find_if(parts.begin(), parts.end(), [&](Part const& part) { return part.name == name; });
        if (known == parts.end()) {
            change.what = fmt::format("it has a table or trigger \"{}\" that Countersign did not make", support::escape_for_display(name));
        } else if (select.bytes(1) != known->sql) {
            change.what = fmt::format("its table or trigger \"{}\" was changed", name);
        } else {
            ++found;
            tables += name == "events" || name == "head" ? 1 : 0;
        }
    }
    if (code != SQLITE_DONE)
        return tl::unexpected(database.error("read its tables"));
    if (found != parts.size() && change.what.empty())
        change.what = "a table or trigger was removed from it";
    change.is_readable = tables == 2;
    return change;
}

}
