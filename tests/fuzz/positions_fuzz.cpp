// Positions stay inside of any text, valid UTF-8 or not, come back from the offsets they name, and keep the order of these.
#include "protocol/positions.h"

#include <cstdint>
#include <cstdlib>
#include <cstring>

using namespace countersign::protocol;

namespace {

void check(bool holds)
{
    if (!holds)
        std::abort();
}

void check_position(std::string_view text, countersign::support::LineIndex const& lines, Position any, PositionEncoding encoding)
{
    std::size_t const offset = offset_at(text, lines, any, encoding);
    check(offset <= text.size());
    check(offset_at(text, lines, position_at(text, lines, offset, encoding), encoding) == offset);
}

void check_offsets(std::string_view text, countersign::support::LineIndex const& lines, PositionEncoding encoding)
{
    Position before {};
    for (std::size_t i = 0; i <= text.size() + 1; ++i) {
        Position const there = position_at(text, lines, i, encoding);
        std::size_t const back = offset_at(text, lines, there, encoding);
        check(back <= text.size() && back <= i);
        check(position_at(text, lines, back, encoding) == there);
        check(before.line < there.line || (before.line == there.line && before.character <= there.character));
        before = there;
    }
}

}

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    constexpr std::size_t most = 160; // the check is quadratic in a line
    Position any;
    if (size < sizeof any.line + sizeof any.character || size > most)
        return 0;
    std::memcpy(&any.line, data, sizeof any.line);
    std::memcpy(&any.character, data + sizeof any.line, sizeof any.character);
    std::string_view const text(
        reinterpret_cast<char const*>(data) + sizeof any.line + sizeof any.character, size - sizeof any.line - sizeof any.character);
    countersign::support::LineIndex const lines(text);
    for (auto const encoding : { PositionEncoding::utf8, PositionEncoding::utf16, PositionEncoding::utf32 }) {
        check_offsets(text, lines, encoding);
        check_position(text, lines, any, encoding);
        check_position(text, lines, { any.line % 8, any.character % 64 }, encoding);
    }
    return 0;
}
