// Versions such as 1.20.3, compared number by number.
#pragma once

#include <string>
#include <vector>

namespace paragraphs {

/// Negative, zero or positive as `a` is older than, the same as or newer than `b`; missing parts count as 0.
int compare_versions(std::vector<int> const& a, std::vector<int> const& b);

/// Which part of a version changed from `a` to `b`: "major", "minor", "patch" or "none".
std::string change_between(std::vector<int> const& a, std::vector<int> const& b);

}
