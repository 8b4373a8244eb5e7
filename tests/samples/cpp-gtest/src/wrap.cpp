#include "wrap.h"

#include <stdexcept>

namespace paragraphs {

namespace {

/// Takes the next word off the front of `text`; empty if there is none.
std::string_view next_word(std::string_view& text)
{
    std::size_t const begin = text.find_first_not_of(' ');
    if (begin == std::string_view::npos) {
        text = {};
        return {};
    }
    std::size_t const end = text.find(' ', begin);
    std::string_view const word = text.substr(begin, end == std::string_view::npos ? end : end - begin);
    text = end == std::string_view::npos ? std::string_view {} : text.substr(end);
    return word;
}

}

std::vector<std::string> wrap(std::string_view text, std::size_t width, bool cut_words)
{
    if (width == 0)
        throw std::invalid_argument("a line needs a width");
    std::vector<std::string> lines;
    std::string line;
    while (true) {
        std::string_view word = next_word(text);
        if (word.empty())
            break;
        while (cut_words && word.size() > width) {
            if (!line.empty()) {
                lines.push_back(line);
                line.clear();
            }
            lines.emplace_back(word.substr(0, width));
            word.remove_prefix(width);
        }
        if (!line.empty()) {
            if (line.size() + 1 + word.size() > width) {
                lines.push_back(line);
                line.clear();
            }
        }
        if (!line.empty())
            line += ' ';
        line += word;
    }
    if (!line.empty())
        lines.push_back(line);
    return lines;
}

std::string align(std::string const& line, std::size_t width, Alignment alignment)
{
    if (line.size() >= width)
        return line;
    std::size_t const missing = width - line.size();
    switch (alignment) {
    case Alignment::left:
        return line + std::string(missing, ' ');
    case Alignment::right:
        return std::string(missing, ' ') + line;
    case Alignment::centre:
        return std::string(missing / 2, ' ') + line + std::string(missing - missing / 2, ' ');
    }
    return line;
}

std::size_t indentation(std::string_view line, std::size_t tab_width)
{
    std::size_t count = 0;
    for (char const c : line) {
        if (c == ' ') {
            ++count;
        } else if (c == '\t') {
            if (tab_width > 0) {
                count += tab_width - count % tab_width;
            }
        } else {
            break;
        }
    }
    return count;
}

}
