// Looks at a whole ledger and says what is not as it was written: which entries were changed, inserted, removed or moved, and whether
// the end was cut off or the file put back to an older copy, as far as its anchors know. Used by `countersign audit verify`.
//
// Reads only, in one snapshot, while others may go on writing. It does not find what was done with the key (by the same user, or
// root), what happened behind the newest anchor if database, head and anchors were put back together, or an entry that was never written.
#pragma once

#include "support/result.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace countersign::ledger {

enum class Damage {
    changed,   ///< an entry is not as it was written
    inserted,  ///< an entry that was never written there, or a second copy of one
    deleted,   ///< entries between others, or at the beginning, are gone
    reordered, ///< an entry stands in the place of another
    truncated, ///< the newest entries are gone
    replaced,  ///< entries are genuine, but of another history: an older copy was put back and written on
    head,      ///< the record of the newest entry was changed
    anchor,    ///< the anchor file was changed or removed
    schema,    ///< tables or triggers were changed
};
std::string_view to_string(Damage damage);

struct Finding {
    Damage damage;
    std::int64_t sequence = 0; ///< where; 0 for the file as a whole
    std::string time;          ///< what the entry there, or the last one before it, says; may be empty
    std::string message;       ///< a sentence for a person, with the place
};

struct Verdict {
    std::int64_t entries = 0;
    std::int64_t first = 0, last = 0; ///< numbers; 0 without entries
    std::string head;                 ///< hash of the newest entry, hex
    std::string ledger;               ///< id, hex
    std::size_t anchors = 0;          ///< that were held against an entry
    std::int64_t anchored = 0;        ///< newest entry that an anchor vouches for
    std::vector<Finding> findings;    ///< in the order of the ledger; at most most_findings
    std::size_t more_findings = 0;
    std::vector<std::string> notes; ///< not wrong, but to be known

    bool is_whole() const { return findings.empty(); }
};
inline constexpr std::size_t most_findings = 1000;

/// What a person wrote down elsewhere: the number of an entry and its hash.
struct KnownHash {
    std::int64_t sequence = 0;
    std::string hash; ///< hex
};

/// Errors: not_found (no ledger and no trace of one), io (no key, a file that SQLite cannot read, an older or newer format).
Result<Verdict> verify(std::filesystem::path const& state_directory, std::optional<KnownHash> const& known = {});

}
