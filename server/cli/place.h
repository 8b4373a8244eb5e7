// FILE[:LINE[:COL][-LINE[:COL]]], as editors, compilers and grep write a place.
#pragma once

#include "support/result.h"
#include "support/text.h"

#include <optional>
#include <string>
#include <string_view>

namespace countersign::cli {

/// 1-based; columns count bytes.
struct PlacePoint {
    std::size_t line = 0;
    std::optional<std::size_t> column;
};

struct Place {
    std::string file;
    std::optional<PlacePoint> begin;
    std::optional<PlacePoint> end;
};

/// Errors: invalid_params (no file, a number that is none).
Result<Place> parse_place(std::string_view text);

/// The bytes that a place means: all of a file, a cursor at the line's first word, or a range whose last line is included.
/// Errors: invalid_params, if the file has no such line.
Result<ByteRange> to_selection(Place const& place, std::string_view text);

}
