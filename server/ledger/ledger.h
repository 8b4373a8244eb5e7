// The append-only record of what was asked, done, approved and refused: <state>/ledger.db, SQLite in WAL mode. Approvals are on
// disk (synchronous FULL) before anything is sent. Any thread.
#pragma once

#include "support/clock.h"
#include "support/json.h"
#include "support/result.h"

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace countersign::ledger {

struct Event {
    std::int64_t sequence = 0;
    std::string time; ///< RFC 3339
    std::string kind; ///< "run", "tool", "proposal", "approval", "applied", "refused", "discarded"
    Json fields;
};

class Ledger {
public:
    virtual ~Ledger() = default;
    /// Errors: io (damaged, newer version, disk full).
    static Result<std::unique_ptr<Ledger>> open(std::filesystem::path const& state_directory, support::Clock const& clock);

    /// Errors: io.
    virtual Result<> append(std::string_view kind, Json fields) = 0;
    /// As append, and on disk when it returns. The proof of an approval: session/ sends no edit without its sequence number.
    virtual Result<std::int64_t> append_durably(std::string_view kind, Json fields) = 0;
    /// Oldest first, at most `limit` of the newest.
    virtual Result<std::vector<Event>> recent(std::size_t limit) const = 0;
};

}
