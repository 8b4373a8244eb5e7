#include "workspace/diff_slide.h"

#include "support/text.h"

#include <algorithm>
#include <cstddef>

namespace countersign::workspace {

namespace {

using Lines = std::vector<std::string_view>;

/// Blocks are not moved farther than this, so that a long run of equal lines costs little.
constexpr std::size_t farthest = 100;

bool is_blank(Lines const& lines, std::size_t at) { return support::trim(lines[at]).empty(); }

/// How bad it is to cut `lines` before line `at`: by what the next written line is indented, less if a blank line is above.
std::size_t cost_of_cut(Lines const& lines, std::size_t at)
{
    constexpr std::size_t farthest_blank = 20;
    std::size_t next = at;
    while (next < lines.size() && next < at + farthest_blank && is_blank(lines, next))
        ++next;
    if (at == 0 || next == lines.size())
        return 0;
    std::size_t const indent = std::min(lines[next].find_first_not_of(" \t"), lines[next].size());
    bool const after_blank = is_blank(lines, at - 1);
    bool const brace = indent < lines[next].size() && std::string_view("{})]").find(lines[next][indent]) != std::string_view::npos;
    // A cut right before a blank line leaves that line to the wrong side; one before a brace takes the brace from its block.
    return 8 * indent + (after_blank ? 0 : 1) + (next > at ? 2 : 0) + (brace ? 4 : 0);
}

/// The block [begin, end) of `lines` and how far it may go either way.
struct Slide {
    Lines const& lines;
    std::size_t begin, end;

    std::size_t room_up(std::size_t most) const
    {
        std::size_t up = 0;
        while (up < most && lines[begin - up - 1] == lines[end - up - 1])
            ++up;
        return up;
    }
    std::size_t room_down(std::size_t most) const
    {
        std::size_t down = 0;
        while (down < most && lines[begin + down] == lines[end + down])
            ++down;
        return down;
    }
    /// Lines that it is best moved down by; negative is up. The lowest of equals, as git has it.
    std::ptrdiff_t best(std::size_t most_up, std::size_t most_down) const
    {
        auto const up = static_cast<std::ptrdiff_t>(room_up(std::min(most_up, farthest)));
        auto const down = static_cast<std::ptrdiff_t>(room_down(std::min(most_down, farthest)));
        std::ptrdiff_t chosen = 0;
        std::size_t least = static_cast<std::size_t>(-1);
        for (std::ptrdiff_t by = -up; by <= down; ++by) {
            auto const moved = [by](std::size_t at) { return static_cast<std::size_t>(static_cast<std::ptrdiff_t>(at) + by); };
            std::size_t const cost = cost_of_cut(lines, moved(begin)) + cost_of_cut(lines, moved(end));
            if (cost <= least) {
                least = cost;
                chosen = by;
            }
        }
        return chosen;
    }
};

}

void slide_to_borders(Lines const& old_lines, Lines const& new_lines, std::vector<LineChange>& changes)
{
    for (std::size_t i = 0; i < changes.size(); ++i) {
        LineChange& change = changes[i];
        bool const inserted = change.old_begin == change.old_end;
        if (!inserted && change.new_begin != change.new_end)
            continue;
        // At least one common line stays between neighbours.
        std::size_t const up_to = i == 0 ? 0 : changes[i - 1].old_end + 1;
        std::size_t const down_to = i + 1 == changes.size() ? old_lines.size() : changes[i + 1].old_begin - 1;
        std::size_t const most_up = change.old_begin - std::min(up_to, change.old_begin);
        std::size_t const most_down = std::max(down_to, change.old_end) - change.old_end;
        Slide const slide =
            inserted ? Slide { new_lines, change.new_begin, change.new_end } : Slide { old_lines, change.old_begin, change.old_end };
        std::ptrdiff_t const by = slide.best(most_up, most_down);
        for (std::size_t* border : { &change.old_begin, &change.old_end, &change.new_begin, &change.new_end })
            *border = static_cast<std::size_t>(static_cast<std::ptrdiff_t>(*border) + by);
    }
}

}
