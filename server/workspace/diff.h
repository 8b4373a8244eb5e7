// Differences between two texts, as hunks of lines and as minimal byte edits. Built on dtl, bounded: texts that differ
// too much, or are too large for it, become one replaced block instead of a long wait.
#pragma once

#include "support/text.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace countersign::workspace {

/// Lines as support::LineIndex has them. Lines [old_begin, old_end) of the old text become [new_begin, new_end) of the new one; 0-based, no
/// context.
struct LineChange {
    std::size_t old_begin = 0, old_end = 0;
    std::size_t new_begin = 0, new_end = 0;
    bool operator==(LineChange const&) const = default;
};

/// In order, never touching each other.
std::vector<LineChange> diff_lines(std::string_view old_text, std::string_view new_text);
/// The same for lines that are cut already.
std::vector<LineChange> diff_lines(std::vector<std::string_view> const& old_lines, std::vector<std::string_view> const& new_lines);

/// The smallest edits we can find, for an editor: changed lines, shrunk to the bytes that differ at both ends, never
/// splitting a UTF-8 character or a "\r\n".
std::vector<ByteEdit> minimal_edits(std::string_view old_text, std::string_view new_text);

}
