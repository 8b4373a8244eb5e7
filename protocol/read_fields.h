// The vocabulary of the generated decoders: one call a field. Included by lsp.cpp only.
#pragma once

#include "protocol/codec.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace countersign::protocol {

template<typename T>
bool read_required(Json const& object, char const* name, T& out, At const& at, Problem& problem)
{
    auto const found = object.find(name);
    if (found == object.end())
        return problem.missing(name, at);
    return decode(*found, out, At(at, name), problem);
}

template<typename T>
bool read_optional(Json const& object, char const* name, std::optional<T>& out, At const& at, Problem& problem)
{
    out.reset();
    Json const* const found = field(object, name);
    return found == nullptr || decode(*found, out.emplace(), At(at, name), problem);
}

/// For fields that real clients leave out, set to null or fill with something else.
template<typename T>
bool read_lenient(Json const& object, char const* name, T& out, At const& at, Problem&)
{
    Json const* const found = field(object, name);
    Problem ignored;
    if (found == nullptr || !decode(*found, out, At(at, name), ignored))
        out = T {};
    return true;
}

bool has_constant(Json const& object, char const* name, std::string_view constant);
bool read_constant(Json const& object, char const* name, std::string_view constant, At const& at, Problem& problem);

inline bool has_any(Json const& object, char const* name) { return field(object, name) != nullptr; }

template<typename T>
bool has(Json const& object, char const* name)
{
    Json const* const found = field(object, name);
    return found != nullptr && fits(*found, std::type_identity<T> {});
}

template<typename Enum, typename Value>
struct EnumEntry {
    Enum enumerator;
    Value value;
};

template<typename Enum, std::size_t size>
bool read_enum(
    Json const& json, EnumEntry<Enum, std::string_view> const (&entries)[size], Enum& out, char const* name, At const& at, Problem& problem)
{
    auto const* const text = json.get_ptr<std::string const*>();
    for (auto const& entry : entries) {
        if (text != nullptr && entry.value == *text) {
            out = entry.enumerator;
            return true;
        }
    }
    return problem.expected(name, at);
}

template<typename Enum, std::size_t size>
bool read_enum(
    Json const& json, EnumEntry<Enum, std::int32_t> const (&entries)[size], Enum& out, char const* name, At const& at, Problem& problem)
{
    std::int32_t number = 0;
    Problem ignored;
    bool const is_number = decode(json, number, at, ignored);
    for (auto const& entry : entries) {
        if (is_number && entry.value == number) {
            out = entry.enumerator;
            return true;
        }
    }
    return problem.expected(name, at);
}

template<typename Enum, typename Value, std::size_t size>
Json write_enum(EnumEntry<Enum, Value> const (&entries)[size], Enum value)
{
    for (auto const& entry : entries) {
        if (entry.enumerator == value)
            return entry.value;
    }
    return entries[0].value;
}

}
