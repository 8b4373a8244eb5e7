#include "workspace/disk_writer.h"

#include "support/hash.h"
#include "temporary_folder.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

namespace countersign::workspace {

namespace {

using testing::TemporaryFolder;

FileChange modify(TemporaryFolder const& folder, std::string const& path, std::string new_text)
{
    auto const file = Jail::open(folder.path().string()).value()->read(path).value();
    return { .kind = ChangeKind::modify,
        .path = path,
        .base_text = *file.text,
        .base_hash = file.hash,
        .new_text = std::move(new_text),
        .format = file.format };
}

std::string written(TemporaryFolder const& folder, std::vector<FileChange> const& changes)
{
    auto const result = write_changes(*Jail::open(folder.path().string()).value(), changes);
    return result ? "written" : support::to_string(result.error());
}

/// Names in the folder, without what belongs to the files themselves: nothing that was staged may stay.
std::string names(TemporaryFolder const& folder)
{
    std::vector<std::string> found;
    for (auto const& entry : std::filesystem::recursive_directory_iterator(folder.path()))
        found.push_back(std::filesystem::relative(entry.path(), folder.path()).string());
    std::sort(found.begin(), found.end());
    return support::join(found, " ");
}

mode_t mode_of(TemporaryFolder const& folder, std::string_view name)
{
    struct stat status { };
    ::stat((folder / name).c_str(), &status);
    return status.st_mode & 07777;
}

TEST(DiskWriter, replaces_creates_moves_and_removes_at_once)
{
    TemporaryFolder const folder;
    folder.write("a.txt", "one\n");
    folder.write("b.txt", "two\n");
    folder.write("c.txt", "three\n");
    auto remove = modify(folder, "b.txt", "");
    remove.kind = ChangeKind::remove;
    auto move = modify(folder, "c.txt", "THREE\n");
    move.kind = ChangeKind::move;
    move.from = "c.txt";
    move.path = "deep/er/d.txt";
    FileChange const create { .kind = ChangeKind::create, .path = "new/e.txt", .new_text = "five\n" };
    EXPECT_EQ(written(folder, { modify(folder, "a.txt", "ONE\n"), remove, move, create }), "written");
    EXPECT_EQ(names(folder), "a.txt deep deep/er deep/er/d.txt new new/e.txt");
    EXPECT_EQ(folder.read("a.txt"), "ONE\n");
    EXPECT_EQ(folder.read("deep/er/d.txt"), "THREE\n");
    EXPECT_EQ(folder.read("new/e.txt"), "five\n");
}

TEST(DiskWriter, writes_nothing_when_one_of_several_files_moved_on)
{
    TemporaryFolder const folder;
    folder.write("a.txt", "one\n");
    folder.write("b.txt", "two\n");
    std::vector<FileChange> const changes { modify(folder, "a.txt", "ONE\n"), modify(folder, "b.txt", "TWO\n") };
    folder.write("b.txt", "somebody else's\n");
    EXPECT_EQ(written(folder, changes), "stale: b.txt changed since the proposal was made; nothing was written, run the action again");
    EXPECT_EQ(folder.read("a.txt"), "one\n");
    EXPECT_EQ(folder.read("b.txt"), "somebody else's\n");
    EXPECT_EQ(names(folder), "a.txt b.txt");
}

TEST(DiskWriter, puts_back_what_was_exchanged_when_a_later_step_fails)
{
    TemporaryFolder const folder;
    folder.write("a.txt", "one\n");
    FileChange const create { .kind = ChangeKind::create, .path = "b.txt", .new_text = "new\n" };
    std::vector<FileChange> const changes { modify(folder, "a.txt", "ONE\n"), create };
    folder.write("b.txt", "was there first\n");
    EXPECT_EQ(written(folder, changes), "denied: b.txt exists already; nothing was written");
    EXPECT_EQ(folder.read("a.txt"), "one\n");
    EXPECT_EQ(folder.read("b.txt"), "was there first\n");
    EXPECT_EQ(names(folder), "a.txt b.txt");
}

TEST(DiskWriter, leaves_a_hard_link_elsewhere_alone_and_keeps_the_mode)
{
    TemporaryFolder const folder, elsewhere;
    folder.write("run.sh", "old\n");
    std::filesystem::create_hard_link(folder / "run.sh", elsewhere / "linked.sh");
    ::chmod((folder / "run.sh").c_str(), 0750);
    EXPECT_EQ(written(folder, { modify(folder, "run.sh", "new\n") }), "written");
    EXPECT_EQ(elsewhere.read("linked.sh"), "old\n");
    EXPECT_EQ(mode_of(folder, "run.sh"), 0750u);
}

TEST(DiskWriter, keeps_a_byte_order_mark)
{
    TemporaryFolder const folder;
    folder.write("a.txt", "\xEF\xBB\xBFone\r\n");
    EXPECT_EQ(written(folder, { modify(folder, "a.txt", "two\r\n") }), "written");
    EXPECT_EQ(folder.read("a.txt"), "\xEF\xBB\xBFtwo\r\n");
}

TEST(DiskWriter, reaches_nothing_outside_and_nothing_protected)
{
    TemporaryFolder const folder, outside;
    outside.write("target.txt", "theirs\n");
    std::filesystem::create_symlink(outside.path(), folder / "link");
    std::filesystem::create_symlink(outside / "target.txt", folder / "file.txt");
    folder.write(".git/config", "[core]\n");
    for (std::string const path : { "link/new.txt", "../escape.txt", ".git/hooks/pre-commit", ".env", "file.txt" }) {
        FileChange const create { .kind = ChangeKind::create, .path = path, .new_text = "x" };
        EXPECT_TRUE(written(folder, { create }).starts_with("denied: ")) << path << ": " << written(folder, { create });
    }
    EXPECT_EQ(names(outside), "target.txt");
    EXPECT_EQ(outside.read("target.txt"), "theirs\n");
}

TEST(DiskWriter, refuses_a_target_that_became_a_fifo)
{
    TemporaryFolder const folder;
    folder.write("a.txt", "one\n");
    auto const change = modify(folder, "a.txt", "two\n");
    std::filesystem::remove(folder / "a.txt");
    ASSERT_EQ(::mkfifo((folder / "a.txt").c_str(), 0600), 0);
    EXPECT_TRUE(written(folder, { change }).starts_with("denied: "));
    EXPECT_EQ(names(folder), "a.txt");
}

}

}
