// The lines of a file that look most like a text that is not in it: what an error shows, never what an edit uses.
#pragma once

#include <string>
#include <string_view>

namespace countersign::workspace {

/// Numbered lines ("  12 | int x;"), at most a screen of them, or empty if nothing is alike. The cost is bounded for large files.
std::string show_similar_lines(std::string_view text, std::string_view wanted);

}
