#include "support/text.h"

#include <algorithm>
#include <cstring>
#include <fmt/core.h>

namespace countersign::support {

std::string apply_edits(std::string_view text, std::vector<ByteEdit> const& edits)
{
    std::string result;
    std::size_t position = 0;
    for (ByteEdit const& edit : edits) {
        result.append(text, position, edit.range.begin - position);
        result += edit.text;
        position = edit.range.end;
    }
    result.append(text.substr(position));
    return result;
}

namespace {

/// Appends the starts of the lines that begin in (from, to], looking at `text` only.
void append_line_starts(std::string_view text, std::size_t from, std::size_t to, std::vector<std::uint32_t>& starts)
{
    for (std::size_t i = from; i < to; ++i) {
        char const c = text[i];
        if (c == '\n' || (c == '\r' && (i + 1 == text.size() || text[i + 1] != '\n')))
            starts.push_back(static_cast<std::uint32_t>(i + 1));
    }
}

}

LineIndex::LineIndex(std::string_view text) : size_(text.size()) { append_line_starts(text, 0, text.size(), starts_); }

std::size_t LineIndex::line_at(std::size_t offset) const
{
    auto const after = std::upper_bound(starts_.begin(), starts_.end(), offset);
    return static_cast<std::size_t>(after - starts_.begin()) - 1;
}

std::string_view LineIndex::line(std::string_view text, std::size_t line) const
{
    std::string_view content = text.substr(start(line), start(line + 1) - start(line));
    while (!content.empty() && (content.back() == '\n' || content.back() == '\r'))
        content.remove_suffix(1);
    return content;
}

void LineIndex::replace(ByteRange range, std::size_t inserted, std::string_view after)
{
    // A "\r\n" may be split or joined at either border, so one byte more on each side is looked at again.
    std::size_t const from = range.begin == 0 ? 0 : range.begin - 1;
    std::size_t const new_to = std::min(range.begin + inserted + 1, after.size());
    std::size_t const old_to = std::min(range.end + 1, size_);
    auto const first = std::upper_bound(starts_.begin(), starts_.end(), from);
    auto const last = std::upper_bound(first, starts_.end(), old_to);
    std::vector<std::uint32_t> fresh;
    append_line_starts(after, from, new_to, fresh);
    auto const shift = static_cast<std::int64_t>(inserted) - static_cast<std::int64_t>(range.size());
    for (auto moved = last; moved != starts_.end(); ++moved)
        *moved = static_cast<std::uint32_t>(*moved + shift);
    auto const kept = static_cast<std::size_t>(first - starts_.begin());
    auto const dropped = static_cast<std::size_t>(last - first);
    if (dropped == fresh.size()) {
        std::copy(fresh.begin(), fresh.end(), starts_.begin() + static_cast<std::ptrdiff_t>(kept));
    } else {
        starts_.erase(first, last);
        starts_.insert(starts_.begin() + static_cast<std::ptrdiff_t>(kept), fresh.begin(), fresh.end());
    }
    size_ = after.size();
}

std::vector<std::string_view> split_lines(std::string_view text)
{
    LineIndex const index(text);
    std::vector<std::string_view> lines;
    for (std::size_t line = 0; line < index.line_count(); ++line) {
        if (index.start(line) < text.size())
            lines.push_back(index.line(text, line));
    }
    return lines;
}

std::string_view trim_end(std::string_view text)
{
    std::size_t const last = text.find_last_not_of(" \t\r\n\f\v");
    return last == std::string_view::npos ? std::string_view {} : text.substr(0, last + 1);
}

std::string_view trim(std::string_view text)
{
    std::size_t const first = text.find_first_not_of(" \t\r\n\f\v");
    return first == std::string_view::npos ? std::string_view {} : trim_end(text.substr(first));
}

std::string to_lower_ascii(std::string_view text)
{
    std::string lower(text);
    for (char& c : lower)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return lower;
}

std::string join(std::vector<std::string> const& parts, std::string_view separator)
{
    std::string joined;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i > 0)
            joined += separator;
        joined += parts[i];
    }
    return joined;
}

DecodedCharacter decode_utf8(std::string_view text)
{
    auto const byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
    auto const continues = [&](std::size_t i, unsigned least = 0x80, unsigned most = 0xBF) { return byte(i) >= least && byte(i) <= most; };
    unsigned const first = byte(0);
    if (first < 0x80)
        return { first, 1 };
    if (first >= 0xC2 && first <= 0xDF && continues(1))
        return { ((first & 0x1Fu) << 6) | (byte(1) & 0x3Fu), 2 };
    if (first >= 0xE0 && first <= 0xEF) {
        unsigned const least = first == 0xE0 ? 0xA0 : 0x80;
        unsigned const most = first == 0xED ? 0x9F : 0xBF;
        if (continues(1, least, most) && continues(2))
            return { ((first & 0x0Fu) << 12) | ((byte(1) & 0x3Fu) << 6) | (byte(2) & 0x3Fu), 3 };
    }
    if (first >= 0xF0 && first <= 0xF4) {
        unsigned const least = first == 0xF0 ? 0x90 : 0x80;
        unsigned const most = first == 0xF4 ? 0x8F : 0xBF;
        if (continues(1, least, most) && continues(2) && continues(3))
            return { ((first & 0x07u) << 18) | ((byte(1) & 0x3Fu) << 12) | ((byte(2) & 0x3Fu) << 6) | (byte(3) & 0x3Fu), 4 };
    }
    return { 0, 0 };
}

namespace {

bool is_hidden(char32_t c)
{
    return (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7F && c <= 0x9F) || c == 0xAD || c == 0x061C || c == 0x180E
        || (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF
        || (c >= 0xFFF9 && c <= 0xFFFB) || (c >= 0xE0000 && c <= 0xE01EF);
}

}

std::size_t find_invalid_utf8(std::string_view text)
{
    std::size_t offset = 0;
    while (offset < text.size()) {
        if (text.size() - offset >= 8) {
            std::uint64_t word;
            std::memcpy(&word, text.data() + offset, sizeof word);
            if ((word & 0x8080808080808080u) == 0) {
                offset += 8;
                continue;
            }
        }
        std::size_t const size = decode_utf8(text.substr(offset)).size;
        if (size == 0)
            return offset;
        offset += size;
    }
    return std::string_view::npos;
}

std::string escape_for_display(std::string_view text)
{
    std::string shown;
    shown.reserve(text.size());
    while (!text.empty()) {
        DecodedCharacter const decoded = decode_utf8(text);
        if (decoded.size == 0) {
            shown += fmt::format("\\x{:02X}", static_cast<unsigned char>(text[0]));
            text.remove_prefix(1);
            continue;
        }
        if (is_hidden(decoded.code_point))
            shown += fmt::format("\\u{{{:X}}}", static_cast<std::uint32_t>(decoded.code_point));
        else
            shown += text.substr(0, decoded.size);
        text.remove_prefix(decoded.size);
    }
    return shown;
}

std::string count_of(std::size_t count, std::string_view singular, std::string_view plural)
{
    if (count == 1)
        return fmt::format("1 {}", singular);
    return plural.empty() ? fmt::format("{} {}s", count, singular) : fmt::format("{} {}", count, plural);
}

}
