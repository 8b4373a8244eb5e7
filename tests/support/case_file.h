// A test case as one text file: a sentence, the workspace's files, what to do, and the text that is wanted.
//
//     Swaps the branches and negates the condition.
//     --- file a.c
//     void f(int a) { $0if (a == 1) g(); else h(); }
//     --- do rule invert_if
//     --- want
//     void f(int a) { if (a != 1) h(); else g(); }
//
// A line that begins with "--- " opens a section: `file PATH`, `do VERB ARGUMENTS`, `script` (what a scripted model says) or
// `want`, which comes last. A body line that itself begins with "--- " is written "\--- ", and one more backslash for each that it has.
// `file PATH (crlf, no-newline, bom)` gives a file such line ends, no newline at its end, or a byte order mark.
// One of the files may hold the place: `$0` is a cursor, `[[` and `]]` are around a selection. `\$0` is plain text, and so
// are `\[[` and `\]]`; where there is a `$0`, double brackets are plain text without a backslash.
#pragma once

#include "support/result.h"
#include "support/text.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace countersign::tests {

struct WorkspaceFile {
    std::string path; ///< relative
    std::string text; ///< without markers
};

/// Where the person is.
struct Mark {
    std::size_t file = 0; ///< index in Case::files
    ByteRange range;      ///< bytes; empty for a cursor
};

struct Case {
    std::string name; ///< its path under tests/cases without ".txt"; set by the runner
    std::string sentence;
    std::vector<WorkspaceFile> files;
    std::optional<Mark> mark;
    std::string verb;
    std::string arguments; ///< the rest of the `do` line
    std::string script;
    std::string want;

    WorkspaceFile const* find_file(std::string_view path) const;
    /// The words of `arguments`.
    std::vector<std::string> words() const;
    /// The value of the word `key=value`, or empty.
    std::string argument(std::string_view key) const;
};

/// Errors: invalid_params with the 1-based line.
Result<Case> parse_case(std::string_view text);

/// `text` of a case with what its `want` holds replaced by `result`, or with a `want` appended where there is none.
std::string with_want(std::string_view text, std::string_view result);

/// A file's text such that a want can show it: a carriage return as U+240D, a byte order mark as "<bom>", and a last line that says
/// so where there is no newline at the end.
std::string visible(std::string_view text);

/// The lines that differ, with two lines of what is around them: "-" is only in `want`, "+" only in `got`.
std::string line_difference(std::string_view want, std::string_view got);

}
