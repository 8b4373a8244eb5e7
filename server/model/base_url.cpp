#include "model/base_url.h"

#include "support/text.h"

#include <algorithm>
#include <charconv>
#include <fmt/core.h>

namespace countersign::model {

namespace {

bool is_loopback(std::string_view host)
{
    if (host == "localhost" || host == "::1")
        return true;
    // "127.evil.example" is a name like any other.
    return host.starts_with("127.") && std::count(host.begin(), host.end(), '.') == 3
        && std::all_of(host.begin(), host.end(), [](char c) { return c == '.' || (c >= '0' && c <= '9'); });
}

bool is_unsafe(char c) { return static_cast<unsigned char>(c) <= ' ' || c == '\x7f' || c == '\\' || c == '"' || c == '<' || c == '>'; }

}

Result<BaseUrl> parse_base_url(std::string_view text)
{
    auto const wrong = [&](std::string_view why) {
        return fail(ErrorCode::invalid_params, fmt::format("the address {} {}", support::escape_for_display(text), why));
    };
    BaseUrl url;
    std::string_view rest = support::trim(text);
    if (rest.starts_with("https://"))
        url.is_https = true;
    else if (!rest.starts_with("http://"))
        return fail(ErrorCode::invalid_params, "an address begins with https:// or http://, as in https://api.example.com/v1");
    rest.remove_prefix(url.is_https ? 8 : 7);
    if (std::any_of(rest.begin(), rest.end(), is_unsafe))
        return wrong("holds a character that an address cannot have");

    std::size_t const slash = rest.find_first_of("/?#");
    std::string_view authority = rest.substr(0, slash);
    std::string_view path = slash == std::string_view::npos ? std::string_view() : rest.substr(slash);
    if (authority.find('@') != std::string_view::npos) // not repeated: it holds a secret
        return fail(
            ErrorCode::invalid_params, "an address cannot hold a user or a password; a key is given by api_key_command or a variable");
    if (path.find_first_of("?#") != std::string_view::npos)
        return wrong("cannot have a query or a fragment");
    while (path.ends_with('/'))
        path.remove_suffix(1);

    std::string_view port;
    if (authority.starts_with('[')) {
        std::size_t const end = authority.find(']');
        if (end == std::string_view::npos)
            return wrong("has a bracket that is not closed");
        url.host = support::to_lower_ascii(authority.substr(1, end - 1));
        port = authority.substr(end + 1);
    } else {
        std::size_t const colon = authority.find(':');
        url.host = support::to_lower_ascii(authority.substr(0, colon));
        port = colon == std::string_view::npos ? std::string_view() : authority.substr(colon);
    }
    if (url.host.empty())
        return wrong("names no host");
    url.port = url.is_https ? 443 : 80;
    if (!port.empty()) {
        auto const read = std::from_chars(port.data() + 1, port.data() + port.size(), url.port);
        if (port.front() != ':' || read.ec != std::errc() || read.ptr != port.data() + port.size() || url.port == 0)
            return wrong("has a port that is none");
    }
    url.is_loopback = is_loopback(url.host);
    url.path = path;
    url.text = fmt::format("{}://{}{}", url.is_https ? "https" : "http", authority, path);
    return url;
}

}
