// Random texts for properties: short lines out of few, so that they repeat, with every kind of line end.
#pragma once

#include <random>
#include <string>
#include <string_view>

namespace countersign::workspace::testing {

inline std::string random_text(std::mt19937& random, std::size_t most_lines, std::size_t kinds, bool only_lf = false)
{
    static constexpr std::string_view words[] = { "a", "", "b", "}", "  c", "\u00e9", "\u00ea\u20ac", "a\t", "long line of words", "d",
        "-- x", "++ y", "@@ -1 +1 @@", "# z", "\\ No" };
    static constexpr std::string_view ends[] = { "\n", "\n", "\n", "\r\n", "\r" };
    std::string text;
    for (std::size_t count = random() % (most_lines + 1); count > 0; --count) {
        text += words[random() % std::min(kinds, std::size(words))];
        text += only_lf ? "\n" : ends[random() % std::size(ends)];
    }
    if (random() % 3 == 0)
        text += "end";
    return text;
}

/// A few lines of `text` taken away, repeated or added.
inline std::string random_change(std::mt19937& random, std::string const& text, bool only_lf = false)
{
    std::string changed = text;
    for (std::size_t count = random() % 5; count > 0; --count) {
        std::size_t begin = changed.empty() ? 0 : random() % changed.size();
        while (begin > 0 && changed[begin - 1] != '\n')
            --begin;
        std::size_t const end = changed.find('\n', begin);
        std::size_t const size = end == std::string::npos ? changed.size() - begin : end + 1 - begin;
        std::string const fresh = random_text(random, 3, 15, only_lf);
        changed.replace(begin, random() % 2 == 0 ? size : 0, fresh);
    }
    return changed;
}

}
