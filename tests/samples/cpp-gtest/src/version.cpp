#include "version.h"

#include <algorithm>
#include <cstddef>

namespace paragraphs {

int compare_versions(std::vector<int> const& a, std::vector<int> const& b)
{
    std::size_t const count = std::max(a.size(), b.size());
    for (std::size_t i = 0; i < count; ++i) {
        int const left = i < a.size() ? a[i] : 0;
        int const right = i < b.size() ? b[i] : 0;
        if (left != right) {
            if (left < right) {
                return -1;
            } else {
                return 1;
            }
        }
    }
    return 0;
}

std::string change_between(std::vector<int> const& a, std::vector<int> const& b)
{
    static char const* const names[] = { "major", "minor", "patch" };
    for (std::size_t i = 0; i < 3; ++i) {
        int const left = i < a.size() ? a[i] : 0;
        int const right = i < b.size() ? b[i] : 0;
        if (left == right) {
            continue;
        } else {
            return names[i];
        }
    }
    return "none";
}

}
