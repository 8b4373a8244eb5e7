// The unified diff format: written for people and review documents, read back when a person edited one.
// Format: POSIX diff -u, with git's "/dev/null", "rename from/to" and "\ No newline at end of file". Lines end at "\n" only, as git
// has them: a lone "\r" is text here. Pure functions, any thread; whatever the input, they end in time linear to it or nearly so.
#pragma once

#include "support/result.h"
#include "workspace/diff.h"
#include "workspace/overlay.h"

#include <string>
#include <string_view>
#include <vector>

namespace countersign::workspace {

struct DiffLine {
    char kind;        ///< ' ' context, '-' removed, '+' added
    std::string text; ///< with its line end, unless the file ends without one
};

struct DiffHunk {
    std::size_t old_start = 0, old_count = 0; ///< 1-based line (0 if the count is 0 at the file's start), as in the @@ line
    std::size_t new_start = 0, new_count = 0;
    std::string section; ///< the text after the second @@
    std::vector<DiffLine> lines;
    std::size_t at_line = 0; ///< 1-based line of the @@ line in the document it was parsed from
};

struct FileDiff {
    ChangeKind kind = ChangeKind::modify;
    std::string path;
    std::string from;
    std::vector<DiffHunk> hunks;
};

/// Sets the counts in every hunk from its lines, and each new_start from old_start and the hunks before.
void renumber(std::vector<DiffHunk>& hunks);

/// Hunks with up to `context` unchanged lines around each change; neighbours whose context touches are merged.
std::vector<DiffHunk> make_hunks(std::string_view old_text, std::string_view new_text, std::size_t context = 3);
FileDiff make_file_diff(FileChange const& change, std::size_t context = 3);

/// "diff --git", "---", "+++" and the hunks. Byte exact: the content is not escaped. A path is quoted as git does if it has quotes,
/// controls or characters that cannot be seen.
std::string render(FileDiff const& diff);

/// Lines before the first file, and between files and hunks empty lines and those that are "#" or begin with "# ", are comments. Counts in
/// @@ lines are recomputed, so a person may drop or change lines. Modes of regular files are ignored.
/// Errors: invalid_params with the 1-based line number; also for what we do not do: binary patches, copies, symbolic links, submodules.
Result<std::vector<FileDiff>> parse_unified_diff(std::string_view text);

/// `base` with the hunks applied. Context and removed lines must be exactly there, at the stated place or, if that place
/// moved, at the only place where they fit after the hunk before. Errors: stale naming the hunk, ambiguous.
Result<std::string> apply_hunks(std::string_view base, std::vector<DiffHunk> const& hunks);

}
