// Finds a run of lines within a longer run, in linear time whatever the lines are. For hunks and edits that lost their place.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace countersign::workspace {

/// Lines with their ends, cut at "\n" only, as diff, patch and git do. Views into `text`.
std::vector<std::string_view> cut_lines(std::string_view text);

/// Where `needle` begins in `haystack`, at index `from` or later, at most `limit` places. An empty needle is nowhere.
std::vector<std::size_t> find_runs(
    std::vector<std::string_view> const& haystack, std::vector<std::string_view> const& needle, std::size_t from, std::size_t limit);
std::vector<std::size_t> find_runs(
    std::vector<std::string> const& haystack, std::vector<std::string> const& needle, std::size_t from, std::size_t limit);

}
