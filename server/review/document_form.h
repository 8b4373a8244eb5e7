// The words of a review document that a program reads back: what the rendering writes and the parser looks for. Internal to review/.
#pragma once

#include <string_view>

namespace countersign::review {

inline constexpr std::string_view proposal_key = "# countersign-proposal: ";
inline constexpr std::string_view revision_key = "# countersign-revision: ";
inline constexpr std::string_view workspace_key = "# countersign-workspace: ";

/// In front of the hunk's id, after the second @@: what finds the hunk again when its lines were edited.
inline constexpr std::string_view section_prefix = "hunk ";

/// The hunk id in the text after the second @@, or nothing.
std::string_view hunk_named_by(std::string_view section);

}
