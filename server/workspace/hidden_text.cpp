#include "workspace/hidden_text.h"

#include "support/text.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>

namespace countersign::workspace {

namespace {

constexpr char32_t black_flag = 0x1F3F4;

/// The flags that Unicode recommends for interchange are written with tag characters after a black flag: England, Scotland, Wales.
constexpr std::array flag_tags = std::to_array<std::string_view>({
    "\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F",
    "\U000E0067\U000E0062\U000E0073\U000E0063\U000E0074\U000E007F",
    "\U000E0067\U000E0062\U000E0077\U000E006C\U000E0073\U000E007F",
});

struct Range {
    char32_t first, last;
};

/// Never seen: controls, soft hyphen, Hangul fillers (letters without a shape), separators that only some programs take for line ends,
/// bidirectional controls, zero-width characters, invisible operators, interlinear annotation, tags.
constexpr std::array always_hidden = std::to_array<Range>({
    { 0x00, 0x08 },
    { 0x0B, 0x0B },
    { 0x0E, 0x1F },
    { 0x7F, 0x9F },
    { 0xAD, 0xAD },
    { 0x034F, 0x034F },
    { 0x061C, 0x061C },
    { 0x115F, 0x1160 },
    { 0x17B4, 0x17B5 },
    { 0x180B, 0x180F },
    { 0x200B, 0x200B },
    { 0x200E, 0x200F },
    { 0x2028, 0x202E },
    { 0x2060, 0x206F },
    { 0x3164, 0x3164 },
    { 0xFEFF, 0xFEFF },
    { 0xFFA0, 0xFFA0 },
    { 0xFFF9, 0xFFFB },
    { 0x1D173, 0x1D17A },
    { 0xE0000, 0xE007F },
});

bool is_joiner(char32_t c) { return c == 0x200C || c == 0x200D; }
bool is_variation_selector(char32_t c) { return (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xE0100 && c <= 0xE01EF); }

/// Whether a character is hidden between the one before it (0 at the beginning) and the one after it (0 at the end).
bool is_hidden(char32_t before, char32_t c, char32_t after)
{
    if (is_joiner(c)) // joins letters of scripts that need it, or emoji; never ASCII, never another joiner
        return before < 0x80 || after < 0x80 || is_joiner(before);
    if (is_variation_selector(c)) { // one, after what has variants: an emoji, an ideograph, or a keycap's digit
        bool const keycap = before == '#' || before == '*' || (before >= '0' && before <= '9');
        return is_variation_selector(before) || (before < 0x80 && !keycap);
    }
    return std::any_of(always_hidden.begin(), always_hidden.end(), [c](Range range) { return range.first <= c && c <= range.last; });
}

/// The bytes from `from` on that need no look: ASCII without controls.
std::size_t plain_prefix(std::string_view text, std::size_t from)
{
    std::size_t at = from;
    while (at < text.size()) {
        auto const byte = static_cast<unsigned char>(text[at]);
        if (byte >= 0x7F || (byte < 0x20 && byte != '\n' && byte != '\t' && byte != '\r' && byte != '\f'))
            break;
        ++at;
    }
    return at - from;
}

/// Calls `plain(bytes)` for what is seen and `hidden(code point)` for what is not, in order.
template<typename Plain, typename Hidden>
void walk(std::string_view text, Plain plain, Hidden hidden)
{
    char32_t before = 0;
    std::size_t at = 0;
    while (at < text.size()) {
        if (std::size_t const size = plain_prefix(text, at); size > 0) {
            plain(text.substr(at, size));
            at += size;
            before = static_cast<unsigned char>(text[at - 1]);
            continue;
        }
        auto decoded = support::decode_utf8(text.substr(at));
        if (decoded.size == 0) { // not UTF-8: the reader of files has said so already
            plain(text.substr(at, 1));
            before = 0;
            ++at;
            continue;
        }
        std::string_view const rest = text.substr(at + decoded.size);
        if (decoded.code_point == black_flag) {
            auto const* const tags =
                std::find_if(flag_tags.begin(), flag_tags.end(), [rest](std::string_view each) { return rest.starts_with(each); });
            decoded.size += tags == flag_tags.end() ? 0 : tags->size();
        }
        if (is_hidden(before, decoded.code_point, support::decode_utf8(rest).code_point))
            hidden(decoded.code_point);
        else
            plain(text.substr(at, decoded.size));
        before = decoded.code_point;
        at += decoded.size;
    }
}

}

std::size_t count_hidden(std::string_view text)
{
    std::size_t count = 0;
    walk(
        text, [](std::string_view) {}, [&count](char32_t) { ++count; });
    return count;
}

std::string escape_hidden(std::string_view text)
{
    std::string shown;
    shown.reserve(text.size());
    walk(
        text, [&shown](std::string_view plain) { shown += plain; },
        [&shown](char32_t c) { shown += fmt::format("\\u{{{:X}}}", static_cast<std::uint32_t>(c)); });
    return shown;
}

}
