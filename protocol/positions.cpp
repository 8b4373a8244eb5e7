#include "protocol/positions.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>

namespace countersign::protocol {

namespace {

/// Length in bytes of the character at the front of `text`, which is not empty. 1 for a byte that begins none.
std::size_t character_length(std::string_view text)
{
    auto const byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    unsigned const lead = byte(0);
    std::size_t const length = lead < 0x80 ? 1 : lead < 0xC2 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 1;
    if (length > text.size())
        return 1;
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0U) != 0x80U)
            return 1;
    }
    // Overlong forms, surrogates and values past U+10FFFF show in the second byte.
    bool const bad = (lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xED && byte(1) > 0x9F) || (lead == 0xF0 && byte(1) < 0x90)
        || (lead == 0xF4 && byte(1) > 0x8F);
    return bad ? 1 : length;
}

std::size_t units_of(std::size_t length, PositionEncoding encoding)
{
    switch (encoding) {
    case PositionEncoding::utf8:
        return length;
    case PositionEncoding::utf16:
        return length == 4 ? 2 : 1;
    case PositionEncoding::utf32:
        break;
    }
    return 1;
}

/// How many bytes at the front are ASCII, looking at most at the first `most`.
std::size_t ascii_run(std::string_view text, std::size_t most)
{
    constexpr std::uint64_t high_bits = 0x8080808080808080U;
    std::size_t const end = std::min(text.size(), most);
    std::size_t i = 0;
    std::uint64_t word = 0;
    while (i + sizeof word <= end) {
        std::memcpy(&word, text.data() + i, sizeof word);
        if ((word & high_bits) != 0)
            break;
        i += sizeof word;
    }
    while (i < end && static_cast<unsigned char>(text[i]) < 0x80)
        ++i;
    return i;
}

struct Column {
    std::size_t bytes = 0;
    std::size_t units = 0;
};

/// The last beginning of a character that is neither past `bytes` nor past `units`.
Column walk(std::string_view line, Column most, PositionEncoding encoding)
{
    Column at;
    while (at.bytes < line.size()) {
        std::string_view const rest = line.substr(at.bytes);
        std::size_t const run = ascii_run(rest, std::min(most.bytes - at.bytes, most.units - at.units));
        at.bytes += run;
        at.units += run;
        if (run == rest.size())
            break;
        std::size_t const length = character_length(rest.substr(run));
        std::size_t const units = units_of(length, encoding);
        if (length > most.bytes - at.bytes || units > most.units - at.units)
            break;
        at.bytes += length;
        at.units += units;
    }
    return at;
}

constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();

}

PositionEncoding negotiate_encoding(std::vector<std::string> const& offered)
{
    bool const utf8 = std::find(offered.begin(), offered.end(), position_encoding_kind::utf8) != offered.end();
    return utf8 ? PositionEncoding::utf8 : PositionEncoding::utf16;
}

PositionEncodingKind to_kind(PositionEncoding encoding)
{
    switch (encoding) {
    case PositionEncoding::utf8:
        return position_encoding_kind::utf8;
    case PositionEncoding::utf32:
        return position_encoding_kind::utf32;
    case PositionEncoding::utf16:
        break;
    }
    return position_encoding_kind::utf16;
}

std::size_t offset_at(std::string_view text, support::LineIndex const& lines, Position position, PositionEncoding encoding)
{
    if (position.line >= lines.line_count())
        return text.size();
    std::string_view const line = lines.line(text, position.line);
    return lines.start(position.line) + walk(line, { unlimited, position.character }, encoding).bytes;
}

Position position_at(std::string_view text, support::LineIndex const& lines, std::size_t offset, PositionEncoding encoding)
{
    std::size_t const number = lines.line_at(offset);
    std::string_view const line = lines.line(text, number);
    std::size_t const within = std::min(offset - std::min(offset, lines.start(number)), line.size());
    return { static_cast<std::uint32_t>(number), static_cast<std::uint32_t>(walk(line, { within, unlimited }, encoding).units) };
}

ByteRange byte_range(std::string_view text, support::LineIndex const& lines, Range const& range, PositionEncoding encoding)
{
    std::size_t const start = offset_at(text, lines, range.start, encoding);
    std::size_t const end = offset_at(text, lines, range.end, encoding);
    return { std::min(start, end), std::max(start, end) };
}

Range range_at(std::string_view text, support::LineIndex const& lines, ByteRange range, PositionEncoding encoding)
{
    return { position_at(text, lines, range.begin, encoding), position_at(text, lines, range.end, encoding) };
}

}
