// The keyed hash chain of the ledger: what makes a change to an entry show.
//
// Every entry's hash is a keyed BLAKE2b-256 over the ledger's id, its number, time, kind, fields and the hash of the entry before. Without
// the key, a file of mode 0600 beside the ledger, nobody can make an entry that fits. Whoever can read the key can write another
// history: the same user and root are not kept out (server/README.md says so).
#pragma once

#include "support/result.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace countersign::ledger {

inline constexpr std::size_t key_size = 32;
inline constexpr std::size_t hash_size = 32;

/// An entry as it stands in the table. Hashes are 32 raw bytes.
struct Entry {
    std::int64_t sequence = 0;
    std::string_view time;
    std::string_view kind;
    std::string_view fields; ///< JSON text
    std::string_view previous;
};

/// The one row of the table `head`.
struct Head {
    std::string ledger;        ///< 16 random bytes, in every hash of this ledger
    std::int64_t first = 1;    ///< oldest entry that is kept
    std::int64_t sequence = 0; ///< newest
    std::string hash;          ///< of the newest; zeros without one
    std::int64_t anchored = 0; ///< newest entry that is known to be in the anchor file, on disk
    std::string mac;
};

class Key {
public:
    /// The key in `state_directory`. Errors: not_found, io (not a file of the right size).
    static Result<Key> load(std::filesystem::path const& state_directory);
    /// Makes one if there is none; several processes at once agree on one. Errors: io.
    static Result<Key> load_or_create(std::filesystem::path const& state_directory);

    std::string hash_of(std::string_view ledger, Entry const& entry) const;
    std::string mac_of(Head const& head) const;
    std::string anchor_mac(std::string_view ledger, std::int64_t sequence, std::string_view time, std::string_view hash) const;

private:
    explicit Key(std::string bytes) : bytes_(std::move(bytes)) { }

    std::string bytes_;
};

std::filesystem::path key_path(std::filesystem::path const& state_directory);
/// What the first entry has before it.
std::string no_hash();

std::string to_hex(std::string_view bytes);
/// Nothing but pairs of lower-case hex digits; empty otherwise.
std::string from_hex(std::string_view digits);

}
