// The review document: a plain unified diff in the state directory, proposals/<id>.<revision>.diff, that a person reads, edits
// and approves from. Comment lines ("# ") on top carry the summary; the header names workspace, proposal and revision.
#pragma once

#include "review/proposal.h"

namespace countersign::review {

std::string render_review_document(Proposal const& proposal);

/// What a review document, perhaps edited, is and says.
struct ReviewDocument {
    std::string proposal;
    std::size_t revision = 0;
    std::string workspace;
    std::vector<workspace::FileDiff> files;
};
/// Errors: invalid_params with the 1-based line number.
Result<ReviewDocument> parse_review_document(std::string_view text);

/// What the edited document asks for: like plan(), but with the texts of its hunks. Errors: also denied for a path that the proposal does not
/// touch, or a context line that the base does not have.
Result<std::vector<PlannedFile>> plan_document(Proposal const& proposal, ReviewDocument const& document, CurrentText const& current);

/// The file and hunk that a 0-based line of the document text lies in; empty strings outside.
struct DocumentPlace {
    std::string file;
    std::string hunk; ///< id in the proposal, empty if it was edited beyond recognition
};
DocumentPlace place_at(Proposal const& proposal, std::string_view text, std::size_t line);

}
