#include "workspace/normal_text.h"

#include <algorithm>
#include <array>

namespace countersign::workspace {

namespace {

struct Relative {
    std::string_view character;
    char ascii;
};

constexpr std::array relatives = std::to_array<Relative>({
    { "\u2010", '-' },
    { "\u2011", '-' },
    { "\u2012", '-' },
    { "\u2013", '-' },
    { "\u2014", '-' },
    { "\u2015", '-' },
    { "\u2212", '-' },
    { "\u2018", '\'' },
    { "\u2019", '\'' },
    { "\u201a", '\'' },
    { "\u201b", '\'' },
    { "\u201c", '"' },
    { "\u201d", '"' },
    { "\u201e", '"' },
    { "\u201f", '"' },
    { "\u00a0", ' ' },
    { "\u2002", ' ' },
    { "\u2003", ' ' },
    { "\u2004", ' ' },
    { "\u2005", ' ' },
    { "\u2006", ' ' },
    { "\u2007", ' ' },
    { "\u2008", ' ' },
    { "\u2009", ' ' },
    { "\u200a", ' ' },
    { "\u202f", ' ' },
    { "\u205f", ' ' },
    { "\u3000", ' ' },
});

Relative const* relative_at(std::string_view text)
{
    auto const first = static_cast<unsigned char>(text.front());
    if (first != 0xC2 && first != 0xE2 && first != 0xE3)
        return nullptr;
    auto const* const found =
        std::find_if(relatives.begin(), relatives.end(), [text](Relative const& each) { return text.starts_with(each.character); });
    return found == relatives.end() ? nullptr : found;
}

}

NormalText::NormalText(std::string_view text, Kind kind)
{
    text_.reserve(text.size());
    std::size_t shift = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        std::size_t taken_out = 0;
        Relative const* const relative = kind == Kind::punctuation ? relative_at(text.substr(i)) : nullptr;
        if (text[i] == '\r') {
            text_ += '\n';
            taken_out = i + 1 < text.size() && text[i + 1] == '\n' ? 1 : 0;
        } else if (relative) {
            text_ += relative->ascii;
            taken_out = relative->character.size() - 1;
        } else {
            text_ += text[i];
        }
        if (taken_out > 0) {
            shift += taken_out;
            shifts_.push_back({ text_.size(), shift });
            i += taken_out;
        }
    }
}

std::size_t NormalText::original(std::size_t at) const
{
    auto const after =
        std::upper_bound(shifts_.begin(), shifts_.end(), at, [](std::size_t wanted, Shift const& shift) { return wanted < shift.at; });
    return after == shifts_.begin() ? at : at + (after - 1)->shift;
}

bool NormalText::starts_character(std::size_t at) const
{
    return at >= text_.size() || (static_cast<unsigned char>(text_[at]) & 0xC0) != 0x80;
}

}
