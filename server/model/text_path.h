// The path of a file in what a model wrote before an edit. Pure.
#pragma once

#include <string>
#include <string_view>

namespace countersign::model {

/// "`src/a.cpp`:", "### src/a.cpp", "**src/a.cpp**" -> src/a.cpp; nothing if the line is no path.
std::string path_in(std::string_view line);

}
