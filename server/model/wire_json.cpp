#include "model/wire_json.h"

#include "support/json.h"
#include "support/text.h"

#include <fmt/core.h>

namespace countersign::model {

namespace {

/// What is more was not counted.
constexpr std::uint64_t largest_count = 1'000'000'000'000;

}

Json const& field(Json const& object, char const* key)
{
    static Json const none;
    if (!object.is_object())
        return none;
    auto const found = object.find(key);
    return found == object.end() ? none : *found;
}

std::string text_field(Json const& object, char const* key) { return support::string_or(object, key); }

std::uint64_t count_field(Json const& object, char const* key, std::uint64_t otherwise)
{
    Json const& value = field(object, key);
    return value.is_number_unsigned() && value.get<std::uint64_t>() <= largest_count ? value.get<std::uint64_t>() : otherwise;
}

bool is_whole(CallPieces const& pieces)
{
    auto const value = support::parse_json(pieces.arguments);
    return value && value->is_object();
}

ToolCall finished(CallPieces const& pieces)
{
    ToolCall call { pieces.id, pieces.name, Json::object() };
    if (call.name.empty())
        call.problem = "the call names no tool";
    std::string_view const text = support::trim(pieces.arguments);
    if (text.empty() || text == "null")
        return call;
    auto value = support::parse_json(text);
    if (value && value->is_object())
        call.arguments = std::move(*value);
    else
        call.problem = fmt::format("the arguments are not a whole JSON object{}; call again with complete arguments",
            value ? "" : fmt::format(" ({})", value.error().message));
    return call;
}

std::string arguments_text(ToolCall const& call) { return support::dump_json(call.arguments); }

}
