#include "ledger/retention.h"

#include "support/clock.h"
#include "support/json.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace countersign::ledger {

namespace {

Result<std::string> text_of(Database& database, char const* sql)
{
    Statement select = TRY(database.prepared(sql, "read it"));
    int const code = select.step();
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        return tl::unexpected(database.error("read it"));
    return code == SQLITE_ROW ? select.text(0) : std::string();
}

/// The first entry, in the order of the chain, that is young enough: nothing behind it goes, whatever its time says.
Result<std::int64_t> first_since(Database& database, std::string_view time)
{
    Statement select = TRY(database.prepared("SELECT sequence FROM events WHERE time >= ? ORDER BY sequence LIMIT 1", "read it"));
    select.bind(1, time);
    int const code = select.step();
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        return tl::unexpected(database.error("read it"));
    return code == SQLITE_ROW ? select.integer(0) : 0;
}

}

Result<std::int64_t> last_to_remove(Database& database, Retention const& retention, std::chrono::system_clock::time_point now)
{
    std::int64_t const newest = TRY(database.integer("SELECT max(sequence) FROM events", "read it"));
    std::int64_t const oldest = TRY(database.integer("SELECT min(sequence) FROM events", "read it"));
    std::int64_t last = 0;
    if (retention.entries > 0)
        last = newest - retention.entries;
    if (retention.days > 0) {
        using days = std::chrono::duration<std::int64_t, std::ratio<86'400>>;
        std::string const by_clock = support::format_time(now - days(retention.days));
        std::string const newest_time = TRY(text_of(database, "SELECT time FROM events ORDER BY sequence DESC LIMIT 1"));
        // Times of one form sort as texts. The newest entry itself is `days` younger than nothing: take those from its own time.
        std::string limit = by_clock;
        if (newest_time < support::format_time(now)) {
            Statement shifted = TRY(database.prepared("SELECT strftime('%Y-%m-%dT%H:%M:%fZ', ?, '-' || ? || ' days')", "read it"));
            shifted.bind(1, newest_time);
            shifted.bind(2, retention.days);
            if (shifted.step() == SQLITE_ROW)
                limit = shifted.text(0);
        }
        if (std::int64_t const first_young = TRY(first_since(database, limit)); first_young > 0)
            last = std::max(last, first_young - 1);
    }
    last = std::min(last, newest - 1);
    return last >= oldest ? std::max<std::int64_t>(last, 0) : 0;
}

Result<> remove_entries(Database& database, Writer& writer, Key const& key, Head& head, std::int64_t last, std::string_view now)
{
    // Another process may have been faster.
    if (last < head.first || last >= head.sequence)
        return {};
    Statement select = TRY(database.prepared("SELECT hash FROM events WHERE sequence = ?", "read it"));
    select.bind(1, last);
    std::string const hash = select.step() == SQLITE_ROW ? to_hex(select.bytes(0)) : std::string();
    select.reset();
    Json const fields { { "through", last }, { "entries", last - head.first + 1 }, { "hash", hash } };
    TRY(writer.insert(key, head, now, "pruned", support::dump_json(fields)));
    head.first = last + 1;
    // The trigger that keeps entries reads the head.
    TRY(writer.write_head(key, head));
    Statement removal = TRY(database.prepared("DELETE FROM events WHERE sequence <= ?", "remove old entries"));
    removal.bind(1, last);
    return database.run(removal, "remove old entries");
}

}
