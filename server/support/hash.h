// Content hashes: what tells that a text is still the text that an edit was made for.
#pragma once

#include <string>
#include <string_view>

namespace countersign::support {

/// BLAKE2b-256 of `bytes` as 64 lower-case hex digits (libsodium's crypto_generichash, no key).
std::string content_hash(std::string_view bytes);

/// `bytes` random bytes from the kernel, as hex digits. For ids and unguessable names.
std::string random_hex(std::size_t bytes);

}
