// While the jail reads, another thread keeps swapping a folder with a link to one outside. Whatever is read was inside.
#include "temporary_folder.h"
#include "workspace/jail.h"

#include <array>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/fs.h>
#include <set>
#include <stdio.h>
#include <sys/stat.h>
#include <thread>
#include <tuple>

namespace countersign::workspace {
namespace {

using workspace::testing::TemporaryFolder;

class JailRaceTest : public ::testing::TestWithParam<Jail::Method> { };

INSTANTIATE_TEST_SUITE_P(Methods, JailRaceTest, ::testing::Values(Jail::Method::openat2, Jail::Method::walk),
    [](auto const& parameter) { return parameter.param == Jail::Method::openat2 ? "openat2" : "walk"; });

TEST_P(JailRaceTest, never_reads_outside_while_a_folder_turns_into_a_link)
{
    TemporaryFolder const folder;
    folder.write("ws/d/secret.txt", "inside");
    folder.write("ws/e/x", "");
    folder.write("outside/secret.txt", "OUTSIDE");
    std::filesystem::create_symlink("../outside", folder / "ws/l");
    auto const jail = Jail::open((folder / "ws").string(), GetParam());
    ASSERT_TRUE(jail);
    std::jthread const swapper([&folder](std::stop_token const& stop) {
        std::string const a = (folder / "ws/d").string();
        std::string const b = (folder / "ws/l").string();
        while (!stop.stop_requested())
            ::renameat2(AT_FDCWD, a.c_str(), AT_FDCWD, b.c_str(), RENAME_EXCHANGE);
    });
    std::size_t inside = 0;
    std::size_t outside = 0;
    std::size_t refused = 0;
    constexpr std::size_t reads = 200'000;
    auto const deadline = std::chrono::steady_clock::now() + std::chrono::seconds(4); // a slow machine tries less often
    for (std::size_t i = 0; i < reads && std::chrono::steady_clock::now() < deadline; ++i) {
        auto const file = (*jail)->read(i % 2 == 0 ? "d/secret.txt" : "l/secret.txt");
        if (!file)
            ++refused;
        else
            ++(*file->text == "inside" ? inside : outside);
        if (i % 64 == 0) {
            auto const listing = (*jail)->list();
            ASSERT_TRUE(listing);
            EXPECT_LE(listing->paths.size(), 3u); // both names may be seen as folders, each once
        }
    }
    EXPECT_EQ(outside, 0u);
    EXPECT_GT(inside, 100u);
    EXPECT_GT(refused, 100u);
    RecordProperty("inside", static_cast<int>(inside));
    RecordProperty("refused", static_cast<int>(refused));
}

/// What another thread keeps exchanging: two names in the workspace, relative to the test's folder.
struct Swap {
    char const* name;
    char const* one;
    char const* other;
};

/// Opens 200,000 paths while a thread swaps names under them; five such tests make the million for each method.
class JailRaceOpens : public ::testing::TestWithParam<std::tuple<Jail::Method, Swap>> { };

INSTANTIATE_TEST_SUITE_P(Swaps, JailRaceOpens,
    ::testing::Combine(::testing::Values(Jail::Method::openat2, Jail::Method::walk),
        ::testing::Values(Swap { "folder_and_link_out", "ws/d", "ws/out" }, Swap { "folder_and_link_up", "ws/d", "ws/up" },
            Swap { "inner_folder_and_link_out", "ws/d/e", "ws/out" }, Swap { "folder_and_outside_folder", "ws/d/e", "outside/e" },
            Swap { "file_and_link_out", "ws/d/secret.txt", "ws/file_out" })),
    [](auto const& parameter) {
        return std::string(std::get<0>(parameter.param) == Jail::Method::openat2 ? "openat2_" : "walk_")
            + std::get<1>(parameter.param).name;
    });

TEST_P(JailRaceOpens, never_open_what_was_always_outside)
{
    auto const [method, swap] = GetParam();
    TemporaryFolder const folder;
    folder.write("ws/d/secret.txt", "inside");
    folder.write("ws/d/e/secret.txt", "inside");
    folder.write("outside/secret.txt", "OUTSIDE");
    folder.write("outside/e/x", "");
    folder.write("secret.txt", "OUTSIDE");
    folder.write("e/secret.txt", "OUTSIDE");
    std::filesystem::create_symlink("../outside", folder / "ws/out");
    std::filesystem::create_symlink("..", folder / "ws/up");
    std::filesystem::create_symlink("../../secret.txt", folder / "ws/file_out");
    std::set<std::pair<dev_t, ino_t>> forbidden;
    for (char const* name : { "outside/secret.txt", "secret.txt", "e/secret.txt" }) {
        struct stat status { };
        ASSERT_EQ(::stat((folder / name).c_str(), &status), 0);
        forbidden.emplace(status.st_dev, status.st_ino);
    }
    auto const jail = *Jail::open((folder / "ws").string(), method);
    std::string const one = (folder / swap.one).string();
    std::string const other = (folder / swap.other).string();
    std::jthread const swapper([&one, &other](std::stop_token const& stop) {
        while (!stop.stop_requested())
            ::renameat2(AT_FDCWD, one.c_str(), AT_FDCWD, other.c_str(), RENAME_EXCHANGE);
    });
    constexpr std::array paths = { "d/secret.txt", "d/e/secret.txt", "out/secret.txt", "up/secret.txt", "d/e/../secret.txt" };
    std::size_t escaped = 0;
    std::size_t opened = 0;
    for (std::size_t i = 0; i < 200'000; ++i) {
        auto const fd = open_beneath(jail->descriptor(), paths[i % paths.size()], O_RDONLY, method, Links::follow_inside);
        struct stat status { };
        if (!fd || ::fstat(fd->get(), &status) != 0)
            continue;
        ++opened;
        escaped += forbidden.contains({ status.st_dev, status.st_ino }) ? 1 : 0;
    }
    EXPECT_EQ(escaped, 0u);
    EXPECT_GT(opened, 10'000u);
}

}
}
