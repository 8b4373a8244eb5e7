#include "workspace/redactor.h"

#include "workspace/assigned_secret.h"

#include <cstring>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <random>

namespace countersign::workspace {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

/// A key of the wanted form, put together here so that no scanner of this repository takes it for a real one.
std::string letters(
    std::size_t count, unsigned seed = 7, std::string_view of = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
{
    std::mt19937 random(seed);
    std::string text;
    for (std::size_t i = 0; i < count; ++i)
        text += of[random() % of.size()];
    return text;
}
std::string hex(std::size_t count) { return letters(count, 11, "0123456789abcdef"); }

std::string private_key(std::string_view label = "RSA PRIVATE KEY", std::size_t lines = 12)
{
    std::string text = "-----BEGIN " + std::string(label) + "-----\n";
    for (std::size_t i = 0; i < lines; ++i)
        text += letters(64, static_cast<unsigned>(i)) + "\n";
    return text + "-----END " + std::string(label) + "-----\n";
}

TEST(Redactor, takes_out_what_has_the_form_of_a_key)
{
    std::pair<std::string, std::string> const cases[] = {
        { "anthropic-key",
            "sk-ant-"
            "api03-"
                + letters(95) },
        { "openai-key", "sk-" + letters(48) },
        { "openai-key", "sk-proj-" + letters(60) },
        { "aws-key", "AKIA" + letters(16, 3, "ABCDEFGHIJKLMNOP234567") },
        { "github-token", "ghp_" + letters(36) },
        { "github-token", "github_pat_" + letters(22) + "_" + letters(59) },
        { "gitlab-token", "glpat-" + letters(20) },
        { "slack-token",
            "xoxb-"
            "123456789012-"
                + letters(24) },
        { "stripe-key", "sk_live_" + letters(24) },
        { "google-key", "AIza" + letters(35) },
        { "npm-token", "npm_" + letters(36) },
        { "pypi-token", "pypi-" + letters(80) },
        { "huggingface-token", "hf_" + letters(34) },
        { "digitalocean-token", "dop_v1_" + hex(64) },
        { "sendgrid-key", "SG." + letters(22) + "." + letters(43) },
        { "vault-token", "hvs." + letters(40) },
        { "jwt", "eyJ" + letters(33) + ".eyJ" + letters(60) + "." + letters(43) },
        { "age-key", "AGE-SECRET-KEY-1" + letters(58, 5, "ABCDEFGHIJ234567") },
    };
    Redactor const redactor;
    for (auto const& [type, key] : cases) {
        std::string const text = "const k = \"" + key + "\"; // " + key + "\n";
        std::string const shown = redactor.redact(text);
        EXPECT_THAT(shown, HasSubstr("[REDACTED:" + type + ":")) << type;
        EXPECT_THAT(shown, Not(HasSubstr(key.substr(key.size() / 2)))) << type;
        EXPECT_THAT(shown, StartsWith("const k = \"[")) << shown;
        EXPECT_EQ(count_placeholders(shown), 2u);
    }
}

TEST(Redactor, takes_out_the_second_half_of_a_pair)
{
    std::string const id = "AKIA" + letters(16, 3, "ABCDEFGHIJKLMNOP234567");
    std::string const secret = letters(40, 4);
    for (std::string const& text :
        { id + " " + secret, id + "\n" + secret + "\n", "aws_access_key_id=" + id + "\naws_secret_access_key=" + secret })
        EXPECT_THAT(Redactor().redact(text), Not(HasSubstr(secret))) << text;
}

TEST(Redactor, takes_out_private_key_blocks_whole)
{
    Redactor const redactor;
    for (char const* label :
        { "RSA PRIVATE KEY", "OPENSSH PRIVATE KEY", "PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "PGP PRIVATE KEY BLOCK" }) {
        std::string const shown = redactor.redact("before\n" + private_key(label) + "after\n");
        EXPECT_THAT(shown, ::testing::MatchesRegex("before\n\\[REDACTED:private-key:[0-9a-f]+\\]\nafter\n")) << label;
    }
    std::string const key = private_key();
    std::string in_json = "{\"k\": \"";
    for (char const c : key)
        in_json += c == '\n' ? std::string("\\n") : std::string(1, c);
    EXPECT_THAT(redactor.redact(in_json + "\"}"), ::testing::MatchesRegex("\\{\"k\": \"\\[REDACTED:private-key:[0-9a-f]+\\](\\\\n)?\"\\}"));
    // Cut off before its end.
    EXPECT_THAT(redactor.redact(key.substr(0, 300)), Not(HasSubstr(letters(20, 1).substr(0, 20))));
    EXPECT_EQ(redactor.redact("-----BEGIN PUBLIC KEY-----\nMIIB\n"), "-----BEGIN PUBLIC KEY-----\nMIIB\n");
    std::string const code = "if (line == \"-----BEGIN RSA PRIVATE KEY-----\") { read_until(\"-----END RSA PRIVATE KEY-----\"); }\n";
    EXPECT_EQ(redactor.redact(code), code);
}

TEST(Redactor, takes_out_passwords_in_addresses)
{
    Redactor const redactor;
    EXPECT_THAT(
        redactor.redact("postgres://u:p@ss@h/db"), ::testing::MatchesRegex("postgres://u:\\[REDACTED:url-password:[0-9a-f]+\\]@h/db"));
    EXPECT_THAT(redactor.redact("redis://:hunter22@10.0.0.1:6379/0"), Not(HasSubstr("hunter22")));
    for (char const* harmless : { "https://example.org/a:b@c", "http://localhost:3000/x", "git@github.com:a/b.git",
             "see https://a.example/x?y=1:2@3", "postgres://${USER}:${PASSWORD}@${HOST}/db", "https://a:80/x and b@c" })
        EXPECT_EQ(redactor.redact(harmless), harmless);
}

TEST(Redactor, takes_out_what_is_assigned_to_something_secret)
{
    Redactor const redactor;
    for (char const* text : { "password = \"hunter2hunter2\"", "DB_PASSWORD: 'c0rrect-h0rse'", "  \"client_secret\": \"aB3dE5gH7jK9mN1p\",",
             "define('DB_PASSWORD', 's3cr3tPassw0rd');", "api_key=4f9Jd8sKq2Lm5NpX", "export API_TOKEN=Zx81kdQpw93nVb27",
             "token := `q9W8e7R6t5Y4u3I2`", "-H \"Authorization: Bearer abcDEF123456ghiJKL789\"",
             "spring.datasource.password=Tr0ub4dor3xyz" }) {
        EXPECT_EQ(count_placeholders(redactor.redact(text)), 1u) << redactor.redact(text);
    }
}

TEST(Redactor, knows_how_languages_assign)
{
    Redactor const redactor;
    std::string const value = "q9W8e7R6t5Y4";
    for (char const* before : { "PassWord := \"", "password=>'", "$cfg['password'] = '", "api_key: rb\"", "pwd ||= \"",
             "pwd = x || password || \"", "token \?\?= `", "secret \?\? '", "password,\n    \"", "\"password\"\t:\t\"", "passwd=" }) {
        std::string const text = before + value + (std::string_view(before).ends_with('=') ? '\n' : before[std::strlen(before) - 1]);
        std::string const shown = redactor.redact(text);
        EXPECT_THAT(shown, StartsWith(std::string(before) + "[REDACTED:secret:")) << text;
        EXPECT_THAT(shown, Not(HasSubstr(value))) << text;
    }
    for (std::string const& text : { "password \"" + value + "\"", "password = \"" + value + "\n",
             "password = \"" + value.substr(0, 7) + "\"", "password_" + std::string(50, 'x') + " = \"" + value + "\"",
             std::string("password = "), std::string("password"), std::string("pass") })
        EXPECT_EQ(redactor.redact(text), text);
}

TEST(Redactor, leaves_code_hashes_and_ids_alone)
{
    Redactor const redactor;
    std::string const sha256 = hex(64);
    for (std::string const& text :
        std::vector<std::string> { "password = get_password_from_prompt(user)", "token = self.next_token(stream2)",
            "const apiKey = process.env.API_KEY;", "secret: ${SECRET_FROM_VAULT}", "password: \"<your password here>\"",
            "std::string token_text(std::string_view text);", "\"integrity\": \"sha512-" + letters(86) + "==\"",
            "\"resolved\": \"https://registry.example/a/-/a-1.0.0.tgz#" + hex(40) + "\"", "checksum = \"" + sha256 + "\"",
            "commit " + hex(40), "id: 3fa85f64-5717-4562-b3fc-2c963f66afa6", "token: 3fa85f64-5717-4562-b3fc-2c963f66afa6",
            "h1:" + letters(43) + "=", "author = \"Ada Lovelace 1815-1852\"", "the secret of the token is to parse the password field",
            "primary_key=True", "sk-learn", "AKIA", "eyJhbGciOi", "password: string;", "bool is_token(char c) { return c == '_'; }",
            "monkey: banana1234567" })
        EXPECT_EQ(redactor.redact(text), text);
}

TEST(Redactor, knows_the_values_of_credential_files_in_every_encoding)
{
    Redactor redactor;
    redactor.know_file("# db\nDATABASE_PASSWORD=correct horse battery\nexport "
                       "SESSION='Yx7/+a?b=c\"d'\nMODE=production\nPORT=5432\nURL=http://localhost:3000/x\nSHORT=abc\n"
                       "json_like: \"plain-value-x9\",\n");
    EXPECT_EQ(count_placeholders(redactor.redact("log: correct horse battery staple")), 1u);
    EXPECT_EQ(count_placeholders(redactor.redact("log: plain-value-x9")), 1u);
    for (char const* harmless : { "in production", "port 5432", "http://localhost:3000/x", "abc" })
        EXPECT_EQ(redactor.redact(harmless), harmless);
    // "correct horse battery": base64 alone and after one and two bytes, hex, percent-encoded, reversed
    for (char const* encoded : { "Y29ycmVjdCBob3JzZSBiYXR0ZXJ5", "eGNvcnJlY3QgaG9yc2UgYmF0dGVyeXg=", "eHhjb3JyZWN0IGhvcnNlIGJhdHRlcnl4",
             "636f727265637420686f72736520626174746572793a", "636F727265637420686F7273652062617474657279", "correct%20horse%20battery",
             "yrettab esroh tcerroc" })
        EXPECT_EQ(count_placeholders(redactor.redact(std::string("x ") + encoded)), 1u) << encoded;
    EXPECT_EQ(count_placeholders(redactor.redact("\"Yx7/+a?b=c\\\"d\"")), 1u);
}

TEST(Redactor, knows_secrets_of_the_environment_but_not_its_ordinary_values)
{
    Redactor redactor;
    redactor.know_environment(
        { { "HOME", "/srv/somebody" }, { "PATH", "/usr/bin:/bin" }, { "TERM", "xterm-256color" }, { "SSH_AUTH_SOCK", "/tmp/ssh-x/agent.1" },
            { "MY_SERVICE_KEY", "wq8-not-a-known-form" }, { "AUTH_MODE", "disabled" }, { "DB_PASS", "pa55w0rdish" } });
    EXPECT_EQ(count_placeholders(redactor.redact("wq8-not-a-known-form and pa55w0rdish")), 2u);
    for (char const* harmless : { "/srv/somebody", "xterm-256color", "/tmp/ssh-x/agent.1", "disabled" })
        EXPECT_EQ(redactor.redact(harmless), harmless);
}

TEST(Redactor, gives_the_same_secret_the_same_placeholder)
{
    Redactor redactor;
    redactor.know("first-secret-value", "env");
    redactor.know("other-secret-value", "env");
    std::string const shown = redactor.redact("first-secret-value other-secret-value first-secret-value");
    EXPECT_EQ(shown.substr(0, 23), shown.substr(shown.size() - 23));
    EXPECT_NE(shown.substr(0, 23), shown.substr(24, 23));
    EXPECT_EQ(redactor.redact(shown), shown);
}

TEST(Redactor, finds_a_secret_that_is_cut_between_parts)
{
    Redactor redactor;
    redactor.know("first-secret-value", "env");
    std::string a = "x first-sec", b = "ret-", c = "value y", d = "ghp_" + letters(36);
    RedactingParts(redactor).redact({ &a, &b, &c, &d });
    EXPECT_THAT(a, ::testing::MatchesRegex("x \\[REDACTED:env:[0-9a-f]+\\]"));
    EXPECT_EQ(b, "");
    EXPECT_EQ(c, " y");
    EXPECT_THAT(d, StartsWith("[REDACTED:github-token:"));
}

TEST(Redactor, finds_in_a_conversation_that_grows_or_changes_what_it_finds_in_one_seen_for_the_first_time)
{
    Redactor redactor;
    redactor.know("first-secret-value", "env");
    std::mt19937 random(11);
    std::string const begun = "ghp_" + letters(20), ended = letters(16);
    std::string_view const pieces[] = { "first-sec", "ret-value", "first-secret-value", begun, ended, "word ", "\n", "" };
    auto const some_part = [&] {
        std::string part;
        for (std::size_t left = random() % 4; left > 0; --left)
            part += random() % 6 == 0 ? letters(random() % 3000, static_cast<unsigned>(random()))
                                      : std::string(pieces[random() % std::size(pieces)]);
        return part;
    };
    std::size_t placeholders = 0;
    for (int conversation = 0; conversation < 20; ++conversation) {
        RedactingParts remembering(redactor);
        std::vector<std::string> parts;
        for (int turn = 0; turn < 30; ++turn) {
            switch (random() % 6) {
            case 0:
                if (!parts.empty())
                    parts[random() % parts.size()] = some_part();
                break;
            case 1:
                parts.resize(random() % (parts.size() + 1));
                break;
            default:
                for (std::size_t more = random() % 4; more > 0; --more)
                    parts.push_back(some_part());
            }
            std::vector<std::string> remembered = parts, fresh = parts;
            auto const places = [](std::vector<std::string>& texts) {
                std::vector<std::string*> result(texts.size());
                std::transform(texts.begin(), texts.end(), result.begin(), [](std::string& text) { return &text; });
                return result;
            };
            remembering.redact(places(remembered));
            RedactingParts(redactor).redact(places(fresh));
            ASSERT_EQ(remembered, fresh) << "conversation " << conversation << ", turn " << turn;
            std::string whole;
            for (std::string const& text : remembered)
                whole += text;
            EXPECT_EQ(whole.find("first-secret-value"), std::string::npos);
            placeholders += count_placeholders(whole);
        }
    }
    EXPECT_GT(placeholders, 100u);
}

TEST(Redactor, never_lets_a_planted_secret_through_however_a_stream_is_cut)
{
    Redactor redactor;
    std::string const known = "Kn0wn/secret+value=" + letters(20);
    redactor.know(known, "env");
    std::string const token = "ghp_" + letters(36);
    std::string const key = private_key("OPENSSH PRIVATE KEY", 40);
    std::mt19937 random(2026);
    for (int round = 0; round < 12; ++round) {
        std::string text;
        for (std::string const& secret : { known, token, key, "eyJ" + letters(30) + ".eyJ" + letters(3000) + "." + letters(40), known }) {
            for (std::size_t words = random() % 1500; words > 0; --words)
                text += letters(random() % 9, static_cast<unsigned>(words), "abcdefgh") + (words % 13 == 0 ? "\n" : " ");
            text += "\n" + secret;
        }
        RedactingStream stream(redactor);
        std::string shown;
        for (std::size_t at = 0; at < text.size();) {
            std::size_t const size = round % 3 == 0 ? 1 + random() % 7 : 1 + random() % 5000;
            shown += stream.push(std::string_view(text).substr(at, size));
            at += size;
        }
        shown += stream.finish();
        ASSERT_EQ(shown, redactor.redact(text));
        for (std::string const& secret : { known, token, letters(64, 20), letters(200, 7).substr(100) })
            ASSERT_EQ(shown.find(secret), std::string::npos) << round;
    }
}

TEST(Redactor, entropy_is_in_bits_a_byte)
{
    EXPECT_EQ(entropy("aaaa"), 0.0);
    EXPECT_NEAR(entropy("abcd"), 2.0, 1e-9);
}

}
}
