#include "protocol/uri.h"

#include "support/text.h"

#include <fmt/core.h>
#include <optional>

namespace countersign::protocol {

namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::optional<unsigned> hex_digit(char c)
{
    if (is_digit(c))
        return static_cast<unsigned>(c - '0');
    if (c >= 'a' && c <= 'f')
        return static_cast<unsigned>(c - 'a' + 10);
    if (c >= 'A' && c <= 'F')
        return static_cast<unsigned>(c - 'A' + 10);
    return std::nullopt;
}

/// The URI as a person may see it in an error.
std::string shown(std::string_view uri)
{
    constexpr std::size_t most = 200;
    return support::escape_for_display(uri.substr(0, most)) + (uri.size() > most ? "..." : "");
}

/// What comes before the first colon, if that is a scheme.
std::optional<std::string_view> scheme_of(std::string_view uri)
{
    auto const colon = uri.find(':');
    if (colon == std::string_view::npos || colon == 0 || !is_letter(uri[0]))
        return std::nullopt;
    for (char const c : uri.substr(0, colon)) {
        if (!is_letter(c) && !is_digit(c) && c != '+' && c != '-' && c != '.')
            return std::nullopt;
    }
    return uri.substr(0, colon);
}

tl::unexpected<Error> foreign_scheme(std::string_view uri, std::string const& scheme)
{
    if (scheme == "untitled")
        return fail(ErrorCode::denied, fmt::format("{} is not saved yet: save it to a file first", shown(uri)));
    return fail(ErrorCode::denied,
        fmt::format("{} is not a file: only documents with file: URIs can be worked on, not {}:", shown(uri), shown(scheme)));
}

Result<std::string> percent_decode(std::string_view text, std::string_view uri)
{
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (c == '%') {
            auto const high = i + 1 < text.size() ? hex_digit(text[i + 1]) : std::nullopt;
            auto const low = i + 2 < text.size() ? hex_digit(text[i + 2]) : std::nullopt;
            if (!high || !low)
                return fail(ErrorCode::invalid_params, fmt::format("{} has a % that two hexadecimal digits do not follow", shown(uri)));
            c = static_cast<char>(*high * 16 + *low);
            i += 2;
        }
        if (c == '\0')
            return fail(ErrorCode::invalid_params, fmt::format("{} has a NUL in its path", shown(uri)));
        out += c;
    }
    return out;
}

}

Result<std::string> path_from_uri(std::string_view uri)
{
    auto const scheme = scheme_of(uri);
    if (!scheme)
        return fail(ErrorCode::invalid_params, fmt::format("\"{}\" is not a URI: file:///path was expected", shown(uri)));
    if (std::string const lower = support::to_lower_ascii(*scheme); lower != "file")
        return foreign_scheme(uri, lower);
    std::string_view rest = uri.substr(scheme->size() + 1);
    if (rest.starts_with("//")) {
        rest.remove_prefix(2);
        std::string_view const host = rest.substr(0, rest.find_first_of("/?#"));
        rest.remove_prefix(host.size());
        if (!host.empty() && support::to_lower_ascii(host) != "localhost")
            return fail(ErrorCode::denied,
                fmt::format("{} is on the host {}: only files of this machine can be worked on", shown(uri), shown(host)));
    }
    if (rest.find_first_of("?#") != std::string_view::npos)
        return fail(ErrorCode::invalid_params,
            fmt::format("{} has a query or a fragment: a file has none (%3F and %23 are part of a name)", shown(uri)));
    if (!rest.starts_with('/'))
        return fail(ErrorCode::invalid_params, fmt::format("{} has no absolute path", shown(uri)));
    return percent_decode(rest, uri);
}

std::string uri_from_path(std::string_view path)
{
    constexpr char const* digits = "0123456789ABCDEF";
    std::string out = "file://";
    for (char const c : path) {
        if (is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~' || c == '/') {
            out += c;
        } else {
            auto const byte = static_cast<unsigned char>(c);
            out += '%';
            out += digits[byte >> 4U];
            out += digits[byte & 0x0FU];
        }
    }
    return out;
}

bool same_file(std::string_view uri, std::string_view other)
{
    auto const path = path_from_uri(uri);
    auto const other_path = path_from_uri(other);
    return path && other_path && *path == *other_path;
}

}
