#include "workspace/secret_rules.h"

#include "support/text.h"
#include "workspace/redactor.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <memory>
#include <mutex>
#include <re2/re2.h>
#include <string>

namespace countersign::workspace {

namespace {

using std::string_view;

/// Where a rule's literal stands, its pattern is matched from there; groups are what is secret. `type` is for the placeholder.
struct Rule {
    string_view type;
    string_view literals; ///< one or more, separated by spaces
    char const* pattern;
};

constexpr std::array token_rules = std::to_array<Rule>({
    { "anthropic-key", "sk-ant-", R"((sk-ant-[A-Za-z0-9_-]{16,300}))" },
    { "openai-key", "sk-", R"((sk-(?:proj-|svcacct-|admin-|or-v1-|lf-)?[A-Za-z0-9_-]{20,300}))" },
    { "aws-key", "AKIA ASIA ABIA ACCA",
        R"(((?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16})(?:[^A-Za-z0-9/+=](?:[\s\S]{0,80}?[^A-Za-z0-9/+=])??([A-Za-z0-9/+=]{40})(?:[^A-Za-z0-9/+=]|\z))?)" },
    { "github-token", "ghp_ gho_ ghu_ ghs_ ghr_", R"((gh[pousr]_[A-Za-z0-9]{30,255}))" },
    { "github-token", "github_pat_", R"((github_pat_[A-Za-z0-9_]{20,255}))" },
    { "gitlab-token", "glpat- glrt- gldt- glcbt- glptt- glft- glimt- glagent- gloas- glsoat-", R"((gl[a-z]{2,5}-[A-Za-z0-9_.-]{18,300}))" },
    { "slack-token", "xoxa- xoxb- xoxp- xoxe xoxr- xoxs- xapp-", R"((x(?:ox[abpers]|app)[.-][A-Za-z0-9.-]{10,250}))" },
    { "slack-webhook", "hooks.slack.com/", R"(hooks\.slack\.com/(?:services|workflows|triggers)/([A-Za-z0-9+/]{20,120}))" },
    { "discord-webhook", "discord.com/api/webhooks/ discordapp.com/api/webhooks/",
        R"(discord(?:app)?\.com/api/webhooks/([0-9]{10,25}/[A-Za-z0-9_-]{30,120}))" },
    { "stripe-key", "sk_live_ sk_test_ sk_prod_ rk_live_ rk_test_ rk_prod_ whsec_",
        R"(((?:[sr]k_(?:live|test|prod)|whsec)_[A-Za-z0-9+/=]{10,200}))" },
    { "google-key", "AIza", R"((AIza[A-Za-z0-9_-]{35}))" },
    { "google-token", "ya29.", R"((ya29\.[A-Za-z0-9_.-]{20,900}))" },
    { "google-secret", "GOCSPX-", R"((GOCSPX-[A-Za-z0-9_-]{20,60}))" },
    { "npm-token", "npm_", R"((npm_[A-Za-z0-9]{36}))" },
    { "pypi-token", "pypi-", R"((pypi-[A-Za-z0-9_-]{50,900}))" },
    { "huggingface-token", "hf_ api_org_", R"(((?:hf|api_org)_[A-Za-z0-9]{30,60}))" },
    { "digitalocean-token", "dop_v1_ doo_v1_ dor_v1_", R"((do[opr]_v1_[a-f0-9]{64}))" },
    { "sendgrid-key", "SG.", R"((SG\.[A-Za-z0-9_-]{16,40}\.[A-Za-z0-9_-]{16,80}))" },
    { "mailgun-key", "key-", R"((key-[a-f0-9]{32}))" },
    { "twilio-key", "SK", R"((SK[a-f0-9]{32}))" },
    { "shopify-token", "shpat_ shpca_ shppa_ shpss_", R"((shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}))" },
    { "grafana-token", "glsa_ glc_", R"((gl(?:sa|c)_[A-Za-z0-9+/=_]{30,400}))" },
    { "databricks-token", "dapi", R"((dapi[a-f0-9]{32}(?:-[0-9])?))" },
    { "square-token", "sq0atp- sq0csp- sq0idp- EAAA", R"(((?:sq0[a-z]{3}-|EAAA)[A-Za-z0-9_-]{22,64}))" },
    { "tailscale-key", "tskey-", R"((tskey-[a-z]{2,10}-[A-Za-z0-9_-]{10,100}))" },
    { "brevo-key", "xkeysib- xsmtpsib-", R"((x(?:key|smtp)sib-[a-f0-9]{64}-[A-Za-z0-9]{16}))" },
    { "age-key", "AGE-SECRET-KEY-1", R"((AGE-SECRET-KEY-1[A-Z0-9]{40,80}))" },
    { "vault-token", "hvs. hvb. hvr.", R"((hv[sbr]\.[A-Za-z0-9_-]{20,400}))" },
    { "linear-key", "lin_api_ lin_oauth_", R"((lin_(?:api|oauth)_[A-Za-z0-9]{30,80}))" },
    { "figma-token", "figd_", R"((figd_[A-Za-z0-9_-]{30,80}))" },
    { "rubygems-key", "rubygems_", R"((rubygems_[a-f0-9]{48}))" },
    { "sentry-token", "sntrys_ sntryu_", R"((sntry[su]_[A-Za-z0-9+/=_]{40,500}))" },
    { "nvidia-key", "nvapi-", R"((nvapi-[A-Za-z0-9_-]{40,100}))" },
    { "groq-key", "gsk_ xai- pplx- r8_", R"(((?:gsk_|xai-|pplx-|r8_)[A-Za-z0-9]{30,120}))" },
    { "doppler-token", "dp.pt. dp.st. dp.ct.", R"((dp\.[psc]t\.(?:[a-z0-9_-]{2,35}\.)?[A-Za-z0-9]{40,44}))" },
    { "pulumi-token", "pul-", R"((pul-[a-f0-9]{40}))" },
    { "planetscale-token", "pscale_tkn_ pscale_pw_ pscale_oauth_", R"((pscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.=-]{30,70}))" },
    { "supabase-key", "sbp_ sb_secret_", R"((sb(?:p|_secret)_[A-Za-z0-9_-]{20,60}))" },
    { "docker-token", "dckr_pat_ dckr_oat_", R"((dckr_[po]at_[A-Za-z0-9_-]{20,60}))" },
    { "postman-key", "PMAK-", R"((PMAK-[a-f0-9]{24}-[a-f0-9]{34}))" },
    { "newrelic-key", "NRAK- NRII- NRJS-", R"((NR(?:AK|II|JS)-[A-Za-z0-9_-]{19,40}))" },
    { "atlassian-token", "ATATT3 ATCTT3", R"((AT[AC]TT3[A-Za-z0-9_=-]{50,300}))" },
    { "netlify-token", "nfp_", R"((nfp_[A-Za-z0-9]{36,60}))" },
    { "fly-token", "FlyV1 fm1r_ fm2_ fo1_", R"(((?:FlyV1 )?f(?:m1r|m2|o1)_[A-Za-z0-9+/=_,-]{40,900}))" },
    { "terraform-token", ".atlasv1.", R"((\.atlasv1\.[A-Za-z0-9_=-]{60,70}))" },
    { "telegram-token", ":AA", R"(:(AA[A-Za-z0-9_-]{33})(?:[^A-Za-z0-9_-]|\z))" },
    { "azure-key", "AccountKey= SharedAccessKey= SharedAccessSignature=", R"([A-Za-z]{10,25}=([A-Za-z0-9+/=%&_.-]{30,400}))" },
    { "jwt", "eyJ",
        R"((eyJ[A-Za-z0-9_-]{8,900}\.eyJ[A-Za-z0-9_-]{8,900}[A-Za-z0-9_-]{0,900}[A-Za-z0-9_-]{0,900}[A-Za-z0-9_-]{0,900}[A-Za-z0-9_-]{0,900}(?:\.[A-Za-z0-9_-]{0,900})?))" },
    { "url-password", "://", R"(://[^\s:/?#"'`<>\[\]@$\{\}]{0,200}:([^\s/?#"'`<>$\{\}\[\]][^\s/?#"'`<>]{1,300})@[A-Za-z0-9\[])" },
    { "url-token", "://", R"(://([A-Za-z0-9_.~-]{20,300})@[A-Za-z0-9])" },
});

/// What stands between a word such as "password" and its value: the rest of the name, brackets and quotes, an assignment or a comma.
constexpr char const* assigned_value =
    R"re((?i)[a-z0-9_.\-]{0,40}["'`\])]{0,3}\s{0,8}(?::=|=>|=|:|,|\|\|=?|\?\?=?)\s{0,8}(?:[rbuf]{0,2}(["'`])([^"'`\s]{8,400})["'`]|([a-z0-9+/=_\-.~!@#%^*]{8,400})))re";

/// `Authorization: Bearer ...`, with whatever quotes and commas stand between.
constexpr char const* bearer_value = R"((?i)(?:bearer|basic|token)[\s"':=,]{1,4}([a-z0-9+/=_\-.~]{16,900}))";

/// Words whose assigned value is secret. Lower case; matched in any case.
constexpr std::array secret_words = std::to_array<string_view>(
    { "password", "passwd", "passphrase", "pwd", "secret", "token", "api_key", "api-key", "apikey", "access_key", "access-key", "accesskey",
        "private_key", "private-key", "privatekey", "auth_key", "authkey", "encryption_key", "encryptionkey", "signing_key", "signingkey",
        "credential", "client_key", "account_key", "accountkey", "_pass", "session_id", "connectionstring", "connection_string" });

/// Of these even a value without digits is secret, and one that looks like a hash.
constexpr std::array surely_secret_words = std::to_array<string_view>({ "password", "passwd", "passphrase", "pwd", "secret", "private",
    "api_key", "api-key", "apikey", "_pass", "credential", "encryption", "signing" });

bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }
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

/// What stands for a secret without being one: a reference, a template, an invitation to put one there.
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

/// Compiled when it is first needed: hundreds of counted repetitions take a tenth of a second and megabytes, and most texts need none.
class LatePattern {
public:
    LatePattern() = default;
    explicit LatePattern(char const* pattern) : pattern_(pattern) { }

    RE2 const& get() const
    {
        std::call_once(once_, [this] { compiled_ = std::make_unique<RE2>(pattern_, RE2::Quiet); });
        return *compiled_;
    }

private:
    char const* pattern_ = "";
    mutable std::once_flag once_;
    mutable std::unique_ptr<RE2> compiled_;
};

/// The literals' one automaton, and the rules.
struct Compiled {
    struct Literal {
        string_view text;
        LatePattern const* pattern;
        string_view type;
    };

    Compiled()
    {
        for (Rule const& rule : token_rules) {
            LatePattern const& pattern = patterns.emplace_back(rule.pattern);
            string_view rest = rule.literals;
            while (!rest.empty()) {
                std::size_t const space = std::min(rest.find(' '), rest.size());
                literals.push_back({ rest.substr(0, space), &pattern, rule.type });
                rest.remove_prefix(std::min(space + 1, rest.size()));
            }
        }
        std::string all;
        for (Literal const& literal : literals)
            all += RE2::QuoteMeta(re2::StringPiece(literal.text.data(), literal.text.size())) + "|";
        all += "-----BEGIN |(?i:authorization|x-api-key";
        for (string_view const word : secret_words)
            all += "|" + RE2::QuoteMeta(re2::StringPiece(word.data(), word.size()));
        all += ")";
        RE2::Options options(RE2::Quiet);
        options.set_max_mem(64 << 20);
        any_literal = std::make_unique<RE2>("(" + all + ")", options);
    }

    std::deque<LatePattern> patterns;
    std::vector<Literal> literals;
    std::unique_ptr<RE2> any_literal;
    LatePattern assigned { assigned_value };
    LatePattern bearer { bearer_value };
};

Compiled const& compiled()
{
    static Compiled const instance;
    return instance;
}

re2::StringPiece piece(string_view text) { return { text.data(), text.size() }; }

/// The block that begins with "-----BEGIN " at `at`, if it is a private key: to its end line, or as far as it looks like one.
std::size_t end_of_private_key(string_view text, std::size_t at)
{
    static RE2 const header(R"(-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----)", RE2::Quiet);
    static RE2 const footer(R"((?:\\n|[\s"'+,])*-----END [A-Z0-9 ]{0,40}-----)", RE2::Quiet);
    re2::StringPiece rest = piece(text.substr(at, longest_match));
    if (!RE2::Consume(&rest, header))
        return at;
    std::size_t end = text.size() - (text.size() - at - (std::min(longest_match, text.size() - at) - rest.size()));
    std::size_t const body = end;
    std::size_t run = 0;
    std::size_t longest_run = 0;
    std::size_t i = body;
    for (std::size_t const limit = std::min(text.size(), at + longest_match); i < limit; ++i) {
        char const c = text[i];
        bool const base64 = is_word(c) || c == '+' || c == '/' || c == '=';
        if (!base64 && string_view(" \t\r\n\\\"':,.-").find(c) == string_view::npos)
            break;
        if (text.substr(i).starts_with("-----"))
            break;
        run = base64 ? run + 1 : 0;
        longest_run = std::max(longest_run, run);
        if (base64 && longest_run >= 32)
            end = i + 1;
    }
    re2::StringPiece tail = piece(text.substr(end, 400));
    std::size_t const before = tail.size();
    if (RE2::Consume(&tail, footer) && (end > body || tail.size() < before))
        return end + before - tail.size();
    return end > body ? end : at;
}

void add(string_view text, re2::StringPiece const& match, string_view type, std::vector<FoundSecret>& found)
{
    if (match.data() == nullptr || match.empty())
        return;
    auto const begin = static_cast<std::size_t>(match.data() - text.data());
    found.push_back({ begin, begin + match.size(), type });
}

void try_token(string_view text, std::size_t at, Compiled::Literal const& literal, std::vector<FoundSecret>& found)
{
    // A token does not begin in the middle of a word; what is no token's beginning (://, =, .) may.
    if (at > 0 && is_word(literal.text.front()) && is_word(text[at - 1]))
        return;
    re2::StringPiece groups[3];
    string_view const window = text.substr(at, 16 * 1024);
    RE2 const& pattern = literal.pattern->get();
    int const count = 1 + std::min(2, pattern.NumberOfCapturingGroups());
    if (!pattern.Match(piece(window), 0, window.size(), RE2::ANCHOR_START, groups, count))
        return;
    for (int i = 1; i < count; ++i)
        add(text, groups[i], literal.type, found);
}

void try_assignment(string_view text, std::size_t at, std::size_t word_size, std::vector<FoundSecret>& found)
{
    re2::StringPiece groups[4];
    std::size_t const from = at + word_size;
    string_view const window = text.substr(from, 1024);
    if (!compiled().assigned.get().Match(piece(window), 0, window.size(), RE2::ANCHOR_START, groups, 4))
        return;
    bool const is_quoted = !groups[2].empty();
    re2::StringPiece const& value = is_quoted ? groups[2] : groups[3];
    auto const begin = static_cast<std::size_t>(value.data() - text.data());
    std::size_t const end = begin + value.size();
    std::size_t name_begin = at;
    while (name_begin > 0 && at - name_begin < 40 && (is_word(text[name_begin - 1]) || text[name_begin - 1] == '-'))
        --name_begin;
    std::string const name = support::to_lower_ascii(text.substr(name_begin, begin - name_begin));
    if (is_secret_value(name, text.substr(begin, end - begin), is_quoted, end < text.size() ? text[end] : '\0'))
        found.push_back({ begin, end, "secret" });
}

void try_bearer(string_view text, std::size_t at, std::vector<FoundSecret>& found)
{
    re2::StringPiece groups[2];
    string_view const line = text.substr(at, std::min(text.find('\n', at), text.size()) - at).substr(0, 1200);
    if (compiled().bearer.get().Match(piece(line), 0, line.size(), RE2::UNANCHORED, groups, 2)
        && !is_reference(string_view(groups[1].data(), groups[1].size())))
        add(text, groups[1], "bearer-token", found);
}

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

void find_by_rules(string_view text, std::vector<FoundSecret>& found)
{
    Compiled const& rules = compiled();
    re2::StringPiece match;
    std::size_t at = 0;
    while (at < text.size() && rules.any_literal->Match(piece(text), at, text.size(), RE2::UNANCHORED, &match, 1)) {
        at = static_cast<std::size_t>(match.data() - text.data());
        string_view const rest = text.substr(at);
        if (rest.starts_with("-----BEGIN ")) {
            std::size_t const end = end_of_private_key(text, at);
            if (end > at) {
                found.push_back({ at, end, "private-key" });
                at = end;
                continue;
            }
        }
        for (Compiled::Literal const& literal : rules.literals) {
            if (rest.starts_with(literal.text))
                try_token(text, at, literal, found);
        }
        std::string const lower = support::to_lower_ascii(rest.substr(0, 20));
        for (string_view const word : secret_words) {
            if (lower.starts_with(word))
                try_assignment(text, at, word.size(), found);
        }
        if (lower.starts_with("authorization") || lower.starts_with("x-api-key"))
            try_bearer(text, at, found);
        ++at;
    }
}

}
