#include "workspace/line_search.h"

namespace countersign::workspace {

namespace {

/// Knuth, Morris and Pratt's search, over lines.
template<typename Line>
std::vector<std::size_t> find(std::vector<Line> const& haystack, std::vector<Line> const& needle, std::size_t from, std::size_t limit)
{
    std::vector<std::size_t> places;
    if (needle.empty() || haystack.size() < needle.size())
        return places;
    // fallback[i]: length of the longest proper prefix of the needle that ends its first i + 1 lines.
    std::vector<std::size_t> fallback(needle.size(), 0);
    for (std::size_t i = 1, length = 0; i < needle.size(); ++i) {
        while (length > 0 && needle[i] != needle[length])
            length = fallback[length - 1];
        length += needle[i] == needle[length] ? 1 : 0;
        fallback[i] = length;
    }
    std::size_t length = 0;
    for (std::size_t i = from; i < haystack.size() && places.size() < limit; ++i) {
        while (length > 0 && haystack[i] != needle[length])
            length = fallback[length - 1];
        length += haystack[i] == needle[length] ? 1 : 0;
        if (length == needle.size()) {
            places.push_back(i + 1 - length);
            length = fallback[length - 1];
        }
    }
    return places;
}

}

std::vector<std::string_view> cut_lines(std::string_view text)
{
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        std::size_t const end = text.find('\n');
        std::size_t const size = end == std::string_view::npos ? text.size() : end + 1;
        lines.push_back(text.substr(0, size));
        text.remove_prefix(size);
    }
    return lines;
}

std::vector<std::size_t> find_runs(
    std::vector<std::string_view> const& haystack, std::vector<std::string_view> const& needle, std::size_t from, std::size_t limit)
{
    return find(haystack, needle, from, limit);
}

std::vector<std::size_t> find_runs(
    std::vector<std::string> const& haystack, std::vector<std::string> const& needle, std::size_t from, std::size_t limit)
{
    return find(haystack, needle, from, limit);
}

}
