#include "workspace/memory_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace countersign::workspace {
namespace {

using ::testing::ElementsAre;

MemoryFiles sample()
{
    return MemoryFiles({ { "src/a.cpp", "a\r\n" }, { "src/deep/b.cpp", "b" }, { ".gitignore", "*.log\nout/\n" }, { "x.log", "" },
        { "out/x", "" }, { "src/.gitignore", "!y.log\n" }, { "src/y.log", "" }, { ".env", "KEY=1" }, { "bin", std::string("\0", 1) },
        { ".git/config", "" } });
}

TEST(MemoryFiles, obey_the_rules_of_a_disk)
{
    MemoryFiles const files = sample();
    EXPECT_EQ(*files.resolve("/workspace/src/a.cpp"), "src/a.cpp");
    EXPECT_EQ(files.resolve("/elsewhere/a").error().code, ErrorCode::denied);
    EXPECT_EQ(*files.read("src/a.cpp")->text, "a\r\n");
    EXPECT_EQ(files.read("src/a.cpp")->format.line_end, LineEnd::crlf);
    EXPECT_EQ(files.read("src/none").error().code, ErrorCode::not_found);
    EXPECT_EQ(files.read("src").error().code, ErrorCode::denied);
    EXPECT_EQ(files.read(".env").error().code, ErrorCode::denied);
    EXPECT_EQ(files.read("bin").error().code, ErrorCode::invalid_params);
}

TEST(MemoryFiles, list_what_the_rules_leave_in)
{
    EXPECT_THAT(sample().list()->paths, ElementsAre(".gitignore", "bin", "src/.gitignore", "src/a.cpp", "src/deep/b.cpp", "src/y.log"));
}

TEST(MemoryFiles, know_folders)
{
    MemoryFiles const files = sample();
    EXPECT_TRUE(files.exists("src"));
    EXPECT_TRUE(files.exists("src/deep"));
    EXPECT_FALSE(files.exists("sr"));
    EXPECT_TRUE(files.check_target("new/file"));
    EXPECT_FALSE(files.check_target("src"));
    EXPECT_FALSE(files.check_target("src/a.cpp/x"));
    EXPECT_FALSE(files.check_target(".git/x"));
}

}
}
