// While the jail reads, another thread keeps swapping a folder with a link to one outside. Whatever is read was inside.
#include "temporary_folder.h"
#include "workspace/jail.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/fs.h>
#include <stdio.h>
#include <thread>

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

}
}
