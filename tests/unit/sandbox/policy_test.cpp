#include "sandbox/policy.h"

#include <gmock/gmock.h>

namespace countersign::sandbox {

namespace {

using Argv = std::vector<std::string>;

CommandKind kind_of(Argv const& argv) { return classify(argv).kind; }

Decision decided(Level level, Argv const& argv, std::vector<std::string> const& allow = {}, std::vector<std::string> const& deny = {})
{
    Policy policy;
    policy.level = level;
    for (std::string const& text : allow)
        policy.allow.push_back(*CommandPattern::parse(text));
    for (std::string const& text : deny)
        policy.deny.push_back(*CommandPattern::parse(text));
    if (level == Level::connected)
        policy.hosts = { "example.com" };
    return decide(policy, argv).decision;
}

struct Expected {
    Argv argv;
    CommandKind kind;
};

class Kinds : public ::testing::TestWithParam<Expected> { };

TEST_P(Kinds, are_told_apart) { EXPECT_EQ(to_string(kind_of(GetParam().argv)), to_string(GetParam().kind)) << shown(GetParam().argv); }

INSTANTIATE_TEST_SUITE_P(OfPlainCommands, Kinds,
    ::testing::Values(Expected { { "ctest" }, CommandKind::plain }, Expected { { "git", "diff", "--no-textconv" }, CommandKind::plain },
        Expected { { "git", "log", "push" }, CommandKind::plain }, Expected { { "git", "-C", "src", "status" }, CommandKind::plain },
        Expected { { "make", "SHELL=/tmp/x" }, CommandKind::plain }, Expected { { "cargo", "build" }, CommandKind::plain },
        Expected { { "python3.11", "-m", "pytest" }, CommandKind::plain }, Expected { { "go", "test", "./..." }, CommandKind::plain },
        Expected { { "env", "A=1", "ctest" }, CommandKind::plain }, Expected { { "timeout", "5", "make" }, CommandKind::plain },
        Expected { { "find", ".", "-name", "docker" }, CommandKind::plain }, Expected { { "sed", "-n", "1,20p", "a" }, CommandKind::plain },
        Expected { { "sed", "s/e/w/g", "a" }, CommandKind::plain }, Expected { { "sort", "-k1", "a" }, CommandKind::plain },
        Expected { { "bash", "build.sh" }, CommandKind::plain }, Expected { { "npm", "test" }, CommandKind::plain },
        Expected { { "./build/tests/unit" }, CommandKind::plain }));

INSTANTIATE_TEST_SUITE_P(OfShellText, Kinds,
    ::testing::Values(Expected { { "sh", "-c", "id" }, CommandKind::shell_text },
        Expected { { "/bin/bash", "-lc", "id" }, CommandKind::shell_text },
        Expected { { "bash", "--norc", "-xec", "id" }, CommandKind::shell_text },
        Expected { { "env", "-i", "sh", "-c", "id" }, CommandKind::shell_text },
        Expected { { "env", "-S", "sh -c id" }, CommandKind::shell_text }, Expected { { "env", "-Ssh -c id" }, CommandKind::shell_text },
        Expected { { "timeout", "5", "nice", "-n", "10", "sh", "-c", "x" }, CommandKind::shell_text },
        Expected { { "xargs", "-I{}", "sh", "-c", "{}" }, CommandKind::shell_text },
        Expected { { "find", ".", "-exec", "sh", "-c", "id", ";" }, CommandKind::shell_text },
        Expected { { "busybox", "sh", "-c", "id" }, CommandKind::shell_text }, Expected { { "watch", "id" }, CommandKind::shell_text },
        Expected { { "script", "-qc", "id", "/dev/null" }, CommandKind::shell_text },
        Expected { { "/lib64/ld-linux-x86-64.so.2", "/bin/sh", "-c", "id" }, CommandKind::shell_text }));

INSTANTIATE_TEST_SUITE_P(OfReachingCommands, Kinds,
    ::testing::Values(Expected { { "find", ".", "-delete" }, CommandKind::reaching },
        Expected { { "find", ".", "-exec", "cat", "{}", ";" }, CommandKind::reaching },
        Expected { { "find", ".", "-fprintf", "/home/u/.bashrc", "x" }, CommandKind::reaching },
        Expected { { "git", "-c", "core.fsmonitor=touch /tmp/x", "status" }, CommandKind::reaching },
        Expected { { "git", "--upload-pack=sh -c id", "ls-remote", "." }, CommandKind::reaching },
        Expected { { "git", "--upload-p=x", "ls-remote" }, CommandKind::reaching },
        Expected { { "git", "config", "--global", "core.hooksPath", "/x" }, CommandKind::reaching },
        Expected { { "git", "commit", "-m", "x" }, CommandKind::reaching }, Expected { { "sed", "s/x/id/e", "a" }, CommandKind::reaching },
        Expected { { "sed", "1e id", "a" }, CommandKind::reaching }, Expected { { "sed", "s|x|y|w /tmp/a", "a" }, CommandKind::reaching },
        Expected { { "sort", "-o", "/etc/x", "a" }, CommandKind::reaching },
        Expected { { "sort", "-uo", "x", "a" }, CommandKind::reaching },
        Expected { { "rg", "--pre", "./x.sh", "pat" }, CommandKind::reaching },
        Expected { { "rg", "--pre=./x", "p" }, CommandKind::reaching },
        Expected { { "man", "--html=sh -c id", "ls" }, CommandKind::reaching },
        Expected { { "awk", "BEGIN{system(\"id\")}" }, CommandKind::reaching },
        Expected { { "/lib64/ld-linux-x86-64.so.2", "/usr/bin/npx" }, CommandKind::reaching },
        Expected { { "./git", "status" }, CommandKind::reaching }, Expected { { "pip", "install", "." }, CommandKind::reaching },
        Expected { { "rm", "-rf", "/" }, CommandKind::reaching }, Expected { { "nice", "rm", "-rf", "." }, CommandKind::reaching }));

INSTANTIATE_TEST_SUITE_P(OfTheOthers, Kinds,
    ::testing::Values(Expected { { "python3", "-c", "import os" }, CommandKind::inline_code },
        Expected { { "node", "--eval", "1" }, CommandKind::inline_code }, Expected { { "perl", "-ne", "print" }, CommandKind::inline_code },
        Expected { { "curl", "http://x/" }, CommandKind::network }, Expected { { "git", "push" }, CommandKind::network },
        Expected { { "git", "-C", "x", "push" }, CommandKind::network }, Expected { { "ping", "-c1", "x" }, CommandKind::network },
        Expected { { "timeout", "9", "curl", "x" }, CommandKind::network }, Expected { { "sudo", "ls" }, CommandKind::forbidden },
        Expected { { "/usr/bin/sudo", "ls" }, CommandKind::forbidden }, Expected { { "env", "A=1", "sudo", "ls" }, CommandKind::forbidden },
        Expected { { "docker", "run", "-v", "/:/h", "x" }, CommandKind::forbidden }, Expected { { "ssh", "host" }, CommandKind::forbidden },
        Expected { { "xargs", "mount" }, CommandKind::forbidden }));

TEST(Classify, takes_a_wrapper_with_very_many_arguments_for_one_that_hides_something)
{
    Argv argv { "env" };
    argv.resize(300, "A=1");
    EXPECT_EQ(kind_of(argv), CommandKind::shell_text);
}

TEST(Classify, survives_any_words)
{
    for (Argv const& argv : { Argv { "sed", "" }, { "sed", "s" }, { "sed", "/" }, { "-" }, { "/" }, { "123" }, { "env", "" },
             { "git", "-" }, { "git", "--" }, { "find", "-exec" }, { "sh", "-" }, { "\xFF\xFE", "\x01" } })
        EXPECT_EQ(classify(argv).why, classify(argv).why);
}

TEST(Decide, follows_the_level)
{
    Argv const plain { "ctest" }, code { "python3", "-c", "1" }, reaching { "find", ".", "-delete" }, shell { "sh", "-c", "id" },
        network { "curl", "x" }, forbidden { "sudo", "ls" };
    for (Argv const& argv : { plain, code, reaching, shell, network, forbidden })
        EXPECT_EQ(decided(Level::analyze, argv), Decision::refuse);
    for (Argv const& argv : { plain, code, reaching, shell })
        EXPECT_EQ(decided(Level::propose, argv), Decision::ask);
    for (Level const level : { Level::verify, Level::connected }) {
        EXPECT_EQ(decided(level, plain), Decision::run);
        EXPECT_EQ(decided(level, code), Decision::run);
        EXPECT_EQ(decided(level, reaching), Decision::ask);
        EXPECT_EQ(decided(level, shell), Decision::ask);
        EXPECT_EQ(decided(level, forbidden), Decision::refuse);
    }
    EXPECT_EQ(decided(Level::propose, network), Decision::refuse);
    EXPECT_EQ(decided(Level::verify, network), Decision::refuse);
    EXPECT_EQ(decided(Level::connected, network), Decision::ask);
}

TEST(Decide, lets_the_allow_list_answer_but_for_shell_text_and_what_is_refused)
{
    EXPECT_EQ(decided(Level::propose, { "ctest", "-V" }, { "ctest *" }), Decision::run);
    EXPECT_EQ(decided(Level::propose, { "ctest" }, { "ctest *" }), Decision::run);
    EXPECT_EQ(decided(Level::propose, { "ctest", "-V" }, { "ctest" }), Decision::ask);
    EXPECT_EQ(decided(Level::propose, { "/tmp/ctest" }, { "ctest" }), Decision::ask);
    EXPECT_EQ(decided(Level::verify, { "sh", "-c", "id" }, { "sh *" }), Decision::ask);
    EXPECT_EQ(decided(Level::verify, { "sudo", "ls" }, { "sudo *" }), Decision::refuse);
    EXPECT_EQ(decided(Level::analyze, { "ctest" }, { "ctest *" }), Decision::refuse);
}

TEST(Decide, lets_the_deny_list_win_over_all)
{
    EXPECT_EQ(decided(Level::verify, { "npm", "test" }, { "npm *" }, { "npm *" }), Decision::refuse);
    EXPECT_EQ(decided(Level::propose, { "npm", "run", "x" }, {}, { "npm run *" }), Decision::refuse);
    EXPECT_EQ(decided(Level::verify, { "npm", "test" }, {}, { "npm run *" }), Decision::run);
}

TEST(Decide, remembers_no_shell_text)
{
    EXPECT_TRUE(decide({}, Argv { "ctest" }).can_remember);
    EXPECT_FALSE(decide({}, Argv { "sh", "-c", "ctest" }).can_remember);
    EXPECT_FALSE(decide({}, Argv { "sudo", "ls" }).can_remember);
}

TEST(CheckArgv, refuses_what_no_program_can_be_started_with)
{
    EXPECT_TRUE(check_argv(Argv { "ls", "", "\xFF" }));
    EXPECT_EQ(check_argv(Argv {}).error().code, ErrorCode::invalid_params);
    EXPECT_EQ(check_argv(Argv { "" }).error().code, ErrorCode::invalid_params);
    EXPECT_EQ(check_argv(Argv { "ls", std::string("a\0b", 3) }).error().message, "argv[1]: a NUL character cannot be part of an argument");
    EXPECT_EQ(check_argv(Argv(200'000, "x")).error().code, ErrorCode::too_large);
    EXPECT_EQ(check_argv(Argv { "ls", std::string(200'000, 'x') }).error().code, ErrorCode::too_large);
}

TEST(Shown, is_one_line_that_says_all)
{
    EXPECT_EQ(shown(Argv { "ctest", "-R", "a b" }), "ctest -R 'a b'");
    EXPECT_EQ(shown(Argv { "", "it's" }), "'' 'it'\\''s'");
    std::string const hostile = shown(Argv { "printf", "\033]52;c;x\007", "a\nb", "\u202Ecod.exe" });
    EXPECT_EQ(hostile.find_first_of("\033\007\n"), std::string::npos);
    EXPECT_EQ(hostile.find("\u202E"), std::string::npos);
    EXPECT_NE(hostile.find("a\\nb"), std::string::npos);
}

TEST(CommandPattern, needs_a_program)
{
    EXPECT_FALSE(CommandPattern::parse(""));
    EXPECT_FALSE(CommandPattern::parse("  "));
    EXPECT_FALSE(CommandPattern::parse("*"));
    EXPECT_FALSE(CommandPattern::parse("* test"));
    EXPECT_TRUE(CommandPattern::parse("npm *"));
}

TEST(CommandPattern, matches_within_words)
{
    auto const pattern = *CommandPattern::parse("npm run test:* --silent");
    EXPECT_TRUE(pattern.matches(Argv { "npm", "run", "test:unit", "--silent" }));
    EXPECT_TRUE(pattern.matches(Argv { "npm", "run", "test:", "--silent" }));
    EXPECT_FALSE(pattern.matches(Argv { "npm", "run", "test:unit", "--silent", "x" }));
    EXPECT_FALSE(pattern.matches(Argv { "npm", "run", "lint", "--silent" }));
    std::string const many(60, 'a');
    EXPECT_FALSE(CommandPattern::parse("x a*a*a*a*a*a*a*a*b")->matches(Argv { "x", many + many + many }));
}

TEST(Levels, have_names_and_numbers)
{
    EXPECT_EQ(*level_from("verify"), *level_from("2"));
    EXPECT_FALSE(level_from("4"));
    EXPECT_FALSE(level_from("Verify"));
    EXPECT_FALSE(level_from(""));
    EXPECT_EQ(to_string(Level::connected), "connected");
}

}

}
