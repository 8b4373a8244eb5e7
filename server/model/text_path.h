// The path of a file in what a model wrote before an edit. Pure.
#pragma once

#include <string>
#include <string_view>

namespace countersign::model {

/// "`src/a.cpp`:", "### src/a.cpp", "Makefile:" and "And now in src/b.cpp:" name a file. Nothing if the line names none, or several of
/// which any may be meant.
std::string path_in(std::string_view line);

/// As path_in, for what follows a fence's backticks: "cpp src/a.cpp". A single word without a dot or slash is a language.
std::string path_in_fence_words(std::string_view words);

}
