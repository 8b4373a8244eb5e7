// The action fix: corrections that a finding's own words determine, each a small rule in a table. Whatever no rule knows is left
// and said so.
#pragma once

#include "builtin/conversation.h"
#include "builtin/source.h"
#include "builtin/task.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace countersign::builtin {

/// Nothing while results are to come.
std::optional<std::string> fix(Conversation& conversation, Task const& task);

/// A correction of one finding.
struct Correction {
    std::vector<ByteEdit> edits; ///< sorted
    std::string reason;
};

struct FixRule {
    std::string_view name;
    /// Nothing if the finding is not of this kind, or is not where it says.
    std::optional<Correction> (*correct)(Source const& source, Diagnostic const& diagnostic);
};

/// In the order in which they are tried.
std::span<FixRule const> wording_rules(); ///< did you mean, expected ';', small style findings
std::span<FixRule const> unused_rules();  ///< imports, includes and variables that nothing uses
std::span<FixRule const> missing_rules(); ///< standard includes and imports that are not there

/// Bytes of the finding; empty at its position if it has no end.
ByteRange range_of(Source const& source, Diagnostic const& diagnostic);
/// The identifier at `offset`; empty if there is none.
ByteRange identifier_at(std::string_view text, std::size_t offset);
/// Whole lines that `range` touches, with their end.
ByteRange whole_lines(Source const& source, ByteRange range);
/// Parts of `message` between quotes of any kind, in order.
std::vector<std::string> quoted_parts(std::string_view message);

}
