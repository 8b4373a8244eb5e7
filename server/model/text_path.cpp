#include "model/text_path.h"

namespace countersign::model {

std::string path_in(std::string_view line)
{
    constexpr std::string_view decoration = "`*#: \t\"'";
    std::size_t const begin = line.find_first_not_of(decoration);
    if (begin == std::string_view::npos)
        return {};
    std::string_view const path = line.substr(begin, line.find_last_not_of(decoration) + 1 - begin);
    bool const is_path = path.find_first_of(" \t") == std::string_view::npos && path.find_first_of("./") != std::string_view::npos;
    return is_path ? std::string(path) : std::string();
}

}
