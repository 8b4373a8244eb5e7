#include "workspace/similar_lines.h"

#include "support/text.h"

#include <algorithm>
#include <bitset>
#include <cstddef>
#include <fmt/core.h>
#include <optional>
#include <unordered_map>
#include <vector>

namespace countersign::workspace {

namespace {

constexpr std::size_t lines_shown = 12;
constexpr std::size_t lines_wanted = 200;      ///< of the wanted text, that are looked for
constexpr std::size_t lines_compared = 50'000; ///< of the file, letter by letter
constexpr std::size_t bytes_compared = 200;    ///< of a line
constexpr double least_likeness = 0.5;

using Lines = std::vector<std::string_view>;

/// Which pairs of neighbouring letters a line has, hashed; a short stand-in for its spelling.
using Pairs = std::bitset<1024>;

Pairs pairs_of(std::string_view line)
{
    line = support::trim(line).substr(0, bytes_compared);
    Pairs pairs;
    for (std::size_t i = 0; i + 1 < line.size(); ++i)
        pairs.set((static_cast<unsigned char>(line[i]) * 31u + static_cast<unsigned char>(line[i + 1])) % pairs.size());
    return pairs;
}

/// Dice's coefficient: 1 for the same pairs, 0 for none in common.
double likeness(Pairs const& a, Pairs const& b)
{
    std::size_t const both = a.count() + b.count();
    return both == 0 ? 0 : 2.0 * static_cast<double>((a & b).count()) / static_cast<double>(both);
}

/// Where the wanted lines would begin so that most of them, indentation aside, are there. At least one is.
std::optional<std::size_t> best_by_whole_lines(Lines const& lines, Lines const& wanted)
{
    std::unordered_map<std::string_view, std::vector<std::size_t>> places;
    for (std::size_t i = 0; i < std::min(wanted.size(), lines_wanted); ++i) {
        // "}" and the like are everywhere and tell nothing.
        std::string_view const line = support::trim(wanted[i]);
        auto& known = places[line];
        if (line.size() >= 4 && known.size() < 4)
            known.push_back(i);
    }
    std::unordered_map<std::size_t, std::size_t> votes; ///< by the line that the wanted text would begin at, plus lines_wanted
    for (std::size_t i = 0; i < lines.size(); ++i) {
        auto const found = places.find(support::trim(lines[i]));
        if (found == places.end())
            continue;
        for (std::size_t at : found->second)
            ++votes[i + lines_wanted - at];
    }
    std::optional<std::size_t> best;
    std::size_t most = 0;
    for (auto const& [begin, count] : votes) {
        std::size_t const line = begin - std::min(begin, lines_wanted);
        if (count > most || (count == most && line < *best)) {
            most = count;
            best = line;
        }
    }
    return best;
}

/// The line that is most like the longest wanted one, less its offset in the wanted text.
std::optional<std::size_t> best_by_letters(Lines const& lines, Lines const& wanted)
{
    auto const longest =
        std::max_element(wanted.begin(), wanted.begin() + static_cast<std::ptrdiff_t>(std::min(wanted.size(), lines_wanted)),
            [](std::string_view a, std::string_view b) { return support::trim(a).size() < support::trim(b).size(); });
    if (longest == wanted.end())
        return std::nullopt;
    Pairs const pairs = pairs_of(*longest);
    std::optional<std::size_t> best;
    double most = least_likeness;
    for (std::size_t i = 0; i < std::min(lines.size(), lines_compared); ++i) {
        double const like = likeness(pairs, pairs_of(lines[i]));
        if (like > most) {
            most = like;
            best = i;
        }
    }
    if (best)
        *best -= std::min(*best, static_cast<std::size_t>(longest - wanted.begin()));
    return best;
}

std::string_view cut(std::string_view line)
{
    std::string_view shown = line.substr(0, bytes_compared);
    while (shown.size() < line.size() && !shown.empty() && (static_cast<unsigned char>(line[shown.size()]) & 0xC0) == 0x80)
        shown.remove_suffix(1);
    return shown;
}

}

std::string show_similar_lines(std::string_view text, std::string_view wanted)
{
    Lines const lines = support::split_lines(text);
    Lines const wanted_lines = support::split_lines(wanted);
    auto begin = best_by_whole_lines(lines, wanted_lines);
    if (!begin)
        begin = best_by_letters(lines, wanted_lines);
    if (!begin)
        return {};
    std::size_t const count = std::clamp<std::size_t>(wanted_lines.size(), 1, lines_shown);
    std::string shown;
    for (std::size_t i = *begin; i < std::min(*begin + count, lines.size()); ++i)
        shown += fmt::format("{:5} | {}\n", i + 1, cut(lines[i]));
    return shown;
}

}
