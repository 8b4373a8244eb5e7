// Where one proposed file stands: which text it must have now, and where its pending hunks lie in that text. Both ways to plan
// (by selection, by review document) and the rendering of the document start from here. Internal to review/. Pure.
#pragma once

#include "review/lines.h"
#include "review/proposal.h"

#include <functional>

namespace countersign::review {

class FileState {
public:
    /// `file` must outlive it.
    explicit FileState(ProposedFile const& file);
    FileState(FileState const&) = delete;
    FileState& operator=(FileState const&) = delete;

    ProposedFile const& file() const { return file_; }
    /// The base with the hunks that are applied: what the file must say now.
    std::string const& expected() const { return expected_; }
    Lines const& expected_lines() const { return expected_lines_; }
    /// The expected text with the chosen pending hunks applied too.
    std::string with(std::function<bool(Hunk const&)> const& chosen) const;

    /// A hunk that is not discarded, in lines [begin, end) of the expected text.
    struct Placed {
        std::size_t hunk = 0; ///< index in file().hunks
        std::size_t begin = 0, end = 0;
        std::string_view text; ///< what it makes of them
    };
    std::vector<Placed> const& pending() const { return pending_; }
    std::vector<Placed> const& applied() const { return applied_; }

    /// The first line, in the base, of `line` in the expected text. Between lines that an applied hunk removed, the one after.
    std::size_t base_line(std::size_t line) const;

private:
    std::string_view new_text(Hunk const& hunk) const;

    ProposedFile const& file_;
    Lines base_lines_;
    Lines proposed_lines_;
    std::string expected_;
    Lines expected_lines_;
    std::vector<Placed> pending_;
    std::vector<Placed> applied_;
};

bool is_pending(Hunk const& hunk);

/// The text of the file now, if it is the text (or, for a file to be created or a move's new place, the absence) that the hunks were made
/// for. Errors: stale saying what to do, and what `current` fails with.
Result<std::string> checked_current(Proposal const& proposal, FileState const& state, CurrentText const& current);

}
