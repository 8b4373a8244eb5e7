// The append-only record of what was asked, done, approved and refused: <state>/ledger.db, SQLite in WAL mode. Approvals are on
// disk (synchronous FULL) before anything is sent. Any thread; several processes share one ledger.
//
// Every entry is chained to the one before by a keyed hash (chain.h), and the newest is anchored outside the database (anchors.h): verify.h
// finds what was changed later, records.h reads. Entries are numbered without gaps; their times are only what the clock said.
#pragma once

#include "support/clock.h"
#include "support/json.h"
#include "support/result.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace countersign::ledger {

struct Event {
    std::int64_t sequence = 0;
    std::string time; ///< RFC 3339
    /// "run_started", "reply", "tool", "command", "run", "proposal", "approval", "applied", "refused", "discarded"; of the ledger itself
    /// "migrated", "missing", "pruned".
    std::string kind;
    Json fields;
};

struct LedgerOptions {
    /// Takes secrets out of a text before it is written; empty: texts are written as they are.
    std::function<std::string(std::string_view)> redact;
    /// Who sits at this machine: stands in every durable event as "user". Empty: nothing does.
    std::string user;
    /// Older entries are removed when the ledger is opened; 0 keeps all. What is left stays verifiable.
    std::int64_t keep_days = 0;
    std::int64_t keep_entries = 0;
};

class Ledger {
public:
    /// Anchors what was appended since the last anchor.
    virtual ~Ledger() = default;
    /// Errors: io (damaged, newer version, disk full, no key).
    static Result<std::unique_ptr<Ledger>> open(
        std::filesystem::path const& state_directory, support::Clock const& clock, LedgerOptions options = {});

    /// Whole or not at all. Errors: io; invalid_params (no kind, or fields that are no object).
    virtual Result<> append(std::string_view kind, Json fields) = 0;
    /// As append, and on disk when it returns. The proof of an approval: session/ sends no edit without its sequence number.
    virtual Result<std::int64_t> append_durably(std::string_view kind, Json fields) = 0;
    /// Oldest first, at most `limit` of the newest.
    virtual Result<std::vector<Event>> recent(std::size_t limit) const = 0;
};

}
