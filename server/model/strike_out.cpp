#include "model/strike_out.h"

#include "support/text.h"

#include <algorithm>
#include <fmt/core.h>

namespace countersign::model {

namespace {

constexpr std::size_t shortest = 4;

/// Bytes at the begin of `text` that stand for `wanted`, also if the text ends within its escape; 0: something else stands there.
std::size_t size_of_character(std::string_view text, char wanted)
{
    if (text.front() != '\\')
        return text.front() == wanted ? 1 : 0;
    if (text.size() == 1)
        return 1;
    if (text[1] == wanted && (wanted == '/' || wanted == '"' || wanted == '\\'))
        return 2;
    std::string const escape = fmt::format("\\u{:04x}", static_cast<unsigned char>(wanted));
    std::string const written = support::to_lower_ascii(text.substr(0, escape.size()));
    if (escape.starts_with(written))
        return written.size();
    return wanted == '\\' ? 1 : 0;
}

/// Bytes at the begin of `text` that are the secret, or the part of it that the text ends with.
std::size_t size_of_secret(std::string_view text, std::string_view secret)
{
    std::size_t at = 0;
    for (std::size_t known = 0; known < secret.size(); ++known) {
        if (at == text.size())
            return known < shortest ? 0 : at;
        std::size_t const size = size_of_character(text.substr(at), secret[known]);
        if (size == 0)
            return 0;
        at += size;
    }
    return at;
}

}

std::string without_secret(std::string_view text, std::string_view secret)
{
    if (secret.size() < shortest)
        return std::string(text);
    char const begins[] = { secret.front(), '\\' };
    std::string result;
    while (!text.empty()) {
        std::size_t const next = std::min(text.find_first_of(std::string_view(begins, 2)), text.size());
        result += text.substr(0, next);
        text.remove_prefix(next);
        if (text.empty())
            break;
        std::size_t const size = size_of_secret(text, secret);
        result += size > 0 ? std::string_view("[key]") : text.substr(0, 1);
        text.remove_prefix(std::max<std::size_t>(size, 1));
    }
    return result;
}

}
