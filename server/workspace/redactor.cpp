#include "workspace/redactor.h"

#include "support/text.h"
#include "workspace/assigned_secret.h"
#include "workspace/secret_rules.h"

#include <algorithm>
#include <fmt/core.h>
#include <re2/re2.h>
#include <sodium.h>
#include <span>

namespace countersign::workspace {

namespace {

using std::string_view;

/// How much of a stream is held back: more than any rule's match or known value is long, but for private key blocks, which are held from
/// their first line on.
constexpr std::size_t held_back = 16 * 1024;
/// How much must have come on top of that: each look is at everything that is held.
constexpr std::size_t taken_at_once = 8 * 1024;
/// How much of what was passed on still says what the next bytes are: the name before an assignment.
constexpr std::size_t kept_before = 2 * 1024;
/// Bytes of a known value: its longest encoding is three times as long.
constexpr std::size_t longest_known = 4 * 1024;

/// Sorted, and what overlaps is one.
std::vector<FoundSecret> merged(std::vector<FoundSecret> found)
{
    std::sort(found.begin(), found.end(),
        [](FoundSecret const& a, FoundSecret const& b) { return a.begin != b.begin ? a.begin < b.begin : a.end > b.end; });
    std::vector<FoundSecret> result;
    for (FoundSecret const& each : found) {
        if (!result.empty() && each.begin < result.back().end)
            result.back().end = std::max(result.back().end, each.end);
        else
            result.push_back(each);
    }
    return result;
}

/// `text` from `begin` to `end` with what was found replaced. `found` is in order; what lies outside is clipped.
std::string replaced(string_view text, std::span<FoundSecret const> found, std::size_t begin, std::size_t end)
{
    std::string result;
    std::size_t at = begin;
    for (FoundSecret const& secret : found) {
        if (secret.begin >= end)
            break;
        if (secret.end <= begin)
            continue;
        std::size_t const from = std::max(secret.begin, at);
        result += text.substr(at, from - at);
        if (secret.begin >= begin) // else its placeholder stands where it began
            result += placeholder(text.substr(secret.begin, secret.end - secret.begin), secret.type);
        at = std::min(secret.end, end);
    }
    return result += text.substr(at, end - at);
}

RE2 const& placeholder_pattern()
{
    static RE2 const pattern(R"(\[REDACTED:[a-z0-9-]{1,40}:[0-9a-f]{8}\])", RE2::Quiet);
    return pattern;
}

bool is_url_without_password(string_view value)
{
    std::size_t const scheme = value.find("://");
    return scheme != string_view::npos && value.find('@', scheme) == string_view::npos;
}

/// Values that stand for nothing secret, whatever they are called: places and switches.
bool is_plainly_harmless(string_view value)
{
    static RE2 const pattern(
        R"((?i)(?:true|false|yes|no|on|off|null|none|undefined|disabled|enabled|required|optional|localhost|[0-9a-z.-]*localhost:[0-9]{1,5}|[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?::[0-9]{1,5})?|[~.]{0,2}/.*|[a-z]:\\.*|\$.*))",
        RE2::Quiet);
    return is_url_without_password(value) || RE2::FullMatch(re2::StringPiece(value.data(), value.size()), pattern);
}

/// Values that would be everywhere: a plain word, a number, a version, a host.
bool is_common(string_view value)
{
    static RE2 const pattern(
        R"((?i)(?:[a-z]{1,20}(?:[-_. ][a-z]{1,20}){0,3}|v?[0-9][0-9.,:_ x-]*|[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|org|net|io|dev|local|internal)(?::[0-9]+)?|[a-z0-9._-]+@[a-z0-9.-]+|[a-z-]+(?:_[A-Z]+)?\.utf-?8))",
        RE2::Quiet);
    return RE2::FullMatch(re2::StringPiece(value.data(), value.size()), pattern);
}

string_view without_comment(string_view value)
{
    std::size_t const comment = value.find(" #");
    return support::trim(value.substr(0, comment));
}

}

std::string placeholder(string_view secret, string_view type)
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(hash, reinterpret_cast<unsigned char const*>(secret.data()), secret.size());
    return fmt::format("[REDACTED:{}:{:02x}{:02x}{:02x}{:02x}]", type, hash[0], hash[1], hash[2], hash[3]);
}

std::size_t count_placeholders(string_view text)
{
    if (text.find("[REDACTED:") == string_view::npos)
        return 0;
    re2::StringPiece rest(text.data(), text.size());
    std::size_t count = 0;
    while (RE2::FindAndConsume(&rest, placeholder_pattern()))
        ++count;
    return count;
}

void Redactor::know(string_view value, string_view type) { known_.add(value.substr(0, longest_known), type); }

void Redactor::know_environment(std::map<std::string, std::string> const& environment)
{
    for (auto const& [name, value] : environment) {
        if (names_a_secret(name) && !is_plainly_harmless(value) && !is_common(value))
            know(value, "env");
    }
}

void Redactor::know_file(string_view content)
{
    static RE2 const entry(
        R"re((?m)^[ \t]*(?:export[ \t]+|set[ \t]+|-[ \t]+)?["']?([A-Za-z_/][A-Za-z0-9_.:/-]*)["']?[ \t]*[=:][ \t]*(?:"((?:[^"\\]|\\[\s\S])*)"|'([^']*)'|`([^`]*)`|([^\r\n]*)))re",
        RE2::Quiet);
    static RE2 const netrc(R"(\bpassword[ \t]+(\S+))", RE2::Quiet);
    re2::StringPiece rest(content.data(), content.size());
    std::string key, values[4];
    while (RE2::FindAndConsume(&rest, entry, &key, &values[0], &values[1], &values[2], &values[3])) {
        std::string const quoted = values[0] + values[1] + values[2];
        string_view value = quoted.empty() ? without_comment(values[3]) : support::trim(quoted);
        if (quoted.empty() && value.ends_with(','))
            value.remove_suffix(1);
        if (is_plainly_harmless(value) || (is_common(value) && !names_a_secret(key)))
            continue;
        know(value, "env");
        // The lines of a key that is written over several, one of which may be shown alone.
        for (string_view const line : support::split_lines(value)) {
            if (line.size() >= 24 && line.size() < value.size())
                know(line, "env");
        }
    }
    rest = re2::StringPiece(content.data(), content.size());
    std::string password;
    while (RE2::FindAndConsume(&rest, netrc, &password))
        know(password, "env");
    std::vector<FoundSecret> found;
    find_by_rules(content, found);
    for (FoundSecret const& secret : found) {
        if (secret.end - secret.begin <= longest_known)
            know(content.substr(secret.begin, secret.end - secret.begin), secret.type);
    }
}

std::vector<FoundSecret> Redactor::find(string_view text) const
{
    std::vector<FoundSecret> found;
    find_by_rules(text, found);
    if (!known_.is_empty() && text.size() >= KnownSecrets::shortest) {
        for (std::size_t at = 0; at + KnownSecrets::shortest <= text.size();) {
            KnownSecrets::Value const* const value = known_.at(text, at);
            if (value)
                found.push_back({ at, at + value->text.size(), value->type });
            at += value ? value->text.size() : 1;
        }
    }
    return merged(std::move(found));
}

std::string Redactor::redact(string_view text) const
{
    auto const found = find(text);
    return found.empty() ? std::string(text) : replaced(text, found, 0, text.size());
}

/// Keeps what still holds of the parts that are as they were, and the text of those. Returns how many that are.
std::size_t RedactingParts::forget_what_changed(std::vector<std::string*> const& parts)
{
    std::size_t same = 0, end = 0;
    while (same < std::min(parts.size(), begins_.size())
        && (same + 1 < begins_.size() ? begins_[same + 1] : text_.size()) == end + parts[same]->size()
        && text_.compare(end, parts[same]->size(), *parts[same]) == 0)
        end += parts[same++]->size();
    text_.resize(end);
    begins_.resize(same);
    for (auto* const found : { &in_parts_, &over_borders_ })
        std::erase_if(*found, [end](FoundSecret const& secret) { return secret.end > end; });
    return same;
}

/// Finds what crosses a border between parts, at the border `first` and those after it.
void RedactingParts::look_over_borders(std::size_t first)
{
    for (std::size_t i = first; i < begins_.size();) {
        std::size_t const from = begins_[i] - std::min(begins_[i], kept_before);
        std::size_t next = i + 1;
        while (next < begins_.size() && begins_[next] - begins_[next - 1] <= kept_before)
            ++next;
        auto const borders = std::span(begins_).subspan(i, next - i);
        for (FoundSecret const secret : redactor_.find(string_view(text_).substr(from, borders.back() + kept_before - from))) {
            FoundSecret const whole { secret.begin + from, secret.end + from, secret.type };
            auto const border = std::upper_bound(borders.begin(), borders.end(), whole.begin);
            if (border != borders.end() && *border < whole.end)
                over_borders_.push_back(whole);
        }
        i = next;
    }
}

void RedactingParts::redact(std::vector<std::string*> const& parts)
{
    std::size_t const same = forget_what_changed(parts);
    for (std::size_t i = same; i < parts.size(); ++i) {
        for (FoundSecret const secret : redactor_.find(*parts[i]))
            in_parts_.push_back({ secret.begin + text_.size(), secret.end + text_.size(), secret.type });
        begins_.push_back(text_.size());
        text_ += *parts[i];
    }
    look_over_borders(same);

    std::vector<FoundSecret> found = in_parts_;
    found.insert(found.end(), over_borders_.begin(), over_borders_.end());
    found = merged(std::move(found));
    auto next = found.begin();
    for (std::size_t i = 0; i < parts.size(); ++i) {
        std::size_t const end = begins_[i] + parts[i]->size();
        while (next != found.end() && next->end <= begins_[i])
            ++next;
        if (next != found.end() && next->begin < end)
            *parts[i] = replaced(text_, { next, found.end() }, begins_[i], end);
    }
}

std::string RedactingStream::push(string_view piece)
{
    held_ += piece;
    if (held_.size() - passed_ <= held_back + taken_at_once)
        return {};
    return take(held_.size() - held_back);
}

std::string RedactingStream::finish()
{
    std::string rest = take(held_.size());
    held_.clear();
    passed_ = 0;
    return rest;
}

std::string RedactingStream::take(std::size_t end)
{
    auto const found = redactor_.find(held_);
    if (end < held_.size()) {
        for (FoundSecret const& secret : found) {
            if (secret.begin < end && secret.end > end)
                end = std::max(secret.begin, passed_);
        }
    }
    std::string passed = replaced(held_, found, passed_, end);
    std::size_t const dropped = end - std::min(end, kept_before);
    held_.erase(0, dropped);
    passed_ = end - dropped;
    return passed;
}

}
