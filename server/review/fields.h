// Reading our own JSON files strictly: every field, its type, and no other. What the stored proposals and checkpoints have in common.
// Internal to review/. Pure.
#pragma once

#include "support/json.h"
#include "workspace/overlay.h"

#include <array>
#include <fmt/core.h>
#include <nlohmann/json.hpp>
#include <unordered_set>

namespace countersign::review {

template<typename Value>
struct Name {
    Value value;
    char const* name;
};

template<typename Names, typename Value>
char const* name_of(Names const& names, Value value)
{
    for (auto const& each : names) {
        if (each.value == value)
            return each.name;
    }
    return "";
}

inline constexpr std::array<Name<workspace::ChangeKind>, 4> kind_names { {
    { workspace::ChangeKind::modify, "modify" },
    { workspace::ChangeKind::create, "create" },
    { workspace::ChangeKind::remove, "remove" },
    { workspace::ChangeKind::move, "move" },
} };
inline constexpr std::array<Name<workspace::Encoding>, 4> encoding_names { {
    { workspace::Encoding::utf8, "utf8" },
    { workspace::Encoding::utf8_bom, "utf8_bom" },
    { workspace::Encoding::utf16_le, "utf16_le" },
    { workspace::Encoding::utf16_be, "utf16_be" },
} };
inline constexpr std::array<Name<workspace::LineEnd>, 3> line_end_names { {
    { workspace::LineEnd::lf, "lf" },
    { workspace::LineEnd::crlf, "crlf" },
    { workspace::LineEnd::cr, "cr" },
} };

/// An object that is read field by field; knows where in the whole it is, for messages.
class Fields {
public:
    static Result<Fields> of(Json const& value, std::string path)
    {
        if (!value.is_object())
            return fail(ErrorCode::invalid_params, fmt::format("{}: expected an object", path.empty() ? "proposal" : path));
        return Fields(value, std::move(path));
    }

    std::string path_of(char const* key) const { return path_.empty() ? key : path_ + "." + key; }

    Error expected(char const* key, std::string_view what) const
    {
        return { ErrorCode::invalid_params, fmt::format("{}: expected {}", path_of(key), what) };
    }

    Result<Json const*> field(char const* key)
    {
        auto const found = value_.find(key);
        if (found == value_.end())
            return fail(ErrorCode::invalid_params, fmt::format("{}: missing", path_of(key)));
        read_.insert(key);
        return &*found;
    }

    Result<std::string> text(char const* key)
    {
        Json const* value = TRY(field(key));
        if (!value->is_string())
            return tl::unexpected(expected(key, "a string"));
        return value->get<std::string>();
    }

    Result<std::size_t> count(char const* key)
    {
        Json const* value = TRY(field(key));
        // A value that was made in memory is signed, one that was read from a file is not.
        bool const negative = value->is_number_integer() && !value->is_number_unsigned() && value->get<std::int64_t>() < 0;
        if (!value->is_number_integer() || negative)
            return tl::unexpected(expected(key, "a whole number"));
        return value->get<std::size_t>();
    }

    Result<bool> boolean(char const* key)
    {
        Json const* value = TRY(field(key));
        if (!value->is_boolean())
            return tl::unexpected(expected(key, "true or false"));
        return value->get<bool>();
    }

    Result<Json const*> array(char const* key)
    {
        Json const* value = TRY(field(key));
        if (!value->is_array())
            return tl::unexpected(expected(key, "an array"));
        return value;
    }

    template<typename Value, std::size_t size>
    Result<Value> one_of(char const* key, std::array<Name<Value>, size> const& names)
    {
        std::string const name = TRY(text(key));
        std::vector<std::string> known;
        for (auto const& each : names) {
            if (name == each.name)
                return each.value;
            known.push_back(each.name);
        }
        return tl::unexpected(expected(key, "one of " + support::join(known, ", ")));
    }

    bool has(char const* key) const { return value_.contains(key); }

    /// Errors: invalid_params naming a field that nobody asked for.
    Result<> all_known() const
    {
        for (auto const& [key, value] : value_.items()) {
            if (read_.count(key) == 0)
                return fail(ErrorCode::invalid_params, fmt::format("{}: unknown", path_of(key.c_str())));
        }
        return {};
    }

private:
    Fields(Json const& value, std::string path) : value_(value), path_(std::move(path)) { }

    Json const& value_;
    std::string path_;
    std::unordered_set<std::string> read_;
};

Json format_to_json(workspace::TextFormat const& format);
Result<workspace::TextFormat> format_from_json(Json const& value, std::string path);

/// A path that stays beneath the folder whatever is joined to it. The jail checks again when it is used.
bool is_relative_inside(std::string_view path);

}
