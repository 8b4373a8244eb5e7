// What `countersign audit` was asked for, and the parts of its answer that can be tested without a process.
#pragma once

#include "ledger/records.h"
#include "ledger/verify.h"
#include "support/result.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace countersign::cli {

struct AuditArguments {
    std::string what; ///< list, show, verify or export
    std::string number;
    std::string since, until, outcome, kind, run, proposal, workspace;
    std::string format;    ///< empty: as what and the terminal suggest
    std::string collector; ///< address to export to; empty: standard output
    std::string known;     ///< NUMBER:HASH
    std::size_t limit = 0; ///< newest so many; 0 for all
};

/// "2026-03-01", a time of RFC 3339 in UTC or the beginning of one, or an age: "30m", "12h", "7d", "4w". Errors: invalid_params.
Result<std::string> parse_time(std::string_view text, std::chrono::system_clock::time_point now);

/// "12:9f86d0..." as `audit verify` prints it. Errors: invalid_params.
Result<ledger::KnownHash> parse_known(std::string_view text);

/// One event as one line of JSON: {"sequence", "time", "kind", "outcome", "workspace", "fields"}.
std::string to_json_line(ledger::Event const& event, std::string const& workspace);

/// One event as one line for people.
std::string to_line(ledger::Event const& event);

/// What was found, and what cannot be, in words.
std::string to_text(ledger::Verdict const& verdict, std::string const& place);
Json to_json(ledger::Verdict const& verdict);

}
