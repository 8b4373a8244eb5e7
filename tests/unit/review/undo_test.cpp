#include "review/undo.h"

#include "sample.h"

#include <gmock/gmock.h>

namespace countersign::review {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// Approvals as they happen one after another, with the checkpoints that they leave, in memory.
class undoing : public testing::Test {
protected:
    void approve(std::vector<FileChange> changes)
    {
        Proposal const proposal = propose(std::move(changes));
        auto const planned = plan(proposal, {}, reading(files));
        ASSERT_TRUE(planned) << error_of(planned);
        Checkpoint checkpoint;
        for (PlannedFile const& file : *planned) {
            CheckpointFile kept { file.kind, file.path, file.from, {}, {}, file.format };
            if (file.kind != ChangeKind::create)
                texts[kept.before = support::content_hash(file.before)] = file.before;
            if (file.kind != ChangeKind::remove)
                texts[kept.after = support::content_hash(file.after)] = file.after;
            checkpoint.files.push_back(kept);
        }
        checkpoints.insert(checkpoints.begin(), checkpoint);
        carry_out(files, *planned);
    }

    Undo taken_back(CreatedFiles created = CreatedFiles::remove)
    {
        auto undone = undo(
            checkpoints, [&](std::string const& hash) { return reading(texts)(hash); }, reading(files), created);
        EXPECT_TRUE(undone) << error_of(undone);
        return undone ? *undone : Undo {};
    }

    /// The files once the undo was approved.
    Files after(Undo const& undone)
    {
        Files result = files;
        Proposal const proposal = propose(undone.changes);
        if (!proposal.files.empty())
            carry_out(result, plan(proposal, {}, reading(files)).value());
        return result;
    }

    Files files, texts;
    std::vector<Checkpoint> checkpoints; ///< newest first
};

TEST_F(undoing, brings_back_every_kind_of_change_exactly)
{
    files = { { "a", "1\r\n2\n3" }, { "old", "o\n" }, { "from", "1\n" } };
    Files const before = files;
    approve({ modify("a", "1\r\n2\n3", "1\r\ntwo\n3\n"), create("new", "n"), remove("old", "o\n"), move("from", "to", "1\n", "2\n") });
    ASSERT_NE(files, before);
    Undo const undone = taken_back();
    EXPECT_THAT(undone.refused, IsEmpty());
    EXPECT_EQ(after(undone), before);
}

TEST_F(undoing, keeps_what_the_person_did_since)
{
    files = { { "a", numbered_lines(20) } };
    approve({ modify("a", numbered_lines(20), replaced(numbered_lines(20), "line 5\n", "five\n")) });
    files["a"] = "mine\n" + replaced(files["a"], "line 15\n", "");
    EXPECT_EQ(after(taken_back())["a"], "mine\n" + replaced(numbered_lines(20), "line 15\n", ""));
}

TEST_F(undoing, refuses_hunk_by_hunk_where_the_text_has_moved_on)
{
    files = { { "a", numbered_lines(20) } };
    approve({ modify("a", numbered_lines(20), replaced(replaced(numbered_lines(20), "line 5\n", "five\n"), "line 15\n", "fifteen\n")) });
    files["a"] = replaced(files["a"], "five\n", "5\n");
    Undo const undone = taken_back();
    EXPECT_EQ(describe(undone.refused), "a, line 5: the text has moved on there\n");
    EXPECT_EQ(after(undone)["a"], replaced(numbered_lines(20), "line 5\n", "5\n"));
}

TEST_F(undoing, takes_several_approvals_back_newest_first)
{
    files = { { "a", "1\n2\n3\n4\n5\n" } };
    Files const before = files;
    approve({ modify("a", files["a"], "1\ntwo\n3\n4\n5\n") });
    approve({ modify("a", files["a"], "1\nzwei\n3\n4\nfive\n"), create("b", "b\n") });
    approve({ modify("b", "b\n", "B\n") });
    Undo const undone = taken_back();
    EXPECT_THAT(undone.refused, IsEmpty());
    EXPECT_EQ(after(undone), before);
}

TEST_F(undoing, needs_nothing_where_it_was_undone_already)
{
    files = { { "a", "1\n2\n" } };
    approve({ modify("a", "1\n2\n", "1\ntwo\n"), create("new", "n\n") });
    files = { { "a", "1\n2\n" } };
    Undo const undone = taken_back();
    EXPECT_THAT(undone.changes, IsEmpty());
    EXPECT_THAT(undone.refused, IsEmpty());
}

TEST_F(undoing, does_not_touch_files_that_are_not_what_was_approved)
{
    files = { { "old", "o\n" }, { "from", "1\n" } };
    approve({ create("new", "n\n"), remove("old", "o\n"), move("from", "to", "1\n", "1\n"), create("gone", "g\n") });
    files["new"] = "changed\n";
    files["old"] = "another\n";
    files["to"] = "changed\n";
    files.erase("gone");
    Undo const undone = taken_back();
    EXPECT_THAT(undone.changes, IsEmpty());
    EXPECT_EQ(undone.refused.size(), 3u);
    EXPECT_THAT(describe(undone.refused), HasSubstr("new: it was created then and changed since"));
}

TEST_F(undoing, empties_created_files_for_clients_that_cannot_remove)
{
    approve({ create("new", "n\n") });
    Undo const undone = taken_back(CreatedFiles::empty);
    EXPECT_EQ(after(undone), (Files { { "new", "" } }));
}

TEST_F(undoing, says_which_text_is_lost)
{
    files = { { "a", "1\n" } };
    approve({ modify("a", "1\n", "2\n") });
    texts.clear();
    EXPECT_THAT(error_of(undo(
                    checkpoints, [&](std::string const& hash) { return reading(texts)(hash); }, reading(files), CreatedFiles::remove)),
        HasSubstr("not_found"));
}

TEST_F(undoing, brings_back_any_sequence_of_random_approvals)
{
    std::mt19937 random(7);
    for (int round = 0; round < 500; ++round) {
        files = { { "f", random_text(random, 20) }, { "g", random_text(random, 20) } };
        checkpoints.clear();
        texts.clear();
        Files const before = files;
        for (int i = 0; i < 4; ++i) {
            std::string const path = random() % 2 == 0 ? "f" : "g";
            std::string const text = edited_at_random(random, files[path]);
            if (text != files[path])
                approve({ modify(path, files[path], text) });
        }
        Undo const undone = taken_back();
        ASSERT_THAT(undone.refused, IsEmpty());
        ASSERT_EQ(after(undone), before);
    }
}

}
}
