// How JSON becomes the typed values of lsp.h and back: the parts that are the same for every type.
//
// The generator writes an overload of decode(), encode() and fits() for each structure and enumeration of
// lsp.json; here are the base types, containers and unions. Rules, where JSON has more states than C++:
// - a missing or null value of an optional field is an empty std::optional; `T | null` is a std::optional too,
//   written as null when empty, where an empty optional field is left out;
// - unknown fields are ignored: clients are newer than we are;
// - an alternative of a union is chosen by its shape (fits: required fields, literals), the most specific first,
//   and must then decode: a change event with a broken range is an error, not a change of the whole text;
// - a field that lsp.json marks `lenient` decodes to its type's empty value when missing or ill-typed;
// - a `uinteger` above 2^31-1 is cut to 2^31-1: editors write "the end of the line" so, and it is past every line.
#pragma once

#include "support/json.h"
#include "support/result.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace countersign::protocol {

/// Where a value stands in a message; a chain on the stack that is printed only for an error.
class At {
public:
    explicit At(std::string_view root) : name_(root) { }
    At(At const& parent, std::string_view name) : parent_(&parent), name_(name) { }
    At(At const& parent, std::size_t index) : parent_(&parent), index_(index) { }
    At(At const&) = delete;
    At& operator=(At const&) = delete;

    /// `params.edits[3].range`
    std::string path() const;

private:
    At const* parent_ = nullptr;
    std::string_view name_;
    std::optional<std::size_t> index_;
};

/// The first error of a decoding: `params.range.start.line: expected uinteger`.
class Problem {
public:
    /// Always false, so that a decoder can `return problem.expected("string", at)`.
    bool expected(std::string_view what, At const& at);
    bool missing(std::string_view field, At const& at);
    std::string const& message() const { return message_; }

private:
    std::string message_;
};

/// The field `name` of an object, or nullptr if it is missing or null. `object` must be an object.
Json const* field(Json const& object, char const* name);

bool decode(Json const& value, bool& out, At const& at, Problem& problem);
bool decode(Json const& value, std::int32_t& out, At const& at, Problem& problem);
bool decode(Json const& value, std::uint32_t& out, At const& at, Problem& problem);
bool decode(Json const& value, double& out, At const& at, Problem& problem);
bool decode(Json const& value, std::string& out, At const& at, Problem& problem);
bool decode(Json const& value, Json& out, At const& at, Problem& problem);
/// A result that is always null: what a client writes there instead does not matter.
bool decode(Json const& value, std::monostate& out, At const& at, Problem& problem);

Json encode(bool value);
Json encode(std::int32_t value);
Json encode(std::uint32_t value);
Json encode(double value);
Json encode(std::string const& value);
Json encode(Json const& value);
Json encode(std::monostate);

inline bool fits(Json const& value, std::type_identity<bool>) { return value.is_boolean(); }
inline bool fits(Json const& value, std::type_identity<std::int32_t>) { return value.is_number(); }
inline bool fits(Json const& value, std::type_identity<std::uint32_t>) { return value.is_number(); }
inline bool fits(Json const& value, std::type_identity<double>) { return value.is_number(); }
inline bool fits(Json const& value, std::type_identity<std::string>) { return value.is_string(); }
inline bool fits(Json const&, std::type_identity<Json>) { return true; }

// Declared before any is defined, so that they find each other.
template<typename T>
bool decode(Json const& value, std::optional<T>& out, At const& at, Problem& problem);
template<typename T>
bool decode(Json const& value, std::vector<T>& out, At const& at, Problem& problem);
template<typename T>
bool decode(Json const& value, std::map<std::string, T>& out, At const& at, Problem& problem);
template<typename... T>
bool decode(Json const& value, std::variant<T...>& out, At const& at, Problem& problem);
template<typename T>
Json encode(std::optional<T> const& value);
template<typename T>
Json encode(std::vector<T> const& values);
template<typename T>
Json encode(std::map<std::string, T> const& values);
template<typename... T>
Json encode(std::variant<T...> const& value);
template<typename T>
bool fits(Json const& value, std::type_identity<std::vector<T>>)
{
    return value.is_array();
}

template<typename T>
bool decode(Json const& value, std::optional<T>& out, At const& at, Problem& problem)
{
    if (value.is_null()) {
        out.reset();
        return true;
    }
    return decode(value, out.emplace(), at, problem);
}

template<typename T>
bool decode(Json const& value, std::vector<T>& out, At const& at, Problem& problem)
{
    if (!value.is_array())
        return problem.expected("array", at);
    out.clear();
    out.reserve(value.size());
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (!decode(value[i], out.emplace_back(), At(at, i), problem))
            return false;
    }
    return true;
}

template<typename T>
bool decode(Json const& value, std::map<std::string, T>& out, At const& at, Problem& problem)
{
    if (!value.is_object())
        return problem.expected("object", at);
    out.clear();
    for (auto entry = value.begin(); entry != value.end(); ++entry) {
        if (!decode(entry.value(), out[entry.key()], At(at, entry.key()), problem))
            return false;
    }
    return true;
}

template<typename... T>
bool decode(Json const& value, std::variant<T...>& out, At const& at, Problem& problem)
{
    bool done = false;
    bool good = false;
    auto const attempt = [&](auto alternative) {
        using Alternative = typename decltype(alternative)::type;
        if (done || !fits(value, alternative))
            return;
        done = true;
        good = decode(value, out.template emplace<Alternative>(), at, problem);
    };
    (attempt(std::type_identity<T> {}), ...);
    return done ? good : problem.expected("one of the alternatives of this union", at);
}

template<typename T>
Json encode(std::optional<T> const& value)
{
    return value ? encode(*value) : Json();
}

template<typename T>
Json encode(std::vector<T> const& values)
{
    Json out = Json::array();
    for (auto const& value : values)
        out.push_back(encode(value));
    return out;
}

template<typename T>
Json encode(std::map<std::string, T> const& values)
{
    Json out = Json::object();
    for (auto const& [key, value] : values)
        out[key] = encode(value);
    return out;
}

template<typename... T>
Json encode(std::variant<T...> const& value)
{
    return std::visit([](auto const& alternative) { return encode(alternative); }, value);
}

/// The value of type T, or invalid_params with the path below `root` of what is wrong.
template<typename T>
Result<T> decode(Json const& value, std::string_view root)
{
    T out {};
    Problem problem;
    if (!decode(value, out, At(root), problem))
        return fail(ErrorCode::invalid_params, problem.message());
    return out;
}

}
