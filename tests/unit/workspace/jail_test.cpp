#include "workspace/jail.h"

#include "temporary_folder.h"
#include "workspace/listing.h"

#include <cstdlib>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

namespace countersign::workspace {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using workspace::testing::TemporaryFolder;
namespace fs = std::filesystem;

class JailTest : public ::testing::TestWithParam<Jail::Method> {
protected:
    JailTest()
    {
        folder_.write("ws/src/main.cc", "int main() { }\n");
        folder_.write("ws-evil/secret.txt", "outside");
        folder_.write("secret.txt", "outside");
    }

    std::shared_ptr<Jail const> jail() const
    {
        auto opened = Jail::open((folder_ / "ws").string(), GetParam());
        EXPECT_TRUE(opened);
        return *opened;
    }
    void link(std::string const& target, std::string const& name) const { fs::create_symlink(target, folder_ / "ws" / name); }

    /// The text, or "code: message".
    std::string read(std::string const& path) const
    {
        auto const file = jail()->read(path);
        return file ? *file->text : to_string(file.error());
    }
    std::string code(std::string const& path) const
    {
        auto const file = jail()->read(path);
        return file ? "ok" : std::string(to_string(file.error().code));
    }

    TemporaryFolder folder_;
};

INSTANTIATE_TEST_SUITE_P(Methods, JailTest, ::testing::Values(Jail::Method::openat2, Jail::Method::walk),
    [](auto const& parameter) { return parameter.param == Jail::Method::openat2 ? "openat2" : "walk"; });

TEST_P(JailTest, reads_a_file)
{
    auto const file = jail()->read("src/main.cc");
    ASSERT_TRUE(file);
    EXPECT_EQ(*file->text, "int main() { }\n");
    EXPECT_EQ(file->hash.size(), 64u);
    EXPECT_EQ(file->format, TextFormat {});
}

TEST_P(JailTest, says_what_is_missing)
{
    EXPECT_EQ(read("src/nothing.cc"), "not_found: src/nothing.cc does not exist in the workspace");
    EXPECT_EQ(code("src/main.cc/below"), "not_found");
    EXPECT_EQ(code(std::string(300, 'a')), "invalid_params");
}

TEST_P(JailTest, refuses_links_that_lead_outside)
{
    link("../secret.txt", "up");
    link("/etc/passwd", "absolute");
    link((folder_ / "ws/src/main.cc").string(), "absolute_inside");
    link("..", "parent");
    link("src/../../ws-evil", "crooked");
    link("/dev/stdin", "stdin_link");
    link("/proc/self/fd/0", "proc_link");
    for (char const* path : { "up", "absolute", "absolute_inside", "parent/secret.txt", "crooked/secret.txt", "stdin_link", "proc_link" })
        EXPECT_EQ(code(path), "denied") << path;
}

TEST_P(JailTest, refuses_a_path_that_was_never_resolved)
{
    EXPECT_EQ(code("../secret.txt"), "denied");
    EXPECT_EQ(code("src/../../secret.txt"), "denied");
    EXPECT_EQ(code((folder_ / "secret.txt").string()), GetParam() == Jail::Method::openat2 ? "denied" : "not_found");
}

TEST_P(JailTest, follows_a_link_that_stays_inside_only_where_the_kernel_watches)
{
    link("src/main.cc", "ok_link");
    link("src", "folder_link");
    std::string const expected = GetParam() == Jail::Method::openat2 ? "ok" : "denied";
    EXPECT_EQ(code("ok_link"), expected);
    EXPECT_EQ(code("folder_link/main.cc"), expected);
}

TEST_P(JailTest, refuses_loops)
{
    link("loop_b", "loop_a");
    link("loop_a", "loop_b");
    EXPECT_EQ(code("loop_a"), "denied");
}

TEST_P(JailTest, refuses_what_is_not_a_regular_file_without_waiting_for_it)
{
    ASSERT_EQ(::mkfifo((folder_ / "ws/pipe").c_str(), 0600), 0);
    int const socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address {};
    address.sun_family = AF_UNIX;
    std::string const name = (folder_ / "ws/sock").string();
    ASSERT_LT(name.size(), sizeof address.sun_path);
    name.copy(address.sun_path, name.size());
    ASSERT_EQ(::bind(socket, reinterpret_cast<sockaddr const*>(&address), sizeof address), 0);
    EXPECT_EQ(read("pipe"), "denied: pipe is a fifo, not a regular file");
    EXPECT_THAT(read("sock"), HasSubstr("denied: sock is a socket"));
    EXPECT_EQ(read("src"), "denied: src is a folder, not a regular file");
    EXPECT_EQ(read(""), "denied: . is a folder, not a regular file");
    ::close(socket);
}

TEST_P(JailTest, reads_a_hard_link)
{
    fs::create_hard_link(folder_ / "ws/src/main.cc", folder_ / "ws/hard");
    EXPECT_EQ(code("hard"), "ok");
}

TEST_P(JailTest, refuses_a_hard_link_to_what_looks_like_credentials)
{
    folder_.write("elsewhere.txt", "password: \"hunter2hunter2\"\n");
    fs::create_hard_link(folder_ / "elsewhere.txt", folder_ / "ws/notes.txt");
    EXPECT_EQ(read("notes.txt"),
        "denied: notes.txt is a hard link, so the file has another name elsewhere, and it holds what looks like credentials");
    fs::remove(folder_ / "elsewhere.txt"); // now it is an ordinary file, in which the redactor finds what it must
    EXPECT_EQ(code("notes.txt"), "ok");
}

TEST_P(JailTest, refuses_credentials_by_the_name_asked_for_and_by_the_real_one)
{
    folder_.write("ws/.env", "KEY=1");
    folder_.write("ws/.env.example", "KEY=");
    folder_.write("ws/deploy/.ssh/config", "x");
    folder_.write("ws/.git/config", "x");
    link(".env", "ENV_LINK");
    link("deploy/.ssh", "keys");
    link(".git/config", "git_link");
    for (char const* path : { ".env", "deploy/.ssh/config", ".git/config", "ENV_LINK", "keys/config", "git_link" })
        EXPECT_EQ(code(path), "denied") << path;
    EXPECT_EQ(read(".env.example"), "KEY=");
    EXPECT_EQ(jail()->resolve(".ENV").error().code, ErrorCode::denied);
    EXPECT_EQ(jail()->check_readable("ENV_LINK").error().code, ErrorCode::denied);
}

TEST_P(JailTest, refuses_large_files_at_once)
{
    folder_.write("ws/limit.txt", std::string(file_size_limit, 'x'));
    folder_.write("ws/over.txt", std::string(file_size_limit + 1, 'x'));
    folder_.write("ws/line.txt", "");
    fs::resize_file(folder_ / "ws/line.txt", 50'000'000);
    EXPECT_EQ(code("limit.txt"), "ok");
    EXPECT_EQ(read("over.txt"), "too_large: over.txt is larger than 8 MB, which is the most that is read or edited");
    EXPECT_EQ(code("line.txt"), "too_large");
}

TEST_P(JailTest, refuses_what_is_not_text_and_says_where)
{
    folder_.write("ws/binary", std::string("ab\0c", 4));
    folder_.write("ws/latin1.txt", "caf\xe9");
    EXPECT_EQ(read("binary"), "invalid_params: binary is binary, not text: a NUL character at byte 2");
    EXPECT_THAT(read("latin1.txt"), HasSubstr("latin1.txt is not UTF-8: byte 3 is 0xE9"));
}

TEST_P(JailTest, sees_what_exists_without_following_it)
{
    link("/nowhere", "dangling");
    link("..", "parent");
    auto const opened = jail();
    EXPECT_TRUE(opened->exists("src"));
    EXPECT_TRUE(opened->exists("src/main.cc"));
    EXPECT_TRUE(opened->exists("dangling"));
    EXPECT_TRUE(opened->exists(""));
    EXPECT_FALSE(opened->exists("src/other"));
    EXPECT_FALSE(opened->exists("src/main.cc/x"));
    EXPECT_FALSE(opened->exists("parent/secret.txt"));
    EXPECT_FALSE(opened->exists("../secret.txt"));
}

TEST_P(JailTest, lets_edits_be_proposed_only_where_no_link_is)
{
    link("src", "folder_link");
    link("src/main.cc", "file_link");
    link("..", "parent");
    auto const opened = jail();
    EXPECT_TRUE(opened->check_target("src/main.cc"));
    EXPECT_TRUE(opened->check_target("src/new.cc"));
    EXPECT_TRUE(opened->check_target("new/deep/file.cc"));
    for (char const* path : { "folder_link/new.cc", "file_link", "parent/new.cc", "src/main.cc/x", "src", ".git/hooks/x", ".env" }) {
        auto const checked = opened->check_target(path);
        ASSERT_FALSE(checked) << path;
        EXPECT_EQ(checked.error().code, ErrorCode::denied) << path;
    }
    EXPECT_THAT(opened->check_target("folder_link/new.cc").error().message, HasSubstr("folder_link is a symbolic link"));
}

TEST_P(JailTest, lists_what_the_rules_leave_in)
{
    folder_.write("ws/.gitignore", "*.log\n/build/\n!keep.log\n");
    folder_.write("ws/a.log", "");
    folder_.write("ws/keep.log", "");
    folder_.write("ws/build/x.cc", "");
    folder_.write("ws/src/build/y.cc", "");
    folder_.write("ws/src/.gitignore", "generated.cc\n!special.log\n");
    folder_.write("ws/src/generated.cc", "");
    folder_.write("ws/src/special.log", "");
    folder_.write("ws/.ignore", "secret_plans/\n");
    folder_.write("ws/secret_plans/x", "");
    folder_.write("ws/.git/config", "");
    folder_.write("ws/.git/info/exclude", "private.txt\n");
    folder_.write("ws/private.txt", "");
    folder_.write("ws/.env", "");
    folder_.write("ws/node_modules/p/i.js", "");
    folder_.write("ws/bad\xff", "");
    folder_.write("ws/nl\nname", "");
    link("src", "linked");
    link("src/main.cc", "linked.cc");
    auto const listing = jail()->list();
    ASSERT_TRUE(listing);
    EXPECT_TRUE(listing->complete);
    EXPECT_THAT(listing->paths,
        ElementsAre(".gitignore", ".ignore", "keep.log", "node_modules/p/i.js", "src/.gitignore", "src/build/y.cc", "src/main.cc",
            "src/special.log"));
}

TEST_P(JailTest, leaves_out_built_and_downloaded_folders_where_nobody_wrote_rules)
{
    folder_.write("ws/node_modules/p/i.js", "");
    folder_.write("ws/build/x.o", "");
    folder_.write("ws/src/x.o", "");
    EXPECT_THAT(jail()->list()->paths, ElementsAre("src/main.cc"));
}

TEST_P(JailTest, stops_listing_at_its_limits_and_says_so)
{
    for (int i = 0; i < 20; ++i)
        folder_.write("ws/many/" + std::to_string(i), "");
    std::string deep = "ws";
    for (int i = 0; i < 10; ++i)
        deep += "/d";
    folder_.write(deep + "/x", "");
    support::UniqueFd const fd(::open((folder_ / "ws").c_str(), O_PATH | O_DIRECTORY));
    auto const by_files = list_files(fd.get(), GetParam(), { 5, 1000, 64 });
    EXPECT_EQ(by_files->paths.size(), 5u);
    EXPECT_FALSE(by_files->complete);
    auto const by_entries = list_files(fd.get(), GetParam(), { 1000, 10, 64 });
    EXPECT_LE(by_entries->paths.size(), 10u);
    EXPECT_FALSE(by_entries->complete);
    auto const by_depth = list_files(fd.get(), GetParam(), { 1000, 1000, 9 });
    EXPECT_EQ(by_depth->paths.size(), 21u);
    EXPECT_FALSE(by_depth->complete);
    auto const whole = list_files(fd.get(), GetParam(), { 1000, 1000, 10 });
    EXPECT_EQ(whole->paths.size(), 22u);
    EXPECT_TRUE(whole->complete);
}

TEST_P(JailTest, keeps_to_the_folder_it_opened_when_its_name_moves)
{
    auto const opened = jail();
    fs::rename(folder_ / "ws", folder_ / "moved");
    fs::rename(folder_ / "ws-evil", folder_ / "ws");
    EXPECT_TRUE(opened->read("src/main.cc"));
    EXPECT_FALSE(opened->read("secret.txt"));
}

TEST(Jail, opens_only_folders)
{
    TemporaryFolder const folder;
    folder.write("file", "");
    EXPECT_EQ(Jail::open((folder / "none").string()).error().code, ErrorCode::not_found);
    EXPECT_EQ(Jail::open((folder / "file").string()).error().code, ErrorCode::denied);
    EXPECT_EQ(Jail::open("").error().code, ErrorCode::invalid_params);
}

TEST(Jail, is_never_the_home_directory_or_what_holds_it)
{
    TemporaryFolder const folder;
    folder.write("home/me/project/a", "");
    fs::create_directory_symlink("home", folder / "link");
    std::string const home = (folder / "home/me").string();
    char const* const before = std::getenv("HOME");
    std::string const old = before == nullptr ? "" : before;
    ::setenv("HOME", home.c_str(), 1);
    for (std::string const& path : { std::string("/"), home, home + "/", (folder / "home").string(), (folder / "link").string() }) {
        auto const jail = Jail::open(path);
        ASSERT_FALSE(jail) << path;
        EXPECT_EQ(jail.error().code, ErrorCode::denied);
        EXPECT_NE(jail.error().message.find("too much"), std::string::npos);
    }
    EXPECT_TRUE(Jail::open(home + "/project"));
    ::setenv("HOME", old.c_str(), 1);
}

TEST(Jail, takes_both_names_of_a_linked_folder)
{
    TemporaryFolder const folder;
    folder.write("real/a.txt", "x");
    fs::create_symlink("real", folder / "named");
    auto const jail = Jail::open((folder / "named").string() + "/");
    ASSERT_TRUE(jail);
    EXPECT_EQ((*jail)->root(), (folder / "named").string());
    EXPECT_EQ(*(*jail)->resolve((folder / "named/a.txt").string()), "a.txt");
    EXPECT_EQ(*(*jail)->resolve((folder / "real/a.txt").string()), "a.txt");
    EXPECT_TRUE((*jail)->read("a.txt"));
}

TEST(Jail, keeps_out_of_other_file_systems)
{
    std::string path = "/dev/shm/countersign-XXXXXX"; // a file system of its own beneath /dev
    support::UniqueFd const file(::mkostemp(path.data(), O_CLOEXEC));
    ASSERT_TRUE(file) << path;
    for (Jail::Method const method : { Jail::Method::walk, Jail::Method::openat2 }) {
        auto const jail = Jail::open("/dev", method);
        ASSERT_TRUE(jail);
        EXPECT_EQ((*jail)->root(), "/dev");
        auto const read = (*jail)->read(path.substr(5));
        ASSERT_FALSE(read);
        EXPECT_EQ(read.error().code, ErrorCode::denied);
    }
    ::unlink(path.c_str());
}

}
}
