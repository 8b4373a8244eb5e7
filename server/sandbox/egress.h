// Where a command of the level connected may go: the list of hosts that the person allows, and what may hide behind a name. Pure, but for
// the addresses, which the caller resolves. The proxy asks before it connects.
#pragma once

#include "support/result.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct sockaddr;

namespace countersign::sandbox {

struct Destination {
    std::string host; ///< lower case, without a dot at its end, punycode for what is no ASCII
    std::uint16_t port = 0;
};

/// A host and port as CONNECT names them, or of an http URL: one spelling for all. A name with a user in it, with characters that no name
/// has, that is a number in any notation, or that does not say its port where that is needed, is refused. Errors: denied.
Result<Destination> parse_authority(std::string_view text, std::uint16_t usual_port);

/// A row of the list: "example.com" is that host, "*.example.com" every host beneath it, at a dot. Errors: invalid_params.
Result<std::string> parse_allowed_host(std::string_view text);

/// Errors: denied: the port is neither 80 nor 443, or no row fits. An empty list allows nothing.
Result<> check_destination(Destination const& destination, std::span<std::string const> allowed);

/// Whether an address is one of the open internet: not of this machine, a private network, a cloud's metadata, or a form that wraps one.
bool is_public_address(sockaddr const& address);

/// The name in the first message of TLS, lower case; empty if there is none in these bytes, or if they are no such message.
std::string server_name_of(std::string_view client_hello);

}
