#include "ledger/numbering.h"

#include <algorithm>
#include <utility>

namespace countersign::ledger {

namespace {

/// How far from its place an entry is looked for by trying numbers, each of which costs a hash.
constexpr std::int64_t nearby = 2048;

}

RowView row_of(Statement const& select)
{
    return { { select.integer(0), select.bytes(1), select.bytes(2), select.bytes(3), select.bytes(4) }, select.bytes(5) };
}

Numbering::Numbering(Database& database, Key const& key, std::string ledger, std::int64_t entries)
    : database_(database)
    , key_(key)
    , ledger_(std::move(ledger))
    , searches_(std::clamp<std::int64_t>(20'000'000 / std::max<std::int64_t>(entries, 1), 4, 500))
{
}

Result<std::optional<std::int64_t>> Numbering::number_of(RowView const& row)
{
    std::int64_t const sequence = row.entry.sequence;
    if (fits(row, sequence))
        return std::optional(sequence);
    if (row.hash.size() != hash_size || row.entry.previous.size() != hash_size)
        return std::nullopt;
    std::optional<std::int64_t> number;
    if (fits(row, sequence - offset_))
        return std::optional(sequence - offset_);
    // A huge entry costs as much as many small ones.
    std::int64_t const cost = 2 * (1 + static_cast<std::int64_t>(row.entry.fields.size() / 1024));
    for (std::int64_t distance = 1; !number && distance <= nearby && hashes_ > 0; ++distance, hashes_ -= cost) {
        for (std::int64_t const candidate : { sequence - distance, sequence + distance }) {
            if (fits(row, candidate))
                number = candidate;
        }
    }
    if (!number)
        number = TRY(by_neighbour(row));
    if (number)
        offset_ = sequence - *number;
    return number;
}

bool Numbering::fits(RowView const& row, std::int64_t number) const
{
    Entry entry = row.entry;
    entry.sequence = number;
    return key_.hash_of(ledger_, entry) == row.hash;
}

/// An entry that was moved far away is still named by the one that followed it, and names the one that it followed.
Result<std::optional<std::int64_t>> Numbering::by_neighbour(RowView const& row)
{
    if (searches_ == 0)
        return std::nullopt;
    --searches_;
    Statement select =
        TRY(database_.prepared("SELECT sequence, hash = ?1 FROM events WHERE hash = ?1 OR previous = ?2 LIMIT 8", "read it"));
    select.bind_blob(1, row.entry.previous);
    select.bind_blob(2, row.hash);
    while (select.step() == SQLITE_ROW) {
        std::int64_t const candidate = select.integer(0) + (select.integer(1) != 0 ? 1 : -1);
        if (fits(row, candidate))
            return std::optional(candidate);
    }
    return std::nullopt;
}

}
