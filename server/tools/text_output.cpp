#include "tools/text_output.h"

#include "support/text.h"

#include <algorithm>
#include <fmt/core.h>

namespace countersign::tools {

namespace {

/// Bytes kept free for the row that says what was cut.
constexpr std::size_t notice_room = 200;

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0u) == 0x80u; }

}

std::string one_line(std::string_view text)
{
    std::string shown;
    std::string const escaped = support::escape_for_display(text);
    shown.reserve(escaped.size());
    for (char const c : escaped) {
        if (c == '\n')
            shown += "\\u{A}";
        else if (c == '\t')
            shown += "\\u{9}";
        else
            shown += c;
    }
    return shown;
}

std::string_view utf8_prefix(std::string_view text, std::size_t limit)
{
    if (text.size() <= limit)
        return text;
    while (limit > 0 && continues_character(text[limit]))
        --limit;
    return text.substr(0, limit);
}

std::string_view utf8_suffix(std::string_view text, std::size_t limit)
{
    if (text.size() <= limit)
        return text;
    std::size_t begin = text.size() - limit;
    while (begin < text.size() && continues_character(text[begin]))
        ++begin;
    return text.substr(begin);
}

std::string capped(std::string text, std::size_t limit)
{
    if (text.size() <= limit)
        return text;
    std::size_t const size = text.size();
    std::string shown(utf8_prefix(text, limit > notice_room ? limit - notice_room : 0));
    return shown + fmt::format("\n[cut: bytes 1 to {} of {}]", shown.size(), size);
}

Rows::Rows(std::size_t limit) : limit_(limit > notice_room ? limit - notice_room : 0) { }

bool Rows::add(std::string_view row)
{
    if (full_ || text_.size() + row.size() + 1 > limit_) {
        full_ = true;
        return false;
    }
    text_ += row;
    text_ += '\n';
    ++count_;
    return true;
}

std::string Rows::text(std::string_view last) &&
{
    if (!last.empty()) {
        text_ += last;
        text_ += '\n';
    }
    return std::move(text_);
}

}
