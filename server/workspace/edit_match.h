// Finds the place that an edit's `old_text` means, exactly or by a short ladder of harmless differences, never by a guess.
#pragma once

#include "support/result.h"
#include "support/text.h"

#include <string>
#include <string_view>

namespace countersign::workspace {

/// The rungs, in the order they are tried; each one must match exactly once or the edit is refused.
enum class MatchStep { exact, line_ends, indentation, punctuation };
std::string_view to_string(MatchStep step);

struct MatchedEdit {
    ByteEdit edit; ///< in the file's own line ends and indentation
    MatchStep step = MatchStep::exact;
};

/// Errors: not_found with the most similar lines of the file, ambiguous with the lines where it matches, invalid_params (empty old_text,
/// or nothing would change).
Result<MatchedEdit> match_edit(std::string_view text, std::string_view old_text, std::string_view new_text);

}
