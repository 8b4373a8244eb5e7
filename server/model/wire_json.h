// Reading JSON that a stranger wrote: fields that may be missing, null, or of another type than was agreed. Pure.
#pragma once

#include "model/provider.h"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace countersign::model {

/// The field, or a null that outlives the call.
Json const& field(Json const& object, char const* key);
std::string text_field(Json const& object, char const* key);
/// A whole number that is not negative, or `otherwise`.
std::uint64_t count_field(Json const& object, char const* key, std::uint64_t otherwise = 0);

/// A tool call while its pieces arrive.
struct CallPieces {
    std::string id;
    std::string name;
    std::string arguments; ///< JSON text, as far as it came
};

/// Whether the arguments are a whole JSON object.
bool is_whole(CallPieces const& pieces);
/// The call. Arguments that came empty or as null mean none; what is no whole JSON object becomes the call's problem, and it is never
/// carried out.
ToolCall finished(CallPieces const& pieces);

/// For a request: the arguments as JSON text.
std::string arguments_text(ToolCall const& call);

/// Most blocks, items or calls that a reply may hold.
inline constexpr std::size_t part_limit = 128;

}
