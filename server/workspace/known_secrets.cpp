#include "workspace/known_secrets.h"

#include <algorithm>
#include <cstring>
#include <fmt/core.h>
#include <sodium.h>

namespace countersign::workspace {

namespace {

/// A bit of the filter: the upper 16 bits of a multiplicative hash.
std::size_t bit_of(std::uint64_t window) { return static_cast<std::size_t>((window * 0x9E3779B97F4A7C15ULL) >> 48); }

std::string base64(std::string_view bytes, int variant)
{
    std::string text(sodium_base64_encoded_len(bytes.size(), variant), '\0');
    sodium_bin2base64(text.data(), text.size(), reinterpret_cast<unsigned char const*>(bytes.data()), bytes.size(), variant);
    text.resize(std::strlen(text.c_str()));
    return text;
}

/// What of the base64 of a longer text shows `value` alone, if it stands there `offset` bytes after a multiple of three.
std::string base64_within(std::string_view value, std::size_t offset, int variant)
{
    std::string const whole = base64(std::string(offset, '\0') + std::string(value), variant);
    std::size_t const begin = offset == 0 ? 0 : offset + 1; // digits that share bits with what stands before
    std::size_t const end = (offset + value.size()) * 8 / 6;
    return begin < end ? whole.substr(begin, end - begin) : std::string();
}

std::string hexadecimal(std::string_view value, bool upper)
{
    std::string text;
    for (char const c : value)
        text += upper ? fmt::format("{:02X}", static_cast<unsigned char>(c)) : fmt::format("{:02x}", static_cast<unsigned char>(c));
    return text;
}

std::string percent_encoded(std::string_view value)
{
    std::string text;
    for (char const c : value) {
        bool const unreserved =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '~';
        text += unreserved ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return text;
}

std::string escaped_in_quotes(std::string_view value)
{
    std::string text;
    for (char const c : value) {
        if (c == '"' || c == '\\')
            text += '\\';
        text += c;
    }
    return text;
}

}

std::uint64_t KnownSecrets::window(char const* bytes)
{
    std::uint64_t value = 0;
    std::memcpy(&value, bytes, sizeof value);
    return value;
}

void KnownSecrets::add_form(std::string form, std::string_view type)
{
    if (form.size() < shortest)
        return;
    auto const is_same = [&](Value const& value) { return value.text == form; };
    if (std::any_of(values_.begin(), values_.end(), is_same))
        return;
    std::uint64_t const key = window(form.data());
    longest_ = std::max(longest_, form.size());
    filter_[bit_of(key) / 64] |= 1ULL << (bit_of(key) % 64);
    by_window_.emplace(key, values_.size());
    values_.push_back({ std::move(form), std::string(type) });
}

void KnownSecrets::add(std::string_view value, std::string_view type)
{
    if (value.size() < shortest)
        return;
    add_form(std::string(value), type);
    for (std::size_t offset = 0; offset < 3; ++offset) {
        add_form(base64_within(value, offset, sodium_base64_VARIANT_ORIGINAL), type);
        add_form(base64_within(value, offset, sodium_base64_VARIANT_URLSAFE_NO_PADDING), type);
    }
    add_form(hexadecimal(value, false), type);
    add_form(hexadecimal(value, true), type);
    add_form(percent_encoded(value), type);
    add_form(escaped_in_quotes(value), type);
    add_form(std::string(value.rbegin(), value.rend()), type);
}

KnownSecrets::Value const* KnownSecrets::at(std::string_view text, std::size_t at) const
{
    std::uint64_t const key = window(text.data() + at);
    if ((filter_[bit_of(key) / 64] >> (bit_of(key) % 64) & 1) == 0)
        return nullptr;
    Value const* best = nullptr;
    auto const [first, last] = by_window_.equal_range(key);
    for (auto each = first; each != last; ++each) {
        Value const& value = values_[each->second];
        if (text.substr(at).starts_with(value.text) && (!best || value.text.size() > best->text.size()))
            best = &value;
    }
    return best;
}

}
