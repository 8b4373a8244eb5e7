// The ledger's file: its tables, which versions of them this program knows, and how an older one is brought up to date.
//
// Format 1 had no chain. Its entries are chained when the file is first opened for writing; what happened to them before
// cannot be known, and the entry "migrated" says up to where that is so.
#pragma once

#include "ledger/chain.h"
#include "ledger/database.h"
#include "support/clock.h"

#include <filesystem>

namespace countersign::ledger {

struct OpenedLedger {
    Database database;
    Key key;
};

std::filesystem::path database_path(std::filesystem::path const& state_directory);

/// Opens, creates or migrates <state_directory>/ledger.db, whole or not at all; several processes may do it at once.
/// Errors: io (damaged, not a ledger, newer version, no key for what is there, disk full).
Result<OpenedLedger> open_ledger(std::filesystem::path const& state_directory, support::Clock const& clock);

/// Opens what is there and changes nothing. Errors: not_found; io, also for format 1, which has no chain yet.
Result<Database> open_ledger_to_read(std::filesystem::path const& state_directory);

struct SchemaChange {
    std::string what;        ///< a sentence without its subject; empty if everything is as it was made
    bool is_readable = true; ///< events and head are still the tables that they were
};
/// What is not as this program makes it, e.g. a trigger that somebody dropped. Errors: io.
Result<SchemaChange> changed_schema(Database& database);

}
