// A text with harmless differences taken out, and for each of its bytes the place in the text it came from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace countersign::workspace {

class NormalText {
public:
    /// line_ends: each is "\n". punctuation: that, and typographic dashes, quotes and spaces are their ASCII relatives.
    enum class Kind { line_ends, punctuation };
    NormalText(std::string_view text, Kind kind);

    std::string_view text() const { return text_; }
    /// Byte of the original that byte `at` of text() came from; the original's size for the end.
    std::size_t original(std::size_t at) const;
    /// Whether a character of the original begins at byte `at` of text(), or it is the end.
    bool starts_character(std::size_t at) const;

private:
    /// From byte `at` of text() on, the original is `shift` bytes further.
    struct Shift {
        std::size_t at, shift;
    };
    std::string text_;
    std::vector<Shift> shifts_; ///< in order; none means that nothing was taken out
};

}
