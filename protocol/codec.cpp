#include "protocol/codec.h"

#include "protocol/read_fields.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace countersign::protocol {

namespace {

/// Integers, and floating-point numbers that are whole: some clients know only one kind of number.
std::optional<std::int64_t> whole_number(Json const& value)
{
    constexpr double exact = 9007199254740992.0; // 2^53
    if (value.is_number_unsigned()) {
        auto const number = value.get<std::uint64_t>();
        return static_cast<std::int64_t>(std::min<std::uint64_t>(number, std::numeric_limits<std::int64_t>::max()));
    }
    if (value.is_number_integer())
        return value.get<std::int64_t>();
    if (value.is_number_float()) {
        double const number = value.get<double>();
        if (std::trunc(number) == number && std::abs(number) <= exact)
            return static_cast<std::int64_t>(number);
    }
    return std::nullopt;
}

}

std::string At::path() const
{
    if (index_)
        return (parent_ ? parent_->path() : std::string()) + "[" + std::to_string(*index_) + "]";
    return parent_ ? parent_->path() + "." + std::string(name_) : std::string(name_);
}

bool Problem::expected(std::string_view what, At const& at)
{
    message_ = at.path() + ": expected " + std::string(what);
    return false;
}

bool Problem::missing(std::string_view field, At const& at)
{
    message_ = at.path() + ": missing " + std::string(field);
    return false;
}

Json const* field(Json const& object, char const* name)
{
    auto const found = object.find(name);
    return found == object.end() || found->is_null() ? nullptr : &*found;
}

bool decode(Json const& value, bool& out, At const& at, Problem& problem)
{
    if (!value.is_boolean())
        return problem.expected("boolean", at);
    out = value.get<bool>();
    return true;
}

bool decode(Json const& value, std::int32_t& out, At const& at, Problem& problem)
{
    auto const number = whole_number(value);
    if (!number || *number < std::numeric_limits<std::int32_t>::min() || *number > std::numeric_limits<std::int32_t>::max())
        return problem.expected("integer", at);
    out = static_cast<std::int32_t>(*number);
    return true;
}

bool decode(Json const& value, std::uint32_t& out, At const& at, Problem& problem)
{
    auto const number = whole_number(value);
    if (!number || *number < 0)
        return problem.expected("uinteger", at);
    out = static_cast<std::uint32_t>(std::min<std::int64_t>(*number, std::numeric_limits<std::int32_t>::max()));
    return true;
}

bool decode(Json const& value, double& out, At const& at, Problem& problem)
{
    if (!value.is_number())
        return problem.expected("number", at);
    out = value.get<double>();
    return true;
}

bool decode(Json const& value, std::string& out, At const& at, Problem& problem)
{
    auto const* const text = value.get_ptr<std::string const*>();
    if (text == nullptr)
        return problem.expected("string", at);
    out = *text;
    return true;
}

bool decode(Json const& value, Json& out, At const&, Problem&)
{
    out = value;
    return true;
}

bool decode(Json const&, std::monostate&, At const&, Problem&) { return true; }

Json encode(bool value) { return value; }
Json encode(std::int32_t value) { return value; }
Json encode(std::uint32_t value) { return value; }
Json encode(double value) { return value; }
Json encode(std::string const& value) { return value; }
Json encode(Json const& value) { return value; }
Json encode(std::monostate) { return {}; }

bool has_constant(Json const& object, char const* name, std::string_view constant)
{
    Json const* const found = field(object, name);
    return found != nullptr && found->is_string() && found->get_ref<std::string const&>() == constant;
}

bool read_constant(Json const& object, char const* name, std::string_view constant, At const& at, Problem& problem)
{
    return has_constant(object, name, constant) || problem.expected("\"" + std::string(constant) + "\"", At(at, name));
}

}
