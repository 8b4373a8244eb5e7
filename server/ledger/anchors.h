// The anchor file: the ledger's head, written down outside its database, so that a database that was cut short or put back to an
// older copy shows.
//
// One line an anchor, appended: "1 LEDGER SEQUENCE TIME HASH MAC". A line is written only for an entry that is on disk for certain, so that
// a power loss, which may take away the newest entries, never looks like somebody's work. Any thread, any process.
#pragma once

#include "ledger/chain.h"
#include "support/result.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace countersign::ledger {

struct Anchor {
    std::string ledger; ///< 16 raw bytes
    std::int64_t sequence = 0;
    std::string time;
    std::string hash; ///< 32 raw bytes
    std::size_t line = 0;
};

struct AnchorFile {
    std::vector<Anchor> anchors;         ///< genuine ones, in the order of their lines
    std::vector<std::size_t> unreadable; ///< numbers of lines that are none, or not made with this key
    bool ends_in_half_a_line = false;    ///< a power loss may leave that
};

class Anchors {
public:
    explicit Anchors(std::filesystem::path state_directory) : path_(state_directory / "ledger.anchor") { }

    std::filesystem::path const& path() const { return path_; }
    /// Appends a line; it is in the file but not flushed to the disk. Errors: io.
    Result<> append(Key const& key, Anchor const& anchor) const;
    /// Errors: io.
    Result<> flush() const;
    /// Those of an earlier ledger go to a name of their own, so that its loss stays visible. Errors: io.
    Result<> set_aside() const;
    /// The last whole and genuine line, if there is one.
    std::optional<Anchor> newest(Key const& key) const;
    /// Files that set_aside made.
    std::vector<std::filesystem::path> earlier() const;

    /// An absent file has no anchors. Errors: io.
    static Result<AnchorFile> read(std::filesystem::path const& path, Key const& key);

private:
    std::filesystem::path path_;
};

}
