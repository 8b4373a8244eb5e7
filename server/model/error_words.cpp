#include "model/error_words.h"

#include "model/wire_json.h"

#include <fmt/core.h>

namespace countersign::model {

namespace {

ErrorWords words_of_object(Json const& object)
{
    ErrorWords words;
    auto const word = [&](char const* key) {
        Json const& value = field(object, key);
        if (value.is_number_integer())
            words.status = value.get<int>();
        return value.is_string() ? value.get<std::string>() : std::string();
    };
    words.code = word("code");
    words.type = word("type");
    if (words.type == "error")
        words.type.clear();
    if (std::string const status = word("status"); words.code.empty())
        words.code = status;
    words.message = word("message");
    return words;
}

/// One complaint of FastAPI: {"loc":["body","messages",0],"msg":"Field required"} -> "body.messages.0: Field required".
std::string complaint(Json const& value)
{
    std::string place;
    if (Json const& path = field(value, "loc"); path.is_array()) {
        for (Json const& step : path)
            place += fmt::format("{}{}", place.empty() ? "" : ".", step.is_string() ? step.get<std::string>() : support::dump_json(step));
    }
    return fmt::format("{}{}{}", place, place.empty() ? "" : ": ", text_field(value, "msg"));
}

std::string words_of_detail(Json const& detail)
{
    if (detail.is_string())
        return detail.get<std::string>();
    if (detail.is_object())
        return words_of_object(detail).message;
    std::string words;
    for (Json const& each : detail) {
        if (!text_field(each, "msg").empty())
            words += fmt::format("{}{}", words.empty() ? "" : "; ", complaint(each));
    }
    return words;
}

}

ErrorWords words_of(Json const& given)
{
    Json const& value = given.is_array() && !given.empty() ? given.front() : given;
    Json const& error = field(value, "error");
    ErrorWords words;
    if (error.is_string())
        words.message = error.get<std::string>();
    else
        words = words_of_object(error.is_object() ? error : value);
    if (words.message.empty())
        words.message = words_of_detail(field(value, "detail"));
    return words;
}

}
