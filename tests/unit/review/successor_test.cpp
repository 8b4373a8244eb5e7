#include "review/successor.h"

#include "sample.h"

#include <gmock/gmock.h>

namespace countersign::review {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(undo_of, takes_back_exactly_what_was_applied)
{
    Proposal proposal = propose({ modify("a", "1\r\n2\n3\n4\n5\n6", "1\r\ntwo\n3\n4\n5\nsix\n"), create("new", "n"), create("unborn", "u"),
        remove("old", "o\n"), move("from", "to", "1\n", "2\n") });
    Files const before { { "a", "1\r\n2\n3\n4\n5\n6" }, { "old", "o\n" }, { "from", "1\n" } };
    Files files = before;
    auto const planned = plan(proposal, { { "new", "old", "to" }, { "1.2" } }, reading(files)).value();
    carry_out(files, planned);
    record_applied(proposal, planned);
    EXPECT_NE(files, before);
    Proposal undo = undo_of(proposal).value();
    EXPECT_EQ(undo.title, "Undo #7: Make it simpler");
    EXPECT_EQ(undo.files.size(), 4u);
    carry_out(files, plan(undo, {}, reading(files)).value());
    EXPECT_EQ(files, before);
    record_applied(undo, plan(undo, {}, reading(files)).value_or(std::vector<PlannedFile> {}));
}

TEST(undo_of, takes_back_what_the_person_wrote)
{
    Proposal proposal = propose({ modify("a", "1\n2\n3\n", "1\ntwo\n3\n"), create("new", "n\n") });
    Files const before { { "a", "1\n2\n3\n" } };
    Files files = before;
    std::string const document = replaced(replaced(render_review_document(proposal), "+two\n", "+zwei\n+drei\n"), "+n\n", "+m\n");
    auto const planned = plan_text(proposal, document, files).value();
    carry_out(files, planned);
    record_applied(proposal, planned);
    EXPECT_EQ(files, (Files { { "a", "1\nzwei\ndrei\n3\n" }, { "new", "m\n" } }));
    carry_out(files, plan(undo_of(proposal).value(), {}, reading(files)).value());
    EXPECT_EQ(files, before);
}

TEST(undo_of, refuses_when_nothing_was_applied)
{
    Proposal proposal = propose({ modify("a", "1\n", "2\n") });
    decide(proposal, { "1.1" }, Decision::discarded);
    EXPECT_THAT(error_of(undo_of(proposal)), HasSubstr("not_found: nothing of proposal 7 was applied"));
}

TEST(rebase, carries_hunks_over_to_a_text_that_moved_elsewhere)
{
    Proposal const proposal =
        propose({ modify("a", numbered_lines(20), replaced(replaced(numbered_lines(20), "line 5\n", "five\n"), "line 15\n", "")) });
    Files const files { { "a", "new first\n" + replaced(numbered_lines(20), "line 10\n", "") + "last" } };
    auto const rebased = rebase(proposal, reading(files)).value();
    EXPECT_THAT(rebased.conflicts, IsEmpty());
    EXPECT_THAT(rebased.hunks, ElementsAre("1.1", "1.2"));
    std::string const wanted = replaced(replaced(files.at("a"), "line 5\n", "five\n"), "line 15\n", "");
    EXPECT_EQ(plan(*rebased.proposal, {}, reading(files)).value()[0].after, wanted);
}

TEST(rebase, keeps_what_fits_and_names_what_does_not)
{
    Proposal const proposal =
        propose({ modify("a", numbered_lines(20), replaced(replaced(numbered_lines(20), "line 5\n", "five\n"), "line 15\n", "fifteen\n")),
            create("b", "b\n"), remove("c", "c\n"), modify("gone", "1\n", "2\n") });
    Files const files { { "a", replaced(numbered_lines(20), "line 6\n", "six\n") }, { "b", "there\n" }, { "c", "changed\n" } };
    auto const rebased = rebase(proposal, reading(files)).value();
    EXPECT_THAT(rebased.conflicts, ElementsAre("1.1", "2.1", "3.1", "4.1"));
    EXPECT_THAT(rebased.hunks, ElementsAre("1.2"));
    EXPECT_EQ(plan(*rebased.proposal, {}, reading(files)).value()[0].after, replaced(files.at("a"), "line 15\n", "fifteen\n"));
}

TEST(rebase, has_nothing_left_when_all_is_in_conflict)
{
    Proposal const proposal = propose({ modify("a", "1\n2\n", "1\ntwo\n") });
    auto const rebased = rebase(proposal, reading({ { "a", "1\nzwei\n" } })).value();
    EXPECT_FALSE(rebased.proposal);
    EXPECT_THAT(rebased.conflicts, ElementsAre("1.1"));
}

TEST(rebase, passes_on_why_a_file_cannot_be_looked_at)
{
    CurrentText const broken = [](std::string const&) -> Result<std::string> { return fail(ErrorCode::io, "the disk is broken"); };
    EXPECT_EQ(error_of(rebase(propose({ modify("a", "1\n", "2\n") }), broken)), "io: the disk is broken");
}

/// What the person changed and what the proposal changes are both there afterwards, line for line.
TEST(rebase, loses_no_line_of_either_side)
{
    std::mt19937 random(99);
    std::size_t carried = 0;
    for (int round = 0; round < 2000; ++round) {
        std::string const base = numbered_lines(30);
        Lines const lines(base);
        std::string proposed, present, both;
        std::vector<bool> near_person(30, false);
        std::vector<int> choices(30);
        for (int& choice : choices)
            choice = static_cast<int>(random() % 8); // 0: the proposal changes it, 1: the person does
        bool clash = false;
        for (std::size_t i = 0; i < 30; ++i) {
            clash = clash || (i > 0 && choices[i] + choices[i - 1] == 1 && choices[i] != choices[i - 1]);
            std::string const line(lines.line(i));
            proposed += choices[i] == 0 ? "proposed " + line : line;
            present += choices[i] == 1 ? "mine " + line : line;
            both += choices[i] == 0 ? "proposed " + line : choices[i] == 1 ? "mine " + line : line;
        }
        Proposal const proposal = propose({ modify("a", base, proposed) });
        if (proposal.files.empty())
            continue;
        Files const files { { "a", present } };
        auto const rebased = rebase(proposal, reading(files)).value();
        EXPECT_EQ(rebased.hunks.size() + rebased.conflicts.size(), proposal.files[0].hunks.size());
        if (!rebased.proposal)
            continue;
        std::string const after = plan(*rebased.proposal, {}, reading(files)).value()[0].after;
        Lines const after_lines(after);
        ASSERT_EQ(after_lines.count(), 30u);
        for (std::size_t i = 0; i < 30; ++i)
            ASSERT_NE(choices[i] == 1 && after_lines.line(i) != "mine " + std::string(lines.line(i)), true);
        if (rebased.conflicts.empty()) {
            ASSERT_EQ(after, both);
            ++carried;
        }
    }
    EXPECT_GT(carried, 0u);
}

TEST(pending_places, follow_the_hunks_that_are_applied)
{
    Proposal proposal = propose({ modify("a", "1\n2\n3\n4\n5\n", "0\n0\n1\n2\n3\nfour\n5\n") });
    ASSERT_EQ(proposal.files[0].hunks.size(), 2u);
    EXPECT_EQ(pending_places(proposal.files[0])[1].begin, 3u);
    decide(proposal, { "1.1" }, Decision::applied);
    auto const places = pending_places(proposal.files[0]);
    ASSERT_EQ(places.size(), 1u);
    EXPECT_EQ(places[0].id, "1.2");
    EXPECT_EQ(places[0].begin, 5u);
    EXPECT_EQ(places[0].end, 6u);
}

}
}
