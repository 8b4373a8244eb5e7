#include "sandbox/output.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>

namespace countersign::sandbox {

namespace {

struct Character {
    char32_t value = 0xFFFD;
    std::size_t size = 1;
    bool valid = false;
};

/// The character at the beginning of `text`, as Unicode's table 3-7 has it: no overlong form, no surrogate.
Character decode(std::string_view text)
{
    auto const byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    unsigned char const first = byte(0);
    if (first < 0x80)
        return { first, 1, true };
    std::size_t const size = first >= 0xC2 && first <= 0xDF ? 2
        : first >= 0xE0 && first <= 0xEF                    ? 3
        : first >= 0xF0 && first <= 0xF4                    ? 4
                                                            : 0;
    if (size == 0 || text.size() < size)
        return {};
    char32_t value = first & (0x7F >> size);
    for (std::size_t at = 1; at < size; ++at) {
        if ((byte(at) & 0xC0) != 0x80)
            return {};
        value = value << 6 | (byte(at) & 0x3F);
    }
    bool const overlong = (size == 3 && value < 0x800) || (size == 4 && value < 0x10000);
    if (overlong || (value >= 0xD800 && value <= 0xDFFF) || value > 0x10FFFF)
        return {};
    return { value, size, true };
}

struct Range {
    char32_t first, last;
};

/// Characters that are not seen, or that change how their neighbours are.
constexpr std::array unseen {
    Range { 0x00, 0x08 },       // controls before tab
    Range { 0x0B, 0x0C },       // vertical tab, form feed
    Range { 0x0E, 0x1F },       // the other controls
    Range { 0x7F, 0x9F },       // delete, C1
    Range { 0xAD, 0xAD },       // soft hyphen
    Range { 0x034F, 0x034F },   // combining grapheme joiner
    Range { 0x061C, 0x061C },   // Arabic letter mark
    Range { 0x115F, 0x1160 },   // Hangul fillers
    Range { 0x17B4, 0x17B5 },   // Khmer inherent vowels
    Range { 0x180B, 0x180F },   // Mongolian selectors and separator
    Range { 0x200B, 0x200F },   // zero-width, left and right marks
    Range { 0x2028, 0x202E },   // line and paragraph separators, embeddings and overrides
    Range { 0x2060, 0x206F },   // word joiner, invisible operators, isolates, deprecated
    Range { 0x3164, 0x3164 },   // Hangul filler
    Range { 0xFE00, 0xFE0F },   // variation selectors
    Range { 0xFEFF, 0xFEFF },   // byte order mark
    Range { 0xFFA0, 0xFFA0 },   // half-width filler
    Range { 0xFFF0, 0xFFFB },   // unassigned, interlinear annotation
    Range { 0x1BCA0, 0x1BCA3 }, // shorthand controls
    Range { 0x1D173, 0x1D17A }, // musical controls
    Range { 0xE0000, 0xE0FFF }, // tags, further variation selectors
};

bool is_unseen(char32_t value)
{
    auto const after = std::upper_bound(unseen.begin(), unseen.end(), value, [](char32_t v, Range range) { return v < range.first; });
    return after != unseen.begin() && value <= std::prev(after)->last;
}

/// Bytes of the escape sequence that `text` begins with (ECMA-48), after its introducer, which is `introducer` in its C1 form.
/// A string that is not closed on its line goes on to the end of that line.
std::size_t sequence_size(std::string_view text, char32_t introducer)
{
    std::size_t at = 0;
    if (introducer == 0x9B) { // CSI: parameters, intermediates, one final byte
        while (at < text.size() && text[at] >= 0x20 && text[at] <= 0x3F)
            ++at;
        return at < text.size() && text[at] >= 0x40 && text[at] <= 0x7E ? at + 1 : at;
    }
    if (introducer == 0x9D || introducer == 0x90 || introducer == 0x98 || introducer == 0x9E
        || introducer == 0x9F) { // OSC, DCS, SOS, PM, APC
        for (; at < text.size() && text[at] != '\n'; ++at) {
            if (text[at] == '\a')
                return at + 1;
            if (text[at] == '\033')
                return at + 1 < text.size() && text[at + 1] == '\\' ? at + 2 : at;
            if (text.substr(at).starts_with("\xC2\x9C"))
                return at + 2;
        }
        return at;
    }
    return 0;
}

/// After ESC: intermediates and a final byte, or one of the introducers as two bytes.
std::size_t escape_size(std::string_view text)
{
    if (text.empty())
        return 0;
    unsigned char const next = static_cast<unsigned char>(text[0]);
    if (next >= 0x40 && next <= 0x5F)
        return 1 + sequence_size(text.substr(1), static_cast<char32_t>(next + 0x40));
    std::size_t at = 0;
    while (at < text.size() && text[at] >= 0x20 && text[at] <= 0x2F)
        ++at;
    return at < text.size() && text[at] >= 0x30 && text[at] <= 0x7E ? at + 1 : at;
}

std::string with_thousands(std::uint64_t number)
{
    std::string digits = std::to_string(number);
    for (std::size_t at = digits.size(); at > 3;)
        digits.insert(at -= 3, ",");
    return digits;
}

}

std::string clean_output(std::string_view text)
{
    std::string clean;
    clean.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        Character const character = decode(text.substr(at));
        std::string_view const rest = text.substr(at + character.size);
        if (!character.valid)
            clean += "\xEF\xBF\xBD";
        else if (character.value == 0x1B)
            at += escape_size(rest);
        else if (character.value >= 0x80 && character.value <= 0x9F)
            at += sequence_size(rest, character.value);
        else if (character.value == '\r')
            clean += rest.starts_with('\n') ? "" : "\n";
        else if (!is_unseen(character.value))
            clean += text.substr(at, character.size);
        at += character.size;
    }
    return clean;
}

void Shortened::add(std::string_view bytes)
{
    added_ += bytes.size();
    std::size_t const to_head = std::min<std::size_t>(bytes.size(), half_ - head_.size());
    head_ += bytes.substr(0, to_head);
    bytes.remove_prefix(to_head);
    if (bytes.size() > half_)
        bytes.remove_prefix(bytes.size() - half_);
    tail_ += bytes;
    if (tail_.size() > 2 * half_)
        tail_.erase(0, tail_.size() - half_);
}

std::string Shortened::text() const
{
    std::string_view const tail = std::string_view(tail_).substr(tail_.size() - tail_size());
    if (dropped() == 0)
        return clean_output(head_ + std::string(tail));
    return fmt::format("{}\n[... {} bytes left out ...]\n{}", clean_output(head_), with_thousands(dropped()), clean_output(tail));
}

}
