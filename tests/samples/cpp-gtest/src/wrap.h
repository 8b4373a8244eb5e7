// Text in lines of a given width.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace paragraphs {

enum class Alignment { left, right, centre };

/// Breaks `text` at spaces into lines of at most `width` bytes. A longer word gets a line of its own, or is cut if `cut_words`.
/// Throws std::invalid_argument if `width` is zero.
std::vector<std::string> wrap(std::string_view text, std::size_t width, bool cut_words = false);

/// `line` with spaces added up to `width`; a longer line as it is.
std::string align(std::string const& line, std::size_t width, Alignment alignment);

/// How many spaces `line` begins with; a tab counts up to the next multiple of `tab_width`.
std::size_t indentation(std::string_view line, std::size_t tab_width);

}
