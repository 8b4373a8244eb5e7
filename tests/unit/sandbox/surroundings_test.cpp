#include "sandbox/surroundings.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>

namespace countersign::sandbox {

namespace fs = std::filesystem;
using testing::Contains;
using testing::Not;
using testing::Pair;

namespace {

class LookAround : public testing::Test {
protected:
    void SetUp() override
    {
        std::string pattern = testing::TempDir() + "countersign-home-XXXXXX";
        home_ = ::mkdtemp(pattern.data());
        for (char const* folder : { ".cargo/bin", ".pyenv/shims", "projects/mine/bin", ".ssh", "own/bin" })
            fs::create_directories(home_ / folder);
        for (char const* file : { ".cargo/credentials.toml", ".cargo/config.toml", ".pyenv/.netrc", ".npmrc", ".netrc" })
            std::ofstream(home_ / file) << "x";
    }
    void TearDown() override { fs::remove_all(home_); }

    Surroundings look(std::string const& path) const
    {
        return look_around({ { "HOME", home_.string() }, { "PATH", path } }, (home_ / "projects/mine").string());
    }
    static std::vector<std::string> inner(Surroundings const& seen)
    {
        std::vector<std::string> paths;
        for (Bind const& bind : seen.binds)
            paths.push_back(bind.inner);
        return paths;
    }
    static std::string variable(Surroundings const& seen, std::string const& name)
    {
        for (auto const& [key, value] : seen.environment) {
            if (key == name)
                return value;
        }
        return "(none)";
    }

    fs::path home_;
};

}

TEST_F(LookAround, shows_toolchains_but_not_the_home_they_are_in)
{
    Surroundings const seen = look("/usr/bin");
    EXPECT_THAT(inner(seen), Contains((home_ / ".cargo").string()));
    EXPECT_THAT(inner(seen), Contains((home_ / ".pyenv").string()));
    EXPECT_THAT(inner(seen), Contains("/usr"));
    for (char const* hidden : { "", ".ssh", ".npmrc", "projects", ".rustup" })
        EXPECT_THAT(inner(seen), Not(Contains((home_ / hidden).string()))) << hidden;
    for (char const* hidden : { "/etc", "/etc/shadow", "/home", "/var", "/run", "/", "/root", "/tmp" })
        EXPECT_THAT(inner(seen), Not(Contains(hidden))) << hidden;
    EXPECT_EQ((home_ / ".cargo").string(), variable(seen, "CARGO_HOME"));
    EXPECT_EQ("(none)", variable(seen, "RUSTUP_HOME"));
    EXPECT_THAT(seen.home_links, Contains(Pair(".cargo", (home_ / ".cargo").string())));
}

TEST_F(LookAround, hides_the_credentials_of_toolchains)
{
    Surroundings const seen = look("/usr/bin");
    EXPECT_THAT(seen.hidden, Contains((home_ / ".cargo/credentials.toml").string()));
    EXPECT_THAT(seen.hidden, Contains((home_ / ".pyenv/.netrc").string()));
    EXPECT_THAT(seen.hidden, Not(Contains((home_ / ".cargo/config.toml").string())));
}

TEST_F(LookAround, takes_of_PATH_what_is_there_and_not_the_workspace)
{
    std::string const home = home_.string();
    Surroundings const seen = look(home + "/.cargo/bin:.::bin:" + home + "/projects/mine/bin:" + home + "/projects/mine:" + home
        + "/own/bin:" + home + ":/absent/bin:/root:/usr/bin/../bin/:" + home + "/.pyenv/shims");
    EXPECT_EQ(
        home + "/.cargo/bin:" + home + "/own/bin:/usr/bin:" + home + "/.pyenv/shims:/usr/local/sbin:/usr/local/bin:/usr/sbin:/sbin:/bin",
        variable(seen, "PATH"));
    EXPECT_THAT(inner(seen), Contains(home + "/own/bin"));
    EXPECT_THAT(inner(seen), Not(Contains(home + "/own")));
}

TEST_F(LookAround, makes_do_without_HOME_and_PATH)
{
    Surroundings const seen = look_around({}, "/work-space");
    EXPECT_EQ("/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", variable(seen, "PATH"));
    EXPECT_EQ("/tmp/home", variable(seen, "HOME"));
    EXPECT_TRUE(seen.hidden.empty());
}

TEST(LoadingVariables, are_told_from_others)
{
    for (char const* name : { "LD_PRELOAD", "ld_library_path", "PYTHONPATH", "PERL5LIB", "GIT_DIR", "HTTPS_PROXY", "no_proxy",
             "NODE_OPTIONS", "BASH_ENV", "PATH", "", "A=B" })
        EXPECT_TRUE(is_loading_variable(name)) << name;
    for (char const* name : { "DEBUG", "RUST_BACKTRACE", "GOLD", "LDFLAGS", "CFLAGS", "MYPATH", "PROXY" })
        EXPECT_FALSE(is_loading_variable(name)) << name;
}

}
