// JSON at the edges: parsing that cannot throw or overflow the stack, and printing that cannot fail.
#pragma once

#include "support/result.h"

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace countersign::support {

using Json = nlohmann::json;

/// Deepest nesting that is accepted. nlohmann parses far more, but its dump() and destructor recurse.
inline constexpr std::size_t json_depth_limit = 128;

/// Errors: invalid_params with the byte offset (0-based) where the text stops being JSON, or too deep.
Result<Json> parse_json(std::string_view text);

/// Whether it is no JSON only because it ends too early.
bool is_begin_of_json(std::string_view text);

/// Compact JSON; invalid UTF-8 becomes U+FFFD.
std::string dump_json(Json const& value);

/// The string at `key` of an object, or `otherwise`.
std::string string_or(Json const& object, char const* key, std::string otherwise = {});

}

namespace countersign {
using support::Json;
}
