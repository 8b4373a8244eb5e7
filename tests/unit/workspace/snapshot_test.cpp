#include "workspace/snapshot.h"

#include "support/hash.h"
#include "temporary_folder.h"
#include "workspace/jail.h"
#include "workspace/memory_files.h"

#include <atomic>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <thread>

namespace countersign::workspace {
namespace {

using ::testing::ElementsAre;
using workspace::testing::TemporaryFolder;

std::vector<std::shared_ptr<Document const>> buffers(std::vector<std::pair<std::string, std::string>> const& texts)
{
    Documents documents;
    std::int64_t version = 10;
    for (auto const& [path, text] : texts)
        documents.open(path, "", ++version, text);
    return documents.all();
}

TEST(Snapshot, prefers_buffers_to_the_disk)
{
    auto const files = std::make_shared<MemoryFiles>(std::map<std::string, std::string> { { "a", "disk" }, { "b", "disk" } });
    Snapshot const snapshot(files, buffers({ { "/workspace/a", "buffer\r\n" }, { "/elsewhere/b", "other" } }));
    auto const a = snapshot.read("a");
    EXPECT_EQ(*a->file.text, "buffer\r\n");
    EXPECT_EQ(a->version, 11);
    EXPECT_EQ(a->file.hash, support::content_hash("buffer\r\n"));
    EXPECT_EQ(a->file.format.line_end, LineEnd::crlf);
    auto const b = snapshot.read("b");
    EXPECT_EQ(*b->file.text, "disk");
    EXPECT_FALSE(b->version);
}

TEST(Snapshot, lists_new_buffers_beside_files)
{
    auto const files = std::make_shared<MemoryFiles>(std::map<std::string, std::string> { { "a", "" }, { "z", "" } });
    Snapshot const snapshot(files, buffers({ { "/workspace/m", "" }, { "/workspace/a", "" }, { "/other/x", "" } }));
    EXPECT_THAT(snapshot.list()->paths, ElementsAre("a", "m", "z"));
    EXPECT_TRUE(snapshot.exists("m"));
    EXPECT_FALSE(snapshot.exists("x"));
}

TEST(Snapshot, keeps_the_first_text_it_saw)
{
    TemporaryFolder const folder;
    folder.write("a", "first");
    Snapshot const snapshot(*Jail::open(folder.path().string()), {});
    EXPECT_EQ(*snapshot.read("a")->file.text, "first");
    EXPECT_EQ(snapshot.read("b").error().code, ErrorCode::not_found);
    folder.write("a", "second");
    folder.write("b", "late");
    EXPECT_EQ(*snapshot.read("a")->file.text, "first");
    EXPECT_EQ(snapshot.read("b").error().code, ErrorCode::not_found);
}

TEST(Snapshot, hides_a_credential_that_is_open_in_the_editor)
{
    TemporaryFolder const folder;
    folder.write(".env", "KEY=1");
    std::filesystem::create_symlink(".env", folder / "notes.txt");
    Snapshot const snapshot(*Jail::open(folder.path().string()),
        buffers({ { (folder / ".env").string(), "KEY=2" }, { (folder / "notes.txt").string(), "KEY=2" } }));
    EXPECT_EQ(snapshot.read(".env").error().code, ErrorCode::denied);
    EXPECT_EQ(snapshot.read("notes.txt").error().code, ErrorCode::denied);
}

TEST(Snapshot, refuses_buffers_that_are_too_large_or_binary)
{
    auto const files = std::make_shared<MemoryFiles>(std::map<std::string, std::string> {});
    Snapshot const snapshot(files,
        buffers({ { "/workspace/large", std::string(50'000'000, 'x') }, { "/workspace/limit", std::string(file_size_limit, 'x') },
            { "/workspace/binary", std::string("a\0", 2) } }));
    EXPECT_EQ(snapshot.read("large").error().code, ErrorCode::too_large);
    EXPECT_TRUE(snapshot.read("limit"));
    EXPECT_EQ(snapshot.read("binary").error().code, ErrorCode::invalid_params);
}

TEST(Snapshot, tells_its_observer_of_each_file_once_from_many_threads)
{
    std::map<std::string, std::string> texts;
    for (int i = 0; i < 50; ++i)
        texts["f" + std::to_string(i)] = std::to_string(i);
    Snapshot snapshot(std::make_shared<MemoryFiles>(texts), buffers({ { "/workspace/buffer", "text" } }));
    ASSERT_TRUE(snapshot.read("f0"));
    std::map<std::string, int> seen;
    snapshot.on_capture([&seen](std::string const& path, Result<SnapshotFile> const& file) { seen[path + (file ? "" : " missing")] += 1; });
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < 4; ++t) {
            threads.emplace_back([&snapshot] {
                for (int i = 0; i < 50; ++i)
                    EXPECT_EQ(*snapshot.read("f" + std::to_string(i))->file.text, std::to_string(i));
                EXPECT_TRUE(snapshot.read("buffer"));
                EXPECT_FALSE(snapshot.read("none"));
            });
        }
    }
    EXPECT_EQ(seen.size(), 51u) << "49 files, the buffer and the one that is not there; f0 was captured before";
    EXPECT_EQ(seen.count("f0"), 0u);
    EXPECT_EQ(seen.count("none missing"), 1u);
    for (auto const& [path, count] : seen)
        EXPECT_EQ(count, 1) << path;
}

}
}
