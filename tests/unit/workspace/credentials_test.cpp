#include "workspace/credentials.h"

#include <gtest/gtest.h>

namespace countersign::workspace {
namespace {

TEST(Credentials, are_known_by_name_at_any_depth_in_any_case)
{
    for (std::string_view path : { ".env", ".ENV", "a/b/.env", ".env.production", "server.pem", "x/Y.KEY", "id_rsa", "id_ed25519.pub",
             ".ssh/config", "home/.ssh/known_hosts", ".aws/credentials", ".config/gcloud/x/y", "x/.config/gh/hosts.yml",
             ".docker/config.json", ".netrc", ".npmrc", ".cargo/credentials.toml", ".m2/settings-security.xml", "terraform.tfstate.backup",
             "prod.tfvars", "secrets.yaml", "secrets.yml", "credentials.json", "service-account-7.json", "app/.htpasswd", ".Xauthority",
             "id_r\u017fa", ".\u212aube/config", ".e\u200cnv" })
        EXPECT_TRUE(is_credential(path)) << path;
}

TEST(Credentials, are_not_templates_or_lookalikes)
{
    for (std::string_view path : { ".env.example", ".env.sample", ".env.template", ".env.dist", "config/.ENV.EXAMPLE", "environment.ts",
             "env", "src/keyboard.cpp", "monkey", "ssh/config", ".config/app.toml", ".docker/Dockerfile", "config.json", "secrets.cpp",
             ".gitignore", "settings.xml", "a.pem.md", "gcloud/x", "" })
        EXPECT_FALSE(is_credential(path)) << path;
}

TEST(Credentials, git_internals_are_known_however_a_disk_spells_them)
{
    for (std::string_view path : { ".git", ".git/config", "vendor/sub/.git/hooks/x", ".GIT/config", ".git./config", ".git /x", "git~1/x",
             ".g\u200cit/x", ".git::$INDEX_ALLOCATION/x" })
        EXPECT_TRUE(is_git_internal(path)) << path;
    for (std::string_view path : { ".gitignore", ".gitmodules", ".github/workflows/x.yml", "git/config", "a.git/config", ".gitattributes" })
        EXPECT_FALSE(is_git_internal(path)) << path;
}

TEST(Credentials, refusal_says_which_file_and_why)
{
    EXPECT_EQ(to_string(check_not_protected(".env").error()), "denied: .env may hold credentials; it is neither shown nor changed");
    EXPECT_EQ(to_string(check_not_protected(".git/config").error()),
        "denied: .git/config belongs to git itself; it is neither shown nor changed");
    EXPECT_TRUE(check_not_protected("src/main.cpp"));
}

}
}
