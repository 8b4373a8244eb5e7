#include "support/hash.h"

#include <array>
#include <sodium.h>
#include <vector>

namespace countersign::support {

namespace {

std::string to_hex(unsigned char const* bytes, std::size_t size)
{
    std::string hex(size * 2 + 1, '\0');
    sodium_bin2hex(hex.data(), hex.size(), bytes, size);
    hex.pop_back();
    return hex;
}

}

std::string content_hash(std::string_view bytes)
{
    std::array<unsigned char, crypto_generichash_BYTES> digest;
    crypto_generichash(digest.data(), digest.size(), reinterpret_cast<unsigned char const*>(bytes.data()), bytes.size(), nullptr, 0);
    return to_hex(digest.data(), digest.size());
}

std::string random_hex(std::size_t bytes)
{
    std::vector<unsigned char> random(bytes);
    randombytes_buf(random.data(), random.size());
    return to_hex(random.data(), random.size());
}

}
