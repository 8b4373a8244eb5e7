#include "ledger/writer.h"

#include <fmt/core.h>

namespace countersign::ledger {

namespace {

constexpr std::string_view select_head = "SELECT ledger, first, sequence, hash, anchored, mac FROM head";

Result<Head> take_head(Database& database, Statement& select)
{
    Result<Head> head = fail(ErrorCode::io, fmt::format("the ledger {}: the record of its newest entry is gone", database.path()));
    int const code = select.step();
    if (code == SQLITE_ROW)
        head = Head { select.text(0), select.integer(1), select.integer(2), select.text(3), select.integer(4), select.text(5) };
    else if (code != SQLITE_DONE)
        head = tl::unexpected(database.error("read its head"));
    select.reset();
    return head;
}

}

Result<Writer> Writer::make(Database& database)
{
    Writer writer(database);
    writer.select_head_ = TRY(database.prepared(select_head, "read its head"));
    writer.insert_ = TRY(
        database.prepared("INSERT INTO events (sequence, time, kind, fields, previous, hash) VALUES (?, ?, ?, ?, ?, ?)", "write to it"));
    writer.update_head_ = TRY(database.prepared("UPDATE head SET first = ?, sequence = ?, hash = ?, anchored = ?, mac = ?", "write to it"));
    return writer;
}

Result<Head> Writer::head(Key const& key)
{
    Head head = TRY(take_head(*database_, select_head_));
    if (key.mac_of(head) != head.mac)
        return fail(ErrorCode::io,
            fmt::format("the ledger {} was changed by something else, or its key was: look at it with \"countersign audit verify\", then "
                        "move it away, with ledger.anchor, to start a new one",
                database_->path()));
    return head;
}

Result<> Writer::insert(Key const& key, Head& head, std::string_view time, std::string_view kind, std::string_view fields)
{
    std::string hash = key.hash_of(head.ledger, { head.sequence + 1, time, kind, fields, head.hash });
    insert_.bind(1, head.sequence + 1);
    insert_.bind(2, time);
    insert_.bind(3, kind);
    insert_.bind(4, fields);
    insert_.bind_blob(5, head.hash);
    insert_.bind_blob(6, hash);
    TRY(database_->run(insert_, "write to it"));
    ++head.sequence;
    head.hash = std::move(hash);
    return {};
}

Result<> Writer::write_head(Key const& key, Head& head)
{
    head.mac = key.mac_of(head);
    update_head_.bind(1, head.first);
    update_head_.bind(2, head.sequence);
    update_head_.bind_blob(3, head.hash);
    update_head_.bind(4, head.anchored);
    update_head_.bind_blob(5, head.mac);
    return database_->run(update_head_, "write to it");
}

Result<> Writer::touch_head() { return database_->execute("UPDATE head SET mac = zeroblob(0)", "write to it"); }

Result<Head> read_head(Database& database)
{
    Statement select = TRY(database.prepared(select_head, "read its head"));
    return take_head(database, select);
}

}
