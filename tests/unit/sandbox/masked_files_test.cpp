#include "sandbox/masked_files.h"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <sys/stat.h>

namespace countersign::sandbox {

namespace fs = std::filesystem;
using testing::UnorderedElementsAre;

namespace {

class Masked : public testing::Test {
protected:
    void SetUp() override
    {
        std::string pattern = testing::TempDir() + "countersign-masked-XXXXXX";
        root_ = ::mkdtemp(pattern.data());
    }
    void TearDown() override { fs::remove_all(root_); }
    void write(std::string const& path) const
    {
        fs::create_directories((root_ / path).parent_path());
        std::ofstream(root_ / path) << "x";
    }
    static bool is_secret(std::string const& path) { return path.ends_with(".env") || path.ends_with(".ssh"); }

    fs::path root_;
};

}

TEST_F(Masked, finds_secrets_at_any_depth_and_through_no_link)
{
    for (char const* path : { ".env", "a/b/c/.env", "deploy/.ssh/id", "src/main.c", ".git/x.env" })
        write(path);
    fs::create_directory_symlink("/etc", root_ / "link");
    MaskedFiles files(root_.string(), is_secret);
    EXPECT_THAT(*files.find(), UnorderedElementsAre(".env", "a/b/c/.env", "deploy/.ssh"));
}

TEST_F(Masked, sees_what_has_come_and_gone_since)
{
    write("a/.env");
    write("b/c/file");
    MaskedFiles files(root_.string(), is_secret);
    EXPECT_THAT(*files.find(), UnorderedElementsAre("a/.env"));
    write("b/c/.env");
    EXPECT_THAT(*files.find(), UnorderedElementsAre("a/.env", "b/c/.env"));
    fs::remove_all(root_ / "a");
    write("d/e/f/.env");
    EXPECT_THAT(*files.find(), UnorderedElementsAre("b/c/.env", "d/e/f/.env"));
}

TEST_F(Masked, asks_no_more_about_folders_that_stayed)
{
    for (int index = 0; index < 20; ++index)
        write("folder" + std::to_string(index) + "/file");
    int asked = 0;
    MaskedFiles files(root_.string(), [&](std::string const&) { return ++asked, false; });
    // A folder is remembered once it is old enough that a further change gets another stamp.
    timespec const pause { 0, 60'000'000 };
    ::nanosleep(&pause, nullptr);
    ASSERT_TRUE(files.find());
    EXPECT_EQ(40, asked);
    ASSERT_TRUE(files.find());
    EXPECT_EQ(40, asked);
    write("folder3/new");
    ASSERT_TRUE(files.find());
    EXPECT_EQ(42, asked);
}

TEST_F(Masked, says_that_the_workspace_is_gone)
{
    MaskedFiles files((root_ / "absent").string(), is_secret);
    EXPECT_EQ(ErrorCode::not_found, files.find().error().code);
}

}
