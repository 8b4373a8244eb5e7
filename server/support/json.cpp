#include "support/json.h"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

namespace countersign::support {

namespace {

/// True if brackets outside strings nest deeper than the limit. Linear, before the parser sees anything.
bool nests_too_deep(std::string_view text)
{
    std::size_t depth = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char const c = text[i];
        if (in_string) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                in_string = false;
        } else if (c == '"') {
            in_string = true;
        } else if (c == '[' || c == '{') {
            if (++depth > json_depth_limit)
                return true;
        } else if ((c == ']' || c == '}') && depth > 0) {
            --depth;
        }
    }
    return false;
}

/// Remembers where the first error is; nlohmann reports it only through a SAX handler or an exception.
class ErrorPosition final : public nlohmann::json_sax<Json> {
public:
    bool null() override { return true; }
    bool boolean(bool) override { return true; }
    bool number_integer(number_integer_t) override { return true; }
    bool number_unsigned(number_unsigned_t) override { return true; }
    bool number_float(number_float_t, string_t const&) override { return true; }
    bool string(string_t&) override { return true; }
    bool binary(binary_t&) override { return true; }
    bool start_object(std::size_t) override { return true; }
    bool key(string_t&) override { return true; }
    bool end_object() override { return true; }
    bool start_array(std::size_t) override { return true; }
    bool end_array() override { return true; }
    bool parse_error(std::size_t position, std::string const&, nlohmann::detail::exception const&) override
    {
        offset = position == 0 ? 0 : position - 1;
        return false;
    }

    std::size_t offset = 0;
};

}

Result<Json> parse_json(std::string_view text)
{
    if (nests_too_deep(text))
        return fail(ErrorCode::invalid_params, fmt::format("JSON nested deeper than {} levels", json_depth_limit));
    Json value = Json::parse(text, nullptr, false);
    if (!value.is_discarded())
        return value;
    ErrorPosition position;
    Json::sax_parse(text, &position);
    return fail(ErrorCode::invalid_params, fmt::format("not JSON at byte {}", position.offset));
}

bool is_begin_of_json(std::string_view text)
{
    ErrorPosition position;
    return !Json::sax_parse(text, &position) && position.offset == text.size();
}

std::string dump_json(Json const& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string string_or(Json const& object, char const* key, std::string otherwise)
{
    if (!object.is_object())
        return otherwise;
    auto const found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : otherwise;
}

}
