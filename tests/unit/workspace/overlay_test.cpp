#include "workspace/overlay.h"

#include "support/hash.h"
#include "temporary_folder.h"
#include "workspace/jail.h"
#include "workspace/memory_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <thread>

namespace countersign::workspace {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using workspace::testing::TemporaryFolder;

class OverlayTest : public ::testing::Test {
protected:
    OverlayTest() : overlay_(std::make_shared<Snapshot const>(files(), open_documents())) { }

    static std::shared_ptr<MemoryFiles const> files()
    {
        return std::make_shared<MemoryFiles const>(std::map<std::string, std::string> { { "a", "A\n" }, { "b", "B\r\n" },
            { "dir/c", "C\n" }, { "wide", "\xEF\xBB\xBFW\n" }, { ".env", "KEY" }, { ".countersign.toml", "" } });
    }
    static std::vector<std::shared_ptr<Document const>> open_documents()
    {
        Documents documents;
        documents.open("/workspace/a", "", 7, "A\n");
        return documents.all();
    }

    std::string text(std::string const& path) const
    {
        auto const read = overlay_.read(path);
        return read ? **read : to_string(read.error());
    }
    Result<> write(std::string const& path, std::string const& new_text)
    {
        return overlay_.write(path, support::content_hash(**overlay_.read(path)), new_text);
    }
    /// "modify a", "move a>b", ...
    std::vector<std::string> changes() const
    {
        static constexpr std::string_view kinds[] = { "modify", "create", "remove", "move" };
        std::vector<std::string> shown;
        for (FileChange const& change : overlay_.changes()) {
            std::string const from = change.from.empty() ? "" : change.from + ">";
            shown.push_back(std::string(kinds[static_cast<std::size_t>(change.kind)]) + " " + from + change.path + " [" + change.base_text
                + "|" + change.new_text + "]");
        }
        return shown;
    }

    Overlay overlay_;
};

TEST_F(OverlayTest, shows_its_own_edits_over_the_snapshot)
{
    ASSERT_TRUE(write("a", "A2\n"));
    ASSERT_TRUE(overlay_.create("new/file", "N\n"));
    ASSERT_TRUE(overlay_.remove("b"));
    EXPECT_EQ(text("a"), "A2\n");
    EXPECT_EQ(text("dir/c"), "C\n");
    EXPECT_EQ(text("b"), "not_found: b was removed or moved away in this run");
    EXPECT_TRUE(overlay_.exists("new"));
    EXPECT_FALSE(overlay_.exists("b"));
    EXPECT_THAT(overlay_.list()->paths, ElementsAre(".countersign.toml", "a", "dir/c", "new/file", "wide"));
    EXPECT_THAT(changes(), ElementsAre("modify a [A\n|A2\n]", "remove b [B\r\n|]", "create new/file [|N\n]"));
}

TEST_F(OverlayTest, carries_versions_hashes_and_formats)
{
    ASSERT_TRUE(write("a", "A2"));
    ASSERT_TRUE(write("wide", "W2\r\n"));
    auto const made = overlay_.changes();
    ASSERT_EQ(made.size(), 2u);
    EXPECT_EQ(made[0].base_version, 7);
    EXPECT_EQ(made[0].base_hash, support::content_hash("A\n"));
    EXPECT_FALSE(made[0].format.final_newline);
    EXPECT_FALSE(made[1].base_version);
    EXPECT_EQ(made[1].format.encoding, Encoding::utf8_bom);
    EXPECT_EQ(made[1].format.line_end, LineEnd::crlf);
}

TEST_F(OverlayTest, loses_no_parallel_edit)
{
    std::string const hash = support::content_hash("A\n");
    ASSERT_TRUE(overlay_.write("a", hash, "first"));
    auto const second = overlay_.write("a", hash, "second");
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::stale);
    EXPECT_EQ(text("a"), "first");
}

TEST_F(OverlayTest, leaves_out_what_ended_as_it_began)
{
    ASSERT_TRUE(write("a", "A2"));
    ASSERT_TRUE(write("a", "A\n"));
    ASSERT_TRUE(overlay_.create("n", "x"));
    ASSERT_TRUE(overlay_.remove("n"));
    ASSERT_TRUE(overlay_.move("b", "b2"));
    ASSERT_TRUE(overlay_.move("b2", "b"));
    ASSERT_TRUE(overlay_.remove("dir/c"));
    ASSERT_TRUE(overlay_.create("dir/c", "C\n"));
    EXPECT_THAT(changes(), IsEmpty());
}

TEST_F(OverlayTest, remove_then_create_is_a_modification)
{
    ASSERT_TRUE(overlay_.remove("a"));
    ASSERT_TRUE(overlay_.create("a", "other"));
    EXPECT_THAT(changes(), ElementsAre("modify a [A\n|other]"));
    EXPECT_EQ(overlay_.changes()[0].base_version, 7);
}

TEST_F(OverlayTest, a_chain_of_moves_is_one_move)
{
    ASSERT_TRUE(overlay_.move("a", "x"));
    ASSERT_TRUE(write("x", "X"));
    ASSERT_TRUE(overlay_.move("x", "y/z"));
    EXPECT_EQ(text("y/z"), "X");
    EXPECT_FALSE(overlay_.exists("a"));
    EXPECT_FALSE(overlay_.exists("x"));
    EXPECT_THAT(changes(), ElementsAre("move a>y/z [A\n|X]"));
}

TEST_F(OverlayTest, a_move_whose_old_place_is_taken_again_is_a_create)
{
    ASSERT_TRUE(overlay_.move("a", "x"));
    ASSERT_TRUE(overlay_.create("a", "new"));
    EXPECT_THAT(changes(), ElementsAre("modify a [A\n|new]", "create x [|A\n]"));
}

TEST_F(OverlayTest, a_move_over_a_removed_file_is_a_modification)
{
    ASSERT_TRUE(overlay_.remove("b"));
    ASSERT_TRUE(overlay_.move("a", "b"));
    EXPECT_THAT(changes(), ElementsAre("remove a [A\n|]", "modify b [B\r\n|A\n]"));
}

TEST_F(OverlayTest, a_swap_is_two_modifications)
{
    ASSERT_TRUE(overlay_.move("a", "t"));
    ASSERT_TRUE(overlay_.move("b", "a"));
    ASSERT_TRUE(overlay_.move("t", "b"));
    EXPECT_THAT(changes(), ElementsAre("modify a [A\n|B\r\n]", "modify b [B\r\n|A\n]"));
}

TEST_F(OverlayTest, a_created_file_that_moves_is_created_where_it_ends)
{
    ASSERT_TRUE(overlay_.create("n", "N"));
    ASSERT_TRUE(overlay_.move("n", "m"));
    EXPECT_THAT(changes(), ElementsAre("create m [|N]"));
}

TEST_F(OverlayTest, a_removed_move_is_a_removal)
{
    ASSERT_TRUE(overlay_.move("a", "x"));
    ASSERT_TRUE(overlay_.remove("x"));
    EXPECT_THAT(changes(), ElementsAre("remove a [A\n|]"));
}

TEST_F(OverlayTest, refuses_places_where_no_file_may_be_made)
{
    ASSERT_TRUE(overlay_.create("made", ""));
    for (char const* path : { "a", "made", "dir", "a/below", "made/below", ".git/hooks/x", "sub/.GIT/config", ".env", "key.pem", "",
             "sub/.countersign.toml" }) {
        auto const created = overlay_.create(path, "x");
        ASSERT_FALSE(created) << path;
        EXPECT_EQ(created.error().code, ErrorCode::denied) << path;
        auto const moved = overlay_.move("b", path);
        ASSERT_FALSE(moved) << path;
        EXPECT_EQ(moved.error().code, ErrorCode::denied) << path;
    }
    ASSERT_TRUE(overlay_.create("tree/leaf", ""));
    EXPECT_EQ(overlay_.create("tree", "").error().code, ErrorCode::denied);
    EXPECT_EQ(overlay_.write(".countersign.toml", support::content_hash(""), "level = 3").error().code, ErrorCode::denied);
    EXPECT_EQ(overlay_.remove(".countersign.toml").error().code, ErrorCode::denied);
    EXPECT_EQ(overlay_.move(".countersign.toml", "x").error().code, ErrorCode::denied);
    EXPECT_EQ(overlay_.remove("none").error().code, ErrorCode::not_found);
    EXPECT_EQ(overlay_.move("none", "x").error().code, ErrorCode::not_found);
}

TEST_F(OverlayTest, refuses_text_that_could_not_be_a_file)
{
    EXPECT_EQ(overlay_.create("n", std::string("a\0", 2)).error().code, ErrorCode::invalid_params);
    EXPECT_EQ(overlay_.create("n", "\xff").error().code, ErrorCode::invalid_params);
    EXPECT_EQ(overlay_.create("n", std::string(file_size_limit + 1, 'x')).error().code, ErrorCode::too_large);
    EXPECT_TRUE(overlay_.create("n", std::string(file_size_limit, 'x')));
}

TEST_F(OverlayTest, serves_several_threads)
{
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([this, t] {
            for (int i = 0; i < 100; ++i) {
                std::string const path = "t" + std::to_string(t) + "/" + std::to_string(i);
                EXPECT_TRUE(overlay_.create(path, "x"));
                EXPECT_TRUE(overlay_.read("a"));
                EXPECT_TRUE(overlay_.list());
                if (i % 2 == 0) {
                    EXPECT_TRUE(overlay_.move(path, path + "m"));
                }
            }
        });
    }
    threads.clear();
    EXPECT_EQ(overlay_.changes().size(), 400u);
}

TEST(OverlayOnDisk, proposes_nothing_through_a_link)
{
    TemporaryFolder const folder;
    folder.write("src/a", "x");
    std::filesystem::create_symlink("src", folder / "lib");
    std::filesystem::create_symlink("src/a", folder / "b");
    std::filesystem::create_symlink("/tmp", folder / "out");
    Overlay overlay(std::make_shared<Snapshot const>(*Jail::open(folder.path().string()), std::vector<std::shared_ptr<Document const>> {}));
    EXPECT_EQ(overlay.create("lib/new", "").error().code, ErrorCode::denied);
    EXPECT_EQ(overlay.create("out/new", "").error().code, ErrorCode::denied);
    EXPECT_EQ(overlay.write("b", support::content_hash("x"), "y").error().code, ErrorCode::denied);
    EXPECT_EQ(overlay.move("src/a", "lib/a2").error().code, ErrorCode::denied);
    EXPECT_TRUE(overlay.write("src/a", support::content_hash("x"), "y"));
    EXPECT_EQ(folder.read("src/a"), "x") << "nothing is written";
}

}
}
