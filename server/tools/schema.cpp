#include "tools/schema.h"

#include "support/text.h"

#include <cmath>
#include <fmt/core.h>
#include <nlohmann/json.hpp>

namespace countersign::tools {

namespace {

/// What people call the value, short enough for an error.
std::string describe(Json const& value)
{
    std::string text = support::dump_json(value);
    if (value.is_object() || value.is_array() || text.size() > 40)
        text.clear();
    if (value.is_null())
        return "null";
    if (value.is_string())
        return text.empty() ? "a string" : fmt::format("the string {}", text);
    if (value.is_number())
        return fmt::format("the number {}", text);
    if (value.is_boolean())
        return text;
    return value.is_object() ? "an object" : "an array";
}

/// As JSON Schema has it, 3.0 is an integer too. Larger ones than a double can count are none of ours.
bool is_integer(Json const& value)
{
    if (value.is_number_integer())
        return true;
    if (!value.is_number_float())
        return false;
    double const number = value.get<double>();
    return std::abs(number) < 9007199254740992.0 && number == std::floor(number);
}

bool has_type(Json const& value, std::string_view type)
{
    if (type == "object")
        return value.is_object();
    if (type == "array")
        return value.is_array();
    if (type == "string")
        return value.is_string();
    if (type == "boolean")
        return value.is_boolean();
    return type == "integer" && is_integer(value);
}

std::string with_article(std::string_view type)
{
    bool const vowel = !type.empty() && std::string_view("aeiou").find(type.front()) != std::string_view::npos;
    return fmt::format("{} {}", vowel ? "an" : "a", type);
}

std::string field_path(std::string const& path, std::string_view field)
{
    return path.empty() ? std::string(field) : fmt::format("{}.{}", path, field);
}

Result<> check_object(Json const& schema, Json const& value, std::string const& path)
{
    static Json const nothing = Json::object();
    Json const& properties = schema.contains("properties") ? schema.at("properties") : nothing;
    std::vector<std::string> names;
    for (auto const& property : properties.items())
        names.push_back(property.key());

    bool const closed = schema.contains("additionalProperties") && schema.at("additionalProperties") == false;
    for (auto const& field : value.items()) {
        auto const known = properties.find(field.key());
        if (known != properties.end()) {
            TRY(check_schema(*known, field.value(), field_path(path, field.key())));
        } else if (closed) {
            std::string const shown = support::escape_for_display(std::string_view(field.key()).substr(0, 60));
            return fail(ErrorCode::invalid_params,
                names.empty() ? fmt::format("{}: no such field; there are none", field_path(path, shown))
                              : fmt::format("{}: no such field; there are {}", field_path(path, shown), support::join(names, ", ")));
        }
    }
    if (schema.contains("required")) {
        for (auto const& name : schema.at("required")) {
            if (!value.contains(name.get<std::string>()))
                return fail(ErrorCode::invalid_params, fmt::format("{}: is missing", field_path(path, name.get<std::string>())));
        }
    }
    return {};
}

}

Result<> check_schema(Json const& schema, Json const& value, std::string const& path)
{
    std::string const type = support::string_or(schema, "type");
    std::string const place = path.empty() ? "the arguments" : path;
    if (!type.empty() && !has_type(value, type))
        return fail(ErrorCode::invalid_params, fmt::format("{}: expected {}, got {}", place, with_article(type), describe(value)));
    if (type == "object")
        return check_object(schema, value, path);
    if (type == "array" && schema.contains("items")) {
        for (std::size_t i = 0; i < value.size(); ++i)
            TRY(check_schema(schema.at("items"), value[i], fmt::format("{}[{}]", path, i)));
    }
    if (type == "integer" && schema.contains("minimum") && value < schema.at("minimum"))
        return fail(ErrorCode::invalid_params,
            fmt::format("{}: must be at least {}, got {}", place, support::dump_json(schema.at("minimum")), support::dump_json(value)));
    if (type == "string" && schema.contains("minLength")
        && value.get_ref<std::string const&>().size() < schema.at("minLength").get<std::size_t>())
        return fail(ErrorCode::invalid_params, fmt::format("{}: must not be empty", place));
    return {};
}

}
