#include "workspace/secret_rules.h"

#include "workspace/assigned_secret.h"
#include "workspace/redactor.h"

#include <algorithm>
#include <array>
#include <bitset>
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

/// `Authorization: Bearer ...`, with whatever quotes and commas stand between.
constexpr char const* bearer_value = R"((?i)(?:bearer|basic|token)[\s"':=,]{1,4}([a-z0-9+/=_\-.~]{16,900}))";

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

/// What a secret, or what leads to one, begins with. Words that lead to one are found in any case.
struct Opening {
    enum class Of { token, private_key, assignment, bearer };
    Of of;
    string_view text;
    LatePattern const* pattern; ///< of a token
    string_view type;           ///< of a token
};

bool begins_with(string_view text, Opening const& opening)
{
    if (text.size() < opening.text.size())
        return false;
    bool const is_exact = opening.of == Opening::Of::token || opening.of == Opening::Of::private_key;
    return std::equal(opening.text.begin(), opening.text.end(), text.begin(),
        [is_exact](char wanted, char c) { return c == wanted || (!is_exact && c >= 'A' && c <= 'Z' && c - 'A' + 'a' == wanted); });
}

/// All openings, by their first bytes: where nothing begins, a byte of a text costs one look at a bit.
class Openings {
public:
    Openings()
    {
        for (Rule const& rule : token_rules) {
            LatePattern const& pattern = patterns_.emplace_back(rule.pattern);
            string_view rest = rule.literals;
            while (!rest.empty()) {
                std::size_t const space = std::min(rest.find(' '), rest.size());
                add({ Opening::Of::token, rest.substr(0, space), &pattern, rule.type });
                rest.remove_prefix(std::min(space + 1, rest.size()));
            }
        }
        add({ Opening::Of::private_key, "-----BEGIN ", nullptr, {} });
        for (string_view const word : secret_words)
            add({ Opening::Of::assignment, word, nullptr, {} });
        for (string_view const header : { "authorization", "x-api-key" })
            add({ Opening::Of::bearer, header, nullptr, {} });
    }

    /// Whether something may begin with these three bytes. Both cases of a letter are one, and so are some other bytes.
    bool may_begin_with(char first, char second, char third) const { return may_begin_[slot_of(first, second) << 5U | five_bits(third)]; }

    /// What may begin with these two, and perhaps others.
    std::vector<Opening> const& beginning_with(char first, char second) const { return slots_[slot_of(first, second)]; }

private:
    static constexpr std::size_t values = 32; ///< of five bits

    static std::size_t five_bits(char c) { return static_cast<unsigned char>(c) & 31U; }
    static std::size_t slot_of(char first, char second) { return five_bits(first) << 5U | five_bits(second); }

    void add(Opening const& opening)
    {
        std::size_t const slot = slot_of(opening.text[0], opening.text[1]);
        slots_[slot].push_back(opening);
        for (std::size_t third = 0; third < values; ++third) {
            if (opening.text.size() == 2 || third == five_bits(opening.text[2]))
                may_begin_[slot << 5U | third] = true;
        }
    }

    std::deque<LatePattern> patterns_;
    std::bitset<values * values * values> may_begin_;
    std::array<std::vector<Opening>, values * values> slots_;
};

Openings const& all_openings()
{
    static Openings const instance;
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

void try_token(string_view text, std::size_t at, Opening const& opening, std::vector<FoundSecret>& found)
{
    // A token does not begin in the middle of a word; what is no token's beginning (://, =, .) may.
    if (at > 0 && is_word(opening.text.front()) && is_word(text[at - 1]))
        return;
    re2::StringPiece groups[3];
    string_view const window = text.substr(at, 16 * 1024);
    RE2 const& pattern = opening.pattern->get();
    int const count = 1 + std::min(2, pattern.NumberOfCapturingGroups());
    if (!pattern.Match(piece(window), 0, window.size(), RE2::ANCHOR_START, groups, count))
        return;
    for (int i = 1; i < count; ++i)
        add(text, groups[i], opening.type, found);
}

void try_bearer(string_view text, std::size_t at, std::vector<FoundSecret>& found)
{
    re2::StringPiece groups[2];
    string_view const line = text.substr(at, std::min(text.find('\n', at), text.size()) - at).substr(0, 1200);
    static RE2 const bearer(bearer_value, RE2::Quiet);
    if (bearer.Match(piece(line), 0, line.size(), RE2::UNANCHORED, groups, 2)
        && !is_reference(string_view(groups[1].data(), groups[1].size())))
        add(text, groups[1], "bearer-token", found);
}

/// Tries what may begin at `at`. Returns where to look next.
std::size_t look_for_secret(string_view text, std::size_t at, std::vector<Opening> const& openings, std::vector<FoundSecret>& found)
{
    for (Opening const& opening : openings) {
        if (!begins_with(text.substr(at), opening))
            continue;
        switch (opening.of) {
        case Opening::Of::token:
            try_token(text, at, opening, found);
            break;
        case Opening::Of::private_key:
            if (std::size_t const end = end_of_private_key(text, at); end > at) {
                found.push_back({ at, end, "private-key" });
                return end;
            }
            break;
        case Opening::Of::assignment:
            if (auto const secret = assigned_secret(text, at, opening.text.size()))
                found.push_back(*secret);
            break;
        case Opening::Of::bearer:
            try_bearer(text, at, found);
            break;
        }
    }
    return at + 1;
}

}

void find_by_rules(string_view text, std::vector<FoundSecret>& found)
{
    Openings const& all = all_openings();
    for (std::size_t at = 0; at + 2 < text.size();) {
        if (all.may_begin_with(text[at], text[at + 1], text[at + 2]))
            at = look_for_secret(text, at, all.beginning_with(text[at], text[at + 1]), found);
        else
            ++at;
    }
}

}
