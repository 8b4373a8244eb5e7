// Which number an entry of a ledger was written as, wherever it stands now: its hash fits one only. Used by verify.cpp, on its thread.
#pragma once

#include "ledger/chain.h"
#include "ledger/database.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace countersign::ledger {

/// An entry as it stands in the file; valid until the statement's next step.
struct RowView {
    Entry entry;
    std::string_view hash;
};
/// Of a SELECT of sequence, time, kind, fields, previous, hash.
RowView row_of(Statement const& select);

class Numbering {
public:
    /// `entries` is about how many there are: the more, the less is spent on each that stands elsewhere.
    Numbering(Database& database, Key const& key, std::string ledger, std::int64_t entries);

    /// Nothing if its hash fits none that was looked at. Errors: io.
    Result<std::optional<std::int64_t>> number_of(RowView const& row);

private:
    bool fits(RowView const& row, std::int64_t number) const;
    Result<std::optional<std::int64_t>> by_neighbour(RowView const& row);

    Database& database_;
    Key const& key_;
    std::string ledger_;
    std::int64_t offset_ = 0; ///< of the last entry that was found elsewhere
    std::int64_t hashes_ = 2'000'000;
    std::int64_t searches_;
};

}
