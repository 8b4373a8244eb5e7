// How results look: rows of text within a limit of bytes, always saying what was left out.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace countersign::tools {

/// `text` as it can stand within a line: what escape_for_display escapes, and line feeds and tabs too.
std::string one_line(std::string_view text);

/// The longest beginning of `text` with at most `limit` bytes that does not split a UTF-8 character.
std::string_view utf8_prefix(std::string_view text, std::size_t limit);
/// The longest end of `text` of that kind.
std::string_view utf8_suffix(std::string_view text, std::size_t limit);

/// `text`, or as much of it as fits in `limit` with a last line that says that it was cut. For what did not limit itself.
std::string capped(std::string text, std::size_t limit);

/// Collects rows up to a limit, leaving room for the row that says what is missing.
class Rows {
public:
    explicit Rows(std::size_t limit);
    /// False, and nothing added, once a row does not fit; later ones are not taken either.
    bool add(std::string_view row);
    std::size_t count() const { return count_; }
    bool is_full() const { return full_; }
    /// The rows, and `last` as one more where it is not empty.
    std::string text(std::string_view last = {}) &&;

private:
    std::string text_;
    std::size_t limit_;
    std::size_t count_ = 0;
    bool full_ = false;
};

}
