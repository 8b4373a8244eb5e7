#include "workspace/encoding.h"

#include "support/text.h"

#include <array>
#include <cstring>
#include <fmt/core.h>
#include <optional>

namespace countersign::workspace {

namespace {

constexpr std::string_view utf8_mark = "\xEF\xBB\xBF";
constexpr std::string_view utf16_le_mark = "\xFF\xFE";
constexpr std::string_view utf16_be_mark = "\xFE\xFF";

tl::unexpected<Error> binary(std::size_t offset)
{
    return fail(ErrorCode::invalid_params, fmt::format("binary, not text: a NUL character at byte {}", offset));
}

void append_utf8(char32_t c, std::string& out)
{
    auto const push = [&](char32_t byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
    if (c < 0x80) {
        push(c);
    } else if (c < 0x800) {
        push(0xC0 | (c >> 6));
        push(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        push(0xE0 | (c >> 12));
        push(0x80 | ((c >> 6) & 0x3F));
        push(0x80 | (c & 0x3F));
    } else {
        push(0xF0 | (c >> 18));
        push(0x80 | ((c >> 12) & 0x3F));
        push(0x80 | ((c >> 6) & 0x3F));
        push(0x80 | (c & 0x3F));
    }
}

Result<std::string> utf8_from_utf16(std::string_view bytes, Encoding encoding)
{
    auto const bad = [](std::size_t offset) {
        return fail(ErrorCode::invalid_params, fmt::format("not valid UTF-16, which its byte order mark says it is: byte {}", offset));
    };
    auto const unit = [&](std::size_t offset) {
        auto const first = static_cast<unsigned char>(bytes[offset]);
        auto const second = static_cast<unsigned char>(bytes[offset + 1]);
        return static_cast<char32_t>(encoding == Encoding::utf16_le ? first | (second << 8) : (first << 8) | second);
    };
    std::string utf8;
    utf8.reserve(bytes.size());
    std::size_t offset = 2;
    while (offset + 1 < bytes.size()) {
        char32_t c = unit(offset);
        if (c == 0)
            return binary(offset);
        if (c >= 0xDC00 && c <= 0xDFFF)
            return bad(offset);
        if (c >= 0xD800 && c <= 0xDBFF) {
            char32_t const low = offset + 3 < bytes.size() ? unit(offset + 2) : 0;
            if (low < 0xDC00 || low > 0xDFFF)
                return bad(offset);
            c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
            offset += 2;
        }
        append_utf8(c, utf8);
        offset += 2;
    }
    if (offset != bytes.size())
        return bad(offset);
    return utf8;
}

/// `utf8` is valid.
std::string utf16_from_utf8(std::string_view utf8, Encoding encoding)
{
    std::string bytes(encoding == Encoding::utf16_le ? utf16_le_mark : utf16_be_mark);
    auto const push = [&](char32_t unit) {
        auto const high = static_cast<char>(static_cast<unsigned char>(unit >> 8));
        auto const low = static_cast<char>(static_cast<unsigned char>(unit & 0xFF));
        bytes += encoding == Encoding::utf16_le ? low : high;
        bytes += encoding == Encoding::utf16_le ? high : low;
    };
    std::size_t i = 0;
    while (i < utf8.size()) {
        auto const first = static_cast<unsigned char>(utf8[i]);
        std::size_t const size = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
        char32_t c = size == 1 ? first : first & (0xFFu >> (size + 1));
        for (std::size_t next = i + 1; next < i + size && next < utf8.size(); ++next)
            c = (c << 6) | (static_cast<unsigned char>(utf8[next]) & 0x3F);
        i += size;
        if (c >= 0x10000) {
            push(0xD800 + ((c - 0x10000) >> 10));
            push(0xDC00 + ((c - 0x10000) & 0x3FF));
        } else {
            push(c);
        }
    }
    return bytes;
}

std::string_view to_text(LineEnd line_end)
{
    constexpr std::array texts = std::to_array<std::string_view>({ "\n", "\r\n", "\r" });
    return texts[static_cast<std::size_t>(line_end)];
}

}

TextFormat detect_format(std::string_view utf8)
{
    std::array<std::size_t, 3> counts {};
    for (std::size_t at = utf8.find_first_of("\r\n"); at != std::string_view::npos; at = utf8.find_first_of("\r\n", at + 1)) {
        bool const crlf = utf8[at] == '\r' && at + 1 < utf8.size() && utf8[at + 1] == '\n';
        LineEnd const line_end = crlf ? LineEnd::crlf : utf8[at] == '\r' ? LineEnd::cr : LineEnd::lf;
        ++counts[static_cast<std::size_t>(line_end)];
        at += crlf ? 1 : 0;
    }
    TextFormat format;
    std::size_t kinds = 0;
    for (LineEnd line_end : { LineEnd::lf, LineEnd::crlf, LineEnd::cr }) {
        std::size_t const count = counts[static_cast<std::size_t>(line_end)];
        kinds += count > 0 ? 1 : 0;
        if (count > counts[static_cast<std::size_t>(format.line_end)])
            format.line_end = line_end;
    }
    format.mixed_line_ends = kinds > 1;
    format.final_newline = utf8.empty() || utf8.back() == '\n' || utf8.back() == '\r';
    return format;
}

Result<DecodedText> decode_text(std::string_view bytes)
{
    DecodedText decoded;
    std::optional<Encoding> utf16;
    if (bytes.starts_with(utf16_le_mark))
        utf16 = Encoding::utf16_le;
    if (bytes.starts_with(utf16_be_mark))
        utf16 = Encoding::utf16_be;
    Encoding encoding = utf16.value_or(Encoding::utf8);
    if (utf16) {
        decoded.utf8 = TRY(utf8_from_utf16(bytes, encoding));
    } else {
        if (void const* const nul = bytes.empty() ? nullptr : std::memchr(bytes.data(), 0, bytes.size()))
            return binary(static_cast<std::size_t>(static_cast<char const*>(nul) - bytes.data()));
        if (std::size_t const offset = support::find_invalid_utf8(bytes); offset != std::string_view::npos) {
            return fail(ErrorCode::invalid_params,
                fmt::format(
                    "not UTF-8: byte {} is 0x{:02X}; save it as UTF-8 to have it read", offset, static_cast<unsigned char>(bytes[offset])));
        }
        if (bytes.starts_with(utf8_mark)) {
            encoding = Encoding::utf8_bom;
            bytes.remove_prefix(utf8_mark.size());
        }
        decoded.utf8 = bytes;
    }
    decoded.format = detect_format(decoded.utf8);
    decoded.format.encoding = encoding;
    return decoded;
}

std::string encode_text(std::string_view utf8, TextFormat const& format)
{
    switch (format.encoding) {
    case Encoding::utf8:
        break;
    case Encoding::utf8_bom:
        return std::string(utf8_mark).append(utf8);
    case Encoding::utf16_le:
    case Encoding::utf16_be:
        return utf16_from_utf8(utf8, format.encoding);
    }
    return std::string(utf8);
}

std::string with_line_ends(std::string_view text, LineEnd line_end)
{
    std::string converted;
    converted.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n')
            continue;
        if (text[i] == '\r' || text[i] == '\n')
            converted += to_text(line_end);
        else
            converted += text[i];
    }
    return converted;
}

}
