// Retention: old entries are removed in one piece from the front, and an entry "pruned" in the chain holds the number and hash of
// the newest that went, so that what is left still verifies back to its beginning.
//
// The age of an entry is judged by the newest entry's time where the clock says later than that: a clock that jumped ahead does not
// empty the ledger, unless it has stayed there for a session.
#pragma once

#include "ledger/chain.h"
#include "ledger/database.h"
#include "ledger/writer.h"

#include <chrono>
#include <cstdint>
#include <string_view>

namespace countersign::ledger {

struct Retention {
    std::int64_t days = 0;    ///< 0: any age
    std::int64_t entries = 0; ///< 0: any number
};

/// The number of the newest entry that has to go; 0 if all may stay. The newest entry always stays. Errors: io.
Result<std::int64_t> last_to_remove(Database& database, Retention const& retention, std::chrono::system_clock::time_point now);

/// Removes the entries up to `last`, if they are still there, and writes "pruned". Inside a transaction. Errors: io.
Result<> remove_entries(Database& database, Writer& writer, Key const& key, Head& head, std::int64_t last, std::string_view now);

}
