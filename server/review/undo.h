// What takes back approvals: the reverse of each of their hunks, carried over to what the files say now. The result is a change like any
// other, which a person has to approve. Pure.
#pragma once

#include "review/checkpoints.h"

#include <chrono>

namespace countersign::review {

struct Undo {
    std::vector<workspace::FileChange> changes; ///< in path order
    /// What cannot be taken back, because the text has moved on there.
    struct Refused {
        std::string path;
        std::size_t line = 0; ///< 1-based, in the text that the approval made; 0: the file as a whole
        std::string reason;
    };
    std::vector<Refused> refused;
};

/// Of a workspace's checkpoints, newest first: those of one proposal, those since a time (as parse_since gives it), or the newest.
std::vector<Checkpoint> pick_checkpoints(std::vector<Checkpoint> all, std::string const& proposal, std::string const& since);

/// A text by its hash.
using TextOf = std::function<Result<std::string>(std::string const& hash)>;

/// What to do about a file that the approval created.
enum class CreatedFiles { remove, empty };

/// Takes back `checkpoints`, newest first, hunk by hunk; what is not there any more needs nothing. Errors: what `text_of` fails with, io.
Result<Undo> undo(std::vector<Checkpoint> const& checkpoints, TextOf const& text_of, CurrentText const& current, CreatedFiles created);

/// A moment that a person names, as RFC 3339 in UTC to compare with Checkpoint::time: a date, a date and time (UTC), or how long ago it
/// is, "90s", "30m", "2h", "1d". Errors: invalid_params.
Result<std::string> parse_since(std::string_view text, std::chrono::system_clock::time_point now);

/// "a.cpp, line 12: changed since", one a line; empty if nothing was refused.
std::string describe(std::vector<Undo::Refused> const& refused);

}
