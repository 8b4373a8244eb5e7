// Positions as an editor counts them, and offsets as we count them.
//
// The wire has 0-based lines, and columns in bytes, UTF-16 units or code points, as negotiated at initialize; inside
// there are only bytes of UTF-8. Nothing here fails: a column past its line is the end of the line (before its line
// end), a line past the text is the end of the text, and the middle of a character is its beginning. Each byte that is
// no valid UTF-8 counts as one character. Long ASCII runs are skipped eight bytes at a time.
#pragma once

#include "protocol/lsp.h"
#include "support/text.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace countersign::protocol {

enum class PositionEncoding { utf8, utf16, utf32 };

/// utf-8 if the client offers it, wherever in its list; else utf-16, which every client has.
PositionEncoding negotiate_encoding(std::vector<std::string> const& offered);

/// As it is written in the server's capabilities, e.g. "utf-16".
PositionEncodingKind to_kind(PositionEncoding encoding);

/// Byte offset of `position`. `lines` must be the index of `text`.
std::size_t offset_at(std::string_view text, support::LineIndex const& lines, Position position, PositionEncoding encoding);

/// Position of the byte `offset`; inside of a line end it is the end of that line.
Position position_at(std::string_view text, support::LineIndex const& lines, std::size_t offset, PositionEncoding encoding);

/// An inverted range, as some clients send for a backward selection, is turned round.
ByteRange byte_range(std::string_view text, support::LineIndex const& lines, Range const& range, PositionEncoding encoding);

Range range_at(std::string_view text, support::LineIndex const& lines, ByteRange range, PositionEncoding encoding);

}
