#include "ledger/redaction.h"

namespace countersign::ledger {

namespace {

Json redacted_beneath(Json value, std::function<std::string(std::string_view)> const& redact, std::size_t depth)
{
    if (depth == support::json_depth_limit)
        return "nested too deep to be kept";
    if (value.is_string())
        return redact(value.get_ref<std::string const&>());
    if (value.is_array()) {
        for (Json& element : value)
            element = redacted_beneath(std::move(element), redact, depth + 1);
        return value;
    }
    if (!value.is_object())
        return value;
    Json result = Json::object();
    for (auto& [key, element] : value.items())
        result[redact(key)] = redacted_beneath(std::move(element), redact, depth + 1);
    return result;
}

}

Json redacted(Json value, std::function<std::string(std::string_view)> const& redact)
{
    return redacted_beneath(std::move(value), redact, 0);
}

}
