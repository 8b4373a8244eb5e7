// A text as lines that keep their ends, and a text put together from another one by replacing ranges of lines: the one
// notion of a line that hunks, plans and review documents share. A line ends after "\n" and nowhere else, as in the
// unified diff format. Internal to review/. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace countersign::review {

/// Views into a text that must outlive it.
class Lines {
public:
    explicit Lines(std::string_view text);

    std::size_t count() const { return starts_.size() - 1; }
    /// 0-based; with its end.
    std::string_view line(std::size_t index) const { return range(index, index + 1); }
    /// Lines [begin, end), which must be in the text.
    std::string_view range(std::size_t begin, std::size_t end) const { return text_.substr(starts_[begin], starts_[end] - starts_[begin]); }
    std::vector<std::string_view> all() const;
    std::string_view text() const { return text_; }

private:
    std::string_view text_;
    std::vector<std::size_t> starts_; ///< of each line, and the size of the text
};

std::size_t count_lines(std::string_view text);

/// Lines [begin, end) become `text`.
struct LinesReplaced {
    std::size_t begin = 0, end = 0;
    std::string_view text;
};

/// `replaced` must be in order and must not overlap.
std::string replace_lines(Lines const& lines, std::vector<LinesReplaced> const& replaced);

/// 1-based number of the first line in which the texts differ.
std::size_t first_difference(std::string_view left, std::string_view right);

/// The line without "\n" or "\r\n".
std::string_view without_end(std::string_view line);

}
