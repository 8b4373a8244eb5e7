// The review document: a plain unified diff in the state directory, proposals/<id>.<revision>.diff, that a person reads, edits
// and approves from. Comment lines ("# ") on top carry the summary; the header names workspace, proposal and revision.
//
// Every pending hunk is a @@ block of its own that names its id ("@@ -3,7 +3,8 @@ hunk 1.2"). What a document keeps is what it asks for: a
// block that is not in it stays pending, its lines may be edited within what they replace, and nothing else can be reached through it.
// Pure, any thread; session/ calls it on the main thread with the live text of the editor's buffer.
#pragma once

#include "review/proposal.h"

namespace countersign::review {

std::string render_review_document(Proposal const& proposal);
/// The part of the document that shows what can be applied of one file; empty if nothing can.
std::string render_pending(ProposedFile const& file);

/// How the lines of a whole document end. An editor may make them all alike when it opens one that is mixed.
enum class DocumentLineEnds { lf, crlf, mixed };

/// What a review document, perhaps edited, is and says.
struct ReviewDocument {
    std::string proposal;
    std::size_t revision = 0;
    std::string workspace;
    DocumentLineEnds line_ends = DocumentLineEnds::lf;
    std::vector<workspace::FileDiff> files;
};
/// Errors: invalid_params with the 1-based line number.
Result<ReviewDocument> parse_review_document(std::string_view text);

/// Whether the text is still the document of this revision, but for line ends: then plan() is right and needs no parsing.
bool is_unedited(Proposal const& proposal, std::string_view text);

/// What the edited document asks for: like plan(), but with the texts of its hunks. Hunks that the document leaves out are not planned and
/// so stay pending; a hunk whose edited lines change nothing any more counts as left out. Record the result with record_applied(). Errors:
/// stale (another revision, a file that moved on), denied (another proposal or folder, nothing pending, a path that the proposal does not
/// touch, a context line that the base does not have, a change away from every pending hunk), invalid_params (nothing kept). Those about a
/// line begin with "line 12: ", 1-based.
Result<std::vector<PlannedFile>> plan_document(Proposal const& proposal, ReviewDocument const& document, CurrentText const& current);

/// The file and hunk that a 0-based line of the document text lies in; empty strings outside.
struct DocumentPlace {
    std::string file;
    std::string hunk; ///< id in the proposal, empty if it was edited beyond recognition
};
DocumentPlace place_at(Proposal const& proposal, std::string_view text, std::size_t line);

}
