#include "sandbox/egress.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <netinet/in.h>

namespace countersign::sandbox {

namespace {

tl::unexpected<Error> denied(std::string_view why) { return fail(ErrorCode::denied, std::string(why)); }

bool is_name_character(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_'; }

std::string lowered(std::string_view text)
{
    std::string result(text);
    std::transform(
        result.begin(), result.end(), result.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return result;
}

/// inet_aton reads "1", "0x7f.1" and "017700000001" as addresses, and a resolver with it: a last label that begins like a number is one.
bool looks_like_a_number(std::string_view name)
{
    std::string_view const last = name.substr(name.rfind('.') + 1);
    return last.empty() || (last.front() >= '0' && last.front() <= '9');
}

/// A registrable form of a name: labels of letters, digits and '-'. What is no ASCII is refused: which name it would be, libraries
/// disagree.
Result<std::string> checked_name(std::string_view text)
{
    std::string name = lowered(text);
    if (name.ends_with('.'))
        name.pop_back();
    constexpr std::size_t longest_name = 253, longest_label = 63;
    if (name.empty() || name.size() > longest_name || !std::all_of(name.begin(), name.end(), is_name_character))
        return denied("it is no plain name of a host; write names of other scripts in their ASCII form (xn--)");
    for (std::size_t begin = 0; begin <= name.size();) {
        std::size_t const end = std::min(name.find('.', begin), name.size());
        if (end == begin || end - begin > longest_label || name[begin] == '-' || name[end - 1] == '-')
            return denied("it is no plain name of a host");
        begin = end + 1;
    }
    if (looks_like_a_number(name))
        return denied("it is an address; only names are allowed");
    return name;
}

bool is_beneath(std::string_view host, std::string_view domain)
{
    return host.size() > domain.size() + 1 && host.ends_with(domain) && host[host.size() - domain.size() - 1] == '.';
}

std::uint32_t number_of(std::uint8_t const* bytes)
{
    return static_cast<std::uint32_t>(bytes[0]) << 24 | static_cast<std::uint32_t>(bytes[1]) << 16
        | static_cast<std::uint32_t>(bytes[2]) << 8 | bytes[3];
}

struct Block {
    std::uint32_t network;
    int bits;
};

/// IANA's special-purpose addresses, and multicast.
constexpr std::array special = std::to_array<Block>({ { 0x00000000, 8 }, { 0x0A000000, 8 }, { 0x64400000, 10 }, { 0x7F000000, 8 },
    { 0xA9FE0000, 16 }, { 0xAC100000, 12 }, { 0xC0000000, 24 }, { 0xC0000200, 24 }, { 0xC0586300, 24 }, { 0xC0A80000, 16 },
    { 0xC6120000, 15 }, { 0xC6336400, 24 }, { 0xCB007100, 24 }, { 0xE0000000, 4 }, { 0xF0000000, 4 } });

bool is_public_v4(std::uint32_t address)
{
    return std::none_of(special.begin(), special.end(),
        [&](Block const& block) { return (address >> (32 - block.bits)) == (block.network >> (32 - block.bits)); });
}

/// Only 2000::/3 is given out; in it, 6to4 and Teredo carry another address, and 2001:db8 and 2001:10..2f are for other things.
bool is_public_v6(std::uint8_t const* bytes)
{
    bool const is_global = (bytes[0] & 0xE0) == 0x20;
    bool const is_6to4 = bytes[0] == 0x20 && bytes[1] == 0x02;
    bool const is_special = bytes[0] == 0x20 && bytes[1] == 0x01 && (bytes[2] < 0x02 || (bytes[2] == 0x0D && bytes[3] == 0xB8));
    return is_global && !is_6to4 && !is_special;
}

/// Big-endian fields one after another; past the end everything is empty.
class Bytes {
public:
    explicit Bytes(std::string_view bytes) : bytes_(bytes) { }
    std::size_t number(std::size_t size)
    {
        std::size_t value = 0;
        for (char const c : take(size))
            value = value << 8 | static_cast<unsigned char>(c);
        return value;
    }
    std::string_view take(std::size_t size)
    {
        if (size > bytes_.size()) {
            bytes_ = {};
            return {};
        }
        std::string_view const taken = bytes_.substr(0, size);
        bytes_.remove_prefix(size);
        return taken;
    }
    bool is_empty() const { return bytes_.empty(); }

private:
    std::string_view bytes_;
};

}

Result<Destination> parse_authority(std::string_view text, std::uint16_t usual_port)
{
    if (text.find('@') != std::string_view::npos)
        return denied("a user before the host could be taken for the host");
    if (text.find('[') != std::string_view::npos)
        return denied("it is an address; only names are allowed");
    std::size_t const colon = text.rfind(':');
    Destination destination { TRY(checked_name(text.substr(0, colon))), usual_port };
    if (colon != std::string_view::npos) {
        std::string_view const digits = text.substr(colon + 1);
        auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), destination.port);
        if (error != std::errc() || end != digits.data() + digits.size() || destination.port == 0)
            return denied("its port is no number");
    }
    if (destination.port == 0)
        return denied("it names no port");
    return destination;
}

Result<std::string> parse_allowed_host(std::string_view text)
{
    bool const is_wide = text.starts_with("*.");
    auto const name = checked_name(text.substr(is_wide ? 2 : 0));
    // "*.com" would be nearly everything.
    if (!name || (is_wide && name->find('.') == std::string::npos))
        return fail(ErrorCode::invalid_params,
            "\"" + std::string(text) + "\" is no host that could be allowed; write example.com, or *.example.com for the hosts beneath it");
    return is_wide ? "*." + *name : *name;
}

Result<> check_destination(Destination const& destination, std::span<std::string const> allowed)
{
    if (destination.port != 443 && destination.port != 80)
        return denied("only the ports 443 and 80 are allowed");
    bool const fits = std::any_of(allowed.begin(), allowed.end(), [&](std::string const& row) {
        return row.starts_with("*.") ? is_beneath(destination.host, std::string_view(row).substr(2)) : row == destination.host;
    });
    if (!fits)
        return denied("it is not on the list of allowed hosts (allow_hosts)");
    return {};
}

bool is_public_address(sockaddr const& address)
{
    if (address.sa_family == AF_INET) {
        sockaddr_in v4 {};
        std::memcpy(&v4, &address, sizeof v4);
        return is_public_v4(ntohl(v4.sin_addr.s_addr));
    }
    if (address.sa_family != AF_INET6)
        return false;
    sockaddr_in6 v6 {};
    std::memcpy(&v6, &address, sizeof v6);
    std::uint8_t const* const bytes = v6.sin6_addr.s6_addr;
    constexpr std::array<std::uint8_t, 12> translated { 0, 0x64, 0xFF, 0x9B }; // NAT64: the other address is in the last four bytes
    if (std::memcmp(bytes, translated.data(), translated.size()) == 0)
        return is_public_v4(number_of(bytes + 12));
    return is_public_v6(bytes);
}

std::string server_name_of(std::string_view client_hello)
{
    Bytes record(client_hello);
    if (record.number(1) != 22 || record.number(1) != 3)
        return {};
    record.take(1);
    Bytes handshake(record.take(record.number(2)));
    if (handshake.number(1) != 1)
        return {};
    Bytes hello(handshake.take(handshake.number(3)));
    hello.take(2 + 32);          // version, random
    hello.take(hello.number(1)); // session
    hello.take(hello.number(2)); // ciphers
    hello.take(hello.number(1)); // compression
    Bytes extensions(hello.take(hello.number(2)));
    while (!extensions.is_empty()) {
        std::size_t const kind = extensions.number(2);
        Bytes extension(extensions.take(extensions.number(2)));
        if (kind != 0)
            continue;
        Bytes names(extension.take(extension.number(2)));
        if (names.number(1) == 0)
            return lowered(names.take(names.number(2)));
    }
    return {};
}

}
