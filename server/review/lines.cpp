#include "review/lines.h"

#include <algorithm>

namespace countersign::review {

Lines::Lines(std::string_view text) : text_(text)
{
    starts_.push_back(0);
    for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n', end + 1))
        starts_.push_back(end + 1);
    if (starts_.back() != text.size())
        starts_.push_back(text.size());
}

std::vector<std::string_view> Lines::all() const
{
    std::vector<std::string_view> lines;
    lines.reserve(count());
    for (std::size_t i = 0; i < count(); ++i)
        lines.push_back(line(i));
    return lines;
}

std::size_t count_lines(std::string_view text)
{
    auto const ends = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    return text.empty() || text.back() == '\n' ? ends : ends + 1;
}

std::string replace_lines(Lines const& lines, std::vector<LinesReplaced> const& replaced)
{
    std::string text;
    text.reserve(lines.text().size());
    std::size_t position = 0;
    for (LinesReplaced const& each : replaced) {
        text += lines.range(position, each.begin);
        text += each.text;
        position = each.end;
    }
    text += lines.range(position, lines.count());
    return text;
}

std::size_t first_difference(std::string_view left, std::string_view right)
{
    auto const differing = std::mismatch(left.begin(), left.end(), right.begin(), right.end()).first;
    return 1 + static_cast<std::size_t>(std::count(left.begin(), differing, '\n'));
}

std::string_view without_end(std::string_view line)
{
    if (!line.empty() && line.back() == '\n')
        line.remove_suffix(1);
    if (!line.empty() && line.back() == '\r')
        line.remove_suffix(1);
    return line;
}

}
