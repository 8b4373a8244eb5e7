// Reads the ledger back, entry after entry, for `countersign audit list`, `show` and `export`. Changes nothing and needs no key; whether
// what it reads is as it was written, verify.h says.
//
// What an entry is about is often told by another: a tool call names its run, an edit its approval, and those their workspace.
// The reader follows that, so that a filter by workspace finds all of it.
#pragma once

#include "ledger/ledger.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace countersign::ledger {

/// Empty and zero mean any.
struct RecordFilter {
    std::string since; ///< RFC 3339, included; as far as the clock was right
    std::string until; ///< excluded
    std::string workspace;
    std::string outcome; ///< one of outcome_of()
    std::string kind;
    std::string run;
    std::string proposal;
    std::int64_t first = 0, last = 0; ///< numbers, both included
};

/// How an event ended, in one word: "blocked" (policy), "denied" (the jail, a person, a stale text), "flagged" (approved although the
/// policy warned), "discarded", "failed", else "ok".
std::string_view outcome_of(Event const& event);

/// Calls `take` with each entry that passes, oldest first, until it returns false; `workspace` of it is what was found out. An entry whose
/// fields are not JSON is given with {"damaged": text}. Errors: not_found (no ledger), io.
Result<> read_records(std::filesystem::path const& state_directory, RecordFilter const& filter,
    std::function<bool(Event const& event, std::string const& workspace)> const& take);

}
