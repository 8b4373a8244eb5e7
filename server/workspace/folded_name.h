// Names as a disk that ignores case would compare them, and lists of name patterns matched against them: what credentials and the
// write guard have in common. Pure; any thread.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace countersign::workspace {

/// `path` in lower case, without the characters that HFS+ leaves out of comparisons, and with those that some disk takes for ASCII
/// letters (long s, kelvin sign, dotless i, ligatures, sharp s) made these letters.
std::string fold_name(std::string_view path);

/// A folded `name` without what NTFS drops: dots and spaces at its end, and a stream after ':'.
std::string_view without_ntfs_tail(std::string_view name);

/// Whether `name` is `pattern`, in which one '*' stands for any run of characters.
bool fits_pattern(std::string_view name, std::string_view pattern);

/// Whether `path` is `folder` or ends with it as whole components. An empty folder fits every path.
bool ends_in_folder(std::string_view path, std::string_view folder);

/// Calls `visit(component, path of the folder it is in)` for each component until it returns true; whether one did.
template<typename Visit>
bool any_component(std::string_view path, Visit visit)
{
    std::size_t begin = 0;
    while (begin < path.size()) {
        std::size_t const end = std::min(path.find('/', begin), path.size());
        if (visit(path.substr(begin, end - begin), path.substr(0, begin == 0 ? 0 : begin - 1)))
            return true;
        begin = end + 1;
    }
    return false;
}

}
