// A @@ block of a review document, found in the text that the file must have now, and taken apart into what it changes there.
// Internal to review/. Pure.
#pragma once

#include "review/lines.h"
#include "review/review_document.h"

namespace countersign::review {

/// Lines [begin, end) of the present text become `text`.
struct BlockChange {
    std::size_t begin = 0, end = 0;
    std::string text;
    std::size_t at_line = 0; ///< 1-based line of the document
};

struct PlacedBlock {
    std::size_t begin = 0, end = 0;   ///< lines of the present text that it shows, context included
    std::vector<BlockChange> changes; ///< in order, not touching
    std::size_t at_line = 0;
    std::string hunk; ///< the id that it names, or empty
};

/// How to read line ends that the editor may have made alike.
class LineEndRepair {
public:
    /// Repairs only if the document's line ends are all of one kind and the file's are not just that kind.
    LineEndRepair(DocumentLineEnds document, workspace::FileChange const& change);

    bool same(std::string_view in_document, std::string_view in_file) const;
    /// The line as the proposal has it, if it has one of that content; else with the file's usual end.
    std::string restored(std::string_view added) const;

private:
    static bool differs(DocumentLineEnds document, std::string_view text);

    bool needed_ = false;
    std::string_view usual_end_;
    std::vector<std::string_view> known_; ///< the proposed lines that have an end, sorted by content
};

/// Places every block, at the stated line or, if its lines are not there, at the only place where they are.
/// Errors: denied, "line 12: ..." in the document: a line that the file does not have, no line to find the place by, blocks out of order, a
/// line without newline that is not the last.
Result<std::vector<PlacedBlock>> place_blocks(workspace::FileDiff const& diff, Lines const& present, LineEndRepair const& repair);

/// The present text with all changes of the blocks.
std::string apply_blocks(Lines const& present, std::vector<PlacedBlock> const& blocks);

}
