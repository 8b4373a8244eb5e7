// Three ways to a bad ledger: bytes in place of the database, bytes in place of the anchors, and edits to a good one by somebody without
// the key. Verifying always ends, and whatever differs from what was written is found.
#include "ledger/ledger.h"
#include "ledger/verify.h"

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sqlite3.h>
#include <string>
#include <unistd.h>

using namespace countersign;

namespace {

void require(bool holds)
{
    if (!holds)
        std::abort();
}

void write(std::filesystem::path const& path, std::string_view bytes) { std::ofstream(path, std::ios::binary) << bytes; }

/// A small ledger, made once, and copied for each input.
struct Workplace {
    std::filesystem::path const good, used;

    Workplace() : good(std::filesystem::temp_directory_path() / ("fuzz-audit-" + std::to_string(::getpid()))), used(good / "used")
    {
        std::filesystem::create_directories(used);
        static support::SystemClock const clock;
        auto ledger = *ledger::Ledger::open(good, clock);
        for (int i = 0; i < 6; ++i)
            require(ledger->append("tool", { { "i", i } }).has_value());
        ledger.reset();
    }
    ~Workplace() { std::filesystem::remove_all(good); }

    void restore() const
    {
        for (auto const& entry : std::filesystem::directory_iterator(used))
            std::filesystem::remove(entry.path());
        for (char const* name : { "ledger.db", "ledger.key", "ledger.anchor" })
            std::filesystem::copy_file(good / name, used / name);
    }
};

/// Some edit that really changes the table; false if it did not.
bool edit(std::filesystem::path const& file, std::uint8_t const* data, std::size_t size)
{
    sqlite3* database = nullptr;
    require(sqlite3_open(file.c_str(), &database) == SQLITE_OK);
    auto const run = [&](std::string const& sql) { return sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK; };
    auto const number = [&](std::size_t at) { return std::to_string(at < size ? data[at] % 8 : 1); };
    constexpr char const* columns[] = { "time", "kind", "fields" };
    std::string const place = number(1);
    std::string sql;
    switch (size == 0 ? 0 : data[0] % 4) {
    case 0:
        sql = "UPDATE events SET " + std::string(columns[size > 2 ? data[2] % 3 : 0]) + " = 'x" + number(3) + "' WHERE sequence = " + place;
        break;
    case 1:
        sql = "DELETE FROM events WHERE sequence = " + place;
        break;
    case 2:
        sql = "INSERT INTO events SELECT " + number(2) + " + 7, time, kind, fields, previous, hash FROM events WHERE sequence = " + place;
        break;
    default:
        sql = "UPDATE events SET sequence = sequence + 1 + " + number(2) + " WHERE sequence = " + place;
    }
    run("PRAGMA synchronous = OFF; BEGIN; CREATE TEMP TABLE kept AS SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'");
    std::string creating;
    auto const keep = [](void* kept, int, char** values, char**) {
        static_cast<std::string*>(kept)->append(values[0]).append(";");
        return 0;
    };
    sqlite3_exec(database, "SELECT sql FROM temp.kept", keep, &creating, nullptr);
    run("DROP TRIGGER events_keep_updated; DROP TRIGGER events_keep_deleted; DROP TRIGGER events_keep_replaced");
    bool const changed = run(sql) && sqlite3_changes(database) > 0;
    require(run(creating));
    require(run("COMMIT"));
    sqlite3_close(database);
    return changed;
}

}

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    static Workplace const place;
    if (size == 0)
        return 0;
    std::string_view const rest(reinterpret_cast<char const*>(data) + 1, size - 1);
    place.restore();
    if (data[0] % 3 == 0) {
        write(place.used / "ledger.db", rest);
        static_cast<void>(ledger::verify(place.used));
    } else if (data[0] % 3 == 1) {
        write(place.used / "ledger.anchor", rest);
        auto const verdict = ledger::verify(place.used);
        require(verdict && (!verdict->is_whole() || rest.find(" 6 ") != std::string_view::npos));
    } else {
        bool const changed = edit(place.used / "ledger.db", data + 1, size - 1);
        auto const verdict = ledger::verify(place.used);
        require(verdict.has_value());
        require(verdict->is_whole() != changed);
    }
    return 0;
}
