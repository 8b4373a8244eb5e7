// Writes entries behind the head of the chain. The statements are prepared once: an append is on the way of every tool call.
//
// Every function is called inside a write transaction of the same connection, which must outlive this.
#pragma once

#include "ledger/chain.h"
#include "ledger/database.h"

#include <string_view>

namespace countersign::ledger {

class Writer {
public:
    /// Errors: io.
    static Result<Writer> make(Database& database);

    /// Errors: io, also if the head was not written by us.
    Result<Head> head(Key const& key);
    /// Moves `head` on; it is on its way to the disk only with write_head(). Errors: io.
    Result<> insert(Key const& key, Head& head, std::string_view time, std::string_view kind, std::string_view fields);
    /// Errors: io.
    Result<> write_head(Key const& key, Head& head);
    /// Makes the write_head() that follows one that is written, and with it synchronised, though it says nothing new: SQLite leaves an
    /// update that changes nothing out, and then what others wrote soon before is not on the disk when the transaction is. Errors: io.
    Result<> touch_head();

private:
    explicit Writer(Database& database) : database_(&database) { }

    Database* database_;
    Statement select_head_;
    Statement insert_;
    Statement update_head_;
};

/// Errors: io (no such row).
Result<Head> read_head(Database& database);

}
