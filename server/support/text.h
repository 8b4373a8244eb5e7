// Text as bytes of UTF-8: lines, validity, and what is safe to show a person.
//
// A line ends at "\n", "\r\n" or a lone "\r", as the Language Server Protocol defines it; the end belongs to its line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace countersign::support {

/// Bytes [begin, end) of a text.
struct ByteRange {
    std::size_t begin = 0;
    std::size_t end = 0;

    std::size_t size() const { return end - begin; }
    bool contains(std::size_t offset) const { return begin <= offset && offset < end; }
    bool contains(ByteRange other) const { return begin <= other.begin && other.end <= end; }
    bool overlaps(ByteRange other) const { return begin < other.end && other.begin < end; }
    bool operator==(ByteRange const&) const = default;
};

/// Replaces the bytes `range` of a text by `text`.
struct ByteEdit {
    ByteRange range;
    std::string text;
    bool operator==(ByteEdit const&) const = default;
};

/// Applies edits that are sorted by position and do not overlap; offsets are those of the text before all of them.
std::string apply_edits(std::string_view text, std::vector<ByteEdit> const& edits);

/// Where each line begins. Kept beside a text and updated with it.
class LineIndex {
public:
    LineIndex() = default;
    explicit LineIndex(std::string_view text);

    std::size_t line_count() const { return starts_.size(); }
    /// Byte offset of 0-based `line`; the text's size past the last line.
    std::size_t start(std::size_t line) const { return line < starts_.size() ? starts_[line] : size_; }
    /// 0-based line that holds `offset`; the last line for an offset at or past the end.
    std::size_t line_at(std::size_t offset) const;
    /// The line without its end.
    std::string_view line(std::string_view text, std::size_t line) const;
    /// Bytes of the line including its end.
    ByteRange range(std::size_t line) const { return { start(line), start(line + 1) }; }
    /// Follows an edit: `after` is the whole text once `range` of the old one was replaced by `inserted` bytes.
    void replace(ByteRange range, std::size_t inserted, std::string_view after);

private:
    std::vector<std::uint32_t> starts_ { 0 };
    std::size_t size_ = 0;
};

/// Lines without their ends. A text that ends with a line end has no empty last line here.
std::vector<std::string_view> split_lines(std::string_view text);

std::string_view trim(std::string_view text);
std::string_view trim_end(std::string_view text);
std::string to_lower_ascii(std::string_view text);
std::string join(std::vector<std::string> const& parts, std::string_view separator);

struct DecodedCharacter {
    char32_t code_point;
    std::size_t size; ///< bytes; 0 if what begins there is not UTF-8, or nothing does
};
/// The first character of `text`, by the table of well-formed byte sequences (Unicode 15, table 3-7).
DecodedCharacter decode_utf8(std::string_view text);

/// Offset of the first byte that is not valid UTF-8 (overlong forms, surrogates and values past U+10FFFF are not), or npos.
std::size_t find_invalid_utf8(std::string_view text);

/// `text` with control characters, invisible and bidirectional format characters and invalid bytes written as \u{XX}:
/// what a person sees is then what is there. Tab and line feed stay.
std::string escape_for_display(std::string_view text);

/// "1 file", "2 files".
std::string count_of(std::size_t count, std::string_view singular, std::string_view plural = {});

}

namespace countersign {
using support::ByteEdit;
using support::ByteRange;
}
