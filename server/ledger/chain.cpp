#include "ledger/chain.h"

#include "support/fd.h"
#include "support/files.h"
#include "support/hash.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <fmt/core.h>
#include <sodium.h>
#include <unistd.h>

namespace countersign::ledger {

namespace {

/// Keyed BLAKE2b over parts, each with its length before it: no two lists of parts are the same bytes.
class Mac {
public:
    Mac(std::string_view key, std::string_view purpose)
    {
        crypto_generichash_init(&state_, reinterpret_cast<unsigned char const*>(key.data()), key.size(), hash_size);
        add(purpose);
    }

    Mac& add(std::string_view part)
    {
        add(static_cast<std::int64_t>(part.size()));
        crypto_generichash_update(&state_, reinterpret_cast<unsigned char const*>(part.data()), part.size());
        return *this;
    }
    Mac& add(std::int64_t number)
    {
        std::array<unsigned char, 8> bytes;
        for (std::size_t i = 0; i < bytes.size(); ++i)
            bytes[i] = static_cast<unsigned char>(static_cast<std::uint64_t>(number) >> (8 * i));
        crypto_generichash_update(&state_, bytes.data(), bytes.size());
        return *this;
    }
    std::string finish()
    {
        std::string digest(hash_size, '\0');
        crypto_generichash_final(&state_, reinterpret_cast<unsigned char*>(digest.data()), digest.size());
        return digest;
    }

private:
    crypto_generichash_state state_;
};

}

std::filesystem::path key_path(std::filesystem::path const& state_directory) { return state_directory / "ledger.key"; }

std::string no_hash() { return std::string(hash_size, '\0'); }

Result<Key> Key::load(std::filesystem::path const& state_directory)
{
    std::filesystem::path const path = key_path(state_directory);
    auto bytes = support::read_file(path, key_size);
    if (!bytes && bytes.error().code == ErrorCode::not_found)
        return tl::unexpected(bytes.error());
    if (!bytes || bytes->size() != key_size) {
        return fail(ErrorCode::io,
            fmt::format("{} is not the ledger's key ({}); put the right file back, or move ledger.db, ledger.anchor and ledger.key away "
                        "to start a new ledger",
                path.string(), bytes ? fmt::format("it must have {} bytes", key_size) : bytes.error().message));
    }
    return Key(std::move(*bytes));
}

Result<Key> Key::load_or_create(std::filesystem::path const& state_directory)
{
    auto found = load(state_directory);
    if (found || found.error().code != ErrorCode::not_found)
        return found;
    if (::sodium_init() < 0)
        return fail(ErrorCode::internal, "libsodium cannot be used on this machine");
    std::string bytes(key_size, '\0');
    randombytes_buf(bytes.data(), bytes.size());
    // Complete under another name first, then linked: whoever comes second takes the first one's, and nobody sees half a key.
    std::filesystem::path const path = key_path(state_directory);
    std::filesystem::path const temporary = path.string() + "." + support::random_hex(6) + ".tmp";
    TRY(support::write_file_atomically(temporary, bytes));
    int const linked = ::link(temporary.c_str(), path.c_str());
    int const code = errno;
    ::unlink(temporary.c_str());
    if (linked != 0 && code != EEXIST) {
        errno = code;
        return fail(ErrorCode::io, fmt::format("cannot create {}: {}", path.string(), support::errno_message()));
    }
    support::UniqueFd const directory(::open(state_directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (directory)
        ::fsync(directory.get());
    return load(state_directory);
}

std::string Key::hash_of(std::string_view ledger, Entry const& entry) const
{
    return Mac(bytes_, "countersign ledger entry 1")
        .add(ledger)
        .add(entry.previous)
        .add(entry.sequence)
        .add(entry.time)
        .add(entry.kind)
        .add(entry.fields)
        .finish();
}

std::string Key::mac_of(Head const& head) const
{
    return Mac(bytes_, "countersign ledger head 1")
        .add(head.ledger)
        .add(head.first)
        .add(head.sequence)
        .add(head.hash)
        .add(head.anchored)
        .finish();
}

std::string Key::anchor_mac(std::string_view ledger, std::int64_t sequence, std::string_view time, std::string_view hash) const
{
    return Mac(bytes_, "countersign ledger anchor 1").add(ledger).add(sequence).add(time).add(hash).finish();
}

std::string to_hex(std::string_view bytes)
{
    std::string hex(bytes.size() * 2 + 1, '\0');
    sodium_bin2hex(hex.data(), hex.size(), reinterpret_cast<unsigned char const*>(bytes.data()), bytes.size());
    hex.pop_back();
    return hex;
}

std::string from_hex(std::string_view digits)
{
    auto const value = [](char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; };
    std::string bytes;
    if (digits.size() % 2 != 0)
        return bytes;
    for (std::size_t i = 0; i < digits.size(); i += 2) {
        int const high = value(digits[i]), low = value(digits[i + 1]);
        if (high < 0 || low < 0)
            return {};
        bytes += static_cast<char>(high * 16 + low);
    }
    return bytes;
}

}
