// A C++ text of any size that looks like code: what the benchmarks work on.
#pragma once

#include <cstddef>
#include <string>

namespace countersign::bench {

/// About `lines` lines, in functions of ten with names of their own.
std::string generated_source(std::size_t lines);

}
