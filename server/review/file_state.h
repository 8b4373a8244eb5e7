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
    /// What the file must say now: what it was last rebased onto, else the base with the hunks that are applied.
    std::string const& text() const { return text_; }
    Lines const& lines() const { return lines_; }
    /// That text with the chosen pending hunks applied too.
    std::string with(std::function<bool(Hunk const&)> const& chosen) const;

    /// A hunk in lines [begin, end) of the text.
    struct Placed {
        std::size_t hunk = 0; ///< index in file().hunks
        std::size_t begin = 0, end = 0;
        std::string_view text; ///< what it makes of them
    };
    /// Those that can be applied, in the order of their lines.
    std::vector<Placed> const& pending() const { return pending_; }
    /// Those that are applied. Empty once the file was rebased: then only foreign() knows.
    std::vector<Placed> const& applied() const { return applied_; }

    /// Lines [begin, end) of the text that are not the base's: of applied hunks, or the person's own. They took the place of the base's
    /// [base_begin, base_end).
    struct Foreign {
        std::size_t begin = 0, end = 0;
        std::size_t base_begin = 0, base_end = 0;
        std::optional<std::size_t> hunk; ///< index of the applied one that wrote them, where that is known
    };
    std::vector<Foreign> foreign() const;

private:
    void place_as_made();
    void place_as_rebased();
    std::string_view new_text(Hunk const& hunk) const;

    ProposedFile const& file_;
    Lines base_lines_;
    Lines proposed_lines_;
    std::string text_;
    Lines lines_;
    std::vector<Placed> pending_;
    std::vector<Placed> applied_;
};

bool is_pending(Hunk const& hunk);
/// Pending, and neither in conflict nor there already.
bool is_applicable(Hunk const& hunk);

/// The text of the file now, if it is the text (or, for a file to be created or a move's new place, the absence) that the hunks were made
/// for. Errors: stale saying what to do, and what `current` fails with.
Result<std::string> checked_current(Proposal const& proposal, FileState const& state, CurrentText const& current);

}
