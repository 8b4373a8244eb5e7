// The value that a word such as "password" is given in a text, by an assignment, a call or a table, and whether that value is secret.
// Only for the redactor; pure.
#pragma once

#include "workspace/redactor.h"

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace countersign::workspace {

/// Words whose assigned value is secret. Lower case; they stand in any case.
inline constexpr std::array secret_words = std::to_array<std::string_view>(
    { "password", "passwd", "passphrase", "pwd", "secret", "token", "api_key", "api-key", "apikey", "access_key", "access-key", "accesskey",
        "private_key", "private-key", "privatekey", "auth_key", "authkey", "encryption_key", "encryptionkey", "signing_key", "signingkey",
        "credential", "client_key", "account_key", "accountkey", "_pass", "session_id", "connectionstring", "connection_string" });

/// The secret that the word of `size` bytes at `at` is given.
std::optional<FoundSecret> assigned_secret(std::string_view text, std::size_t at, std::size_t size);

/// Whether a value only stands for a secret: a reference, a template, an invitation to put one there.
bool is_reference(std::string_view value);

/// Whether a key, as in KEY=value, says that its value is secret.
bool names_a_secret(std::string_view key);

/// Shannon entropy in bits a byte.
double entropy(std::string_view text);

/// Letters, digits and the underscore.
inline bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

}
