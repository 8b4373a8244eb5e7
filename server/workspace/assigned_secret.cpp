#include "workspace/assigned_secret.h"

#include "support/text.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <string>

namespace countersign::workspace {

namespace {

using std::string_view;

/// Of these even a value without digits is secret, and one that looks like a hash.
constexpr std::array surely_secret_words = std::to_array<string_view>({ "password", "passwd", "passphrase", "pwd", "secret", "private",
    "api_key", "api-key", "apikey", "_pass", "credential", "encryption", "signing" });

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return is_word(c) && !is_digit(c) && c != '_'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

bool contains_any(string_view text, std::array<string_view, surely_secret_words.size()> const& words)
{
    return std::any_of(words.begin(), words.end(), [text](string_view word) { return text.find(word) != string_view::npos; });
}

bool is_uuid(string_view text)
{
    if (text.size() != 36)
        return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        bool const dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? text[i] != '-' : !is_hex(text[i]))
            return false;
    }
    return true;
}

/// A digest as git, lock files and build systems write it.
bool is_digest(string_view text)
{
    for (string_view const prefix : { "sha1-", "sha256-", "sha384-", "sha512-", "sha256:", "sha512:", "md5-", "h1:" }) {
        if (text.starts_with(prefix))
            return true;
    }
    bool const length =
        text.size() == 32 || text.size() == 40 || text.size() == 56 || text.size() == 64 || text.size() == 96 || text.size() == 128;
    return length && std::all_of(text.begin(), text.end(), is_hex);
}

/// Whether a value that is assigned to something called `name` is to be taken out. Without quotes it may as well be code.
bool is_secret_value(string_view name, string_view value, bool is_quoted, char after)
{
    if (is_reference(value) || is_uuid(value))
        return false;
    bool const sure = contains_any(name, surely_secret_words);
    if (is_digest(value))
        return sure && value.find('-') == string_view::npos && value.find(':') == string_view::npos;
    bool const digits = std::any_of(value.begin(), value.end(), is_digit);
    bool const letters = std::any_of(value.begin(), value.end(), is_letter);
    if (!is_quoted && (after == '(' || after == '[' || !digits || !letters || value.find('.') != string_view::npos))
        return false;
    if (sure && is_quoted && value.size() >= 8)
        return letters && (digits || entropy(value) >= 3.0) && value.find("://") == string_view::npos;
    return digits && letters && value.size() >= 12 && entropy(value) >= 3.2;
}

/// Takes as many of these bytes from the beginning of `text` as there are, at most `most`.
template<typename IsOne>
string_view take(string_view& text, std::size_t most, IsOne is_one)
{
    std::size_t size = 0;
    while (size < std::min(most, text.size()) && is_one(text[size]))
        ++size;
    string_view const taken = text.substr(0, size);
    text.remove_prefix(size);
    return taken;
}

bool take_any(string_view& text, std::initializer_list<string_view> all)
{
    for (string_view const each : all) {
        if (text.starts_with(each)) {
            text.remove_prefix(each.size());
            return true;
        }
    }
    return false;
}

bool is_quote(char c) { return c == '"' || c == '\'' || c == '`'; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

struct Assigned {
    string_view value;
    bool is_quoted = false;
};

/// The value that `rest` assigns: before it stand the rest of a name, brackets and quotes, an assignment or a comma.
std::optional<Assigned> assigned_value(string_view rest)
{
    constexpr std::size_t shortest = 8, longest = 400;
    take(rest, 40, [](char c) { return is_word(c) || c == '.' || c == '-'; });
    take(rest, 3, [](char c) { return is_quote(c) || c == ']' || c == ')'; });
    take(rest, 8, is_space);
    if (!take_any(rest, { ":=", "=>", "=", ":", ",", "||=", "||", "\?\?=", "\?\?" }))
        return std::nullopt;
    take(rest, 8, is_space);
    string_view quoted = rest;
    take(quoted, 2, [](char c) { return string_view("rbufRBUF").find(c) != string_view::npos; });
    if (take(quoted, 1, is_quote).size() == 1) {
        string_view const value = take(quoted, longest, [](char c) { return !is_quote(c) && !is_space(c); });
        if (value.size() >= shortest && !quoted.empty() && is_quote(quoted.front()))
            return Assigned { value, true };
        return std::nullopt;
    }
    string_view const value =
        take(rest, longest, [](char c) { return is_word(c) || string_view("+/=-.~!@#%^*").find(c) != string_view::npos; });
    return value.size() >= shortest ? std::optional(Assigned { value }) : std::nullopt;
}

}

bool is_reference(string_view value)
{
    for (string_view const opening :
        { "${", "$(", "{{", "<", "%(", "process.", "os.", "env.", "ENV[", "self.", "this.", "config.", "settings.", "[REDACTED:" }) {
        if (value.starts_with(opening))
            return true;
    }
    std::string const lower = support::to_lower_ascii(value);
    for (string_view const word :
        { "your", "example", "changeme", "change_me", "placeholder", "xxxx", "****", "....", "redacted", "dummy" }) {
        if (lower.find(word) != std::string::npos && value.size() < 40)
            return true;
    }
    return false;
}

std::optional<FoundSecret> assigned_secret(string_view text, std::size_t at, std::size_t size)
{
    auto const assigned = assigned_value(text.substr(at + size));
    if (!assigned)
        return std::nullopt;
    auto const begin = static_cast<std::size_t>(assigned->value.data() - text.data());
    std::size_t const end = begin + assigned->value.size();
    std::size_t name_begin = at;
    while (name_begin > 0 && at - name_begin < 40 && (is_word(text[name_begin - 1]) || text[name_begin - 1] == '-'))
        --name_begin;
    std::string const name = support::to_lower_ascii(text.substr(name_begin, begin - name_begin));
    if (!is_secret_value(name, assigned->value, assigned->is_quoted, end < text.size() ? text[end] : '\0'))
        return std::nullopt;
    return FoundSecret { begin, end, "secret" };
}

double entropy(string_view text)
{
    std::array<std::size_t, 256> counts {};
    for (char const c : text)
        ++counts[static_cast<unsigned char>(c)];
    double bits = 0;
    for (std::size_t const count : counts) {
        if (count == 0)
            continue;
        double const share = static_cast<double>(count) / static_cast<double>(text.size());
        bits -= share * std::log2(share);
    }
    return bits;
}

bool names_a_secret(string_view key)
{
    std::string const lower = support::to_lower_ascii(key);
    auto const is_in = [&lower](string_view word) { return lower.find(word) != std::string::npos; };
    return std::any_of(secret_words.begin(), secret_words.end(), is_in) || is_in("auth") || lower.ends_with("_pat")
        || lower.ends_with("pass") || lower.ends_with("key") || is_in("dsn") || is_in("cookie") || is_in("webhook");
}

}
