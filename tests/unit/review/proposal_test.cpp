#include "sample.h"

#include <gmock/gmock.h>

namespace countersign::review {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Proposal two_files()
{
    return propose({ modify("a.c", numbered_lines(20), replaced(replaced(numbered_lines(20), "line 2\n", "second\n"), "line 18\n", "")),
        create("b.c", "int b;\n") });
}

TEST(make_proposal, numbers_hunks_by_file_and_place)
{
    Proposal const proposal = two_files();
    EXPECT_EQ(selected_hunks(proposal, {}).value(), (std::vector<std::string> { "1.1", "1.2", "2.1" }));
    EXPECT_EQ(proposal.revision, 1u);
    EXPECT_TRUE(proposal.is_open());
}

TEST(make_proposal, leaves_out_a_modification_that_changes_nothing)
{
    Proposal const proposal = propose({ modify("same.c", "a\n", "a\n"), modify("other.c", "a\n", "b\n") });
    ASSERT_EQ(proposal.files.size(), 1u);
    EXPECT_EQ(proposal.files[0].hunks[0].id, "1.1");
    EXPECT_FALSE(propose({}).is_open());
}

TEST(make_proposal, gives_creates_removals_and_moves_one_hunk_each)
{
    Proposal const proposal = propose({ create("empty", ""), remove("gone", numbered_lines(9)),
        move("old", "new", numbered_lines(30), replaced(replaced(numbered_lines(30), "line 2\n", ""), "line 28\n", "")) });
    for (ProposedFile const& file : proposal.files)
        EXPECT_EQ(file.hunks.size(), 1u) << file.change.path;
}

TEST(selected_hunks, unites_files_and_hunks_in_proposal_order)
{
    Proposal const proposal = two_files();
    EXPECT_THAT(selected_hunks(proposal, { { "b.c" }, { "1.2", "2.1", "1.2" } }).value(), ElementsAre("1.2", "2.1"));
}

TEST(selected_hunks, names_what_is_unknown)
{
    Proposal const proposal = two_files();
    EXPECT_EQ(error_of(selected_hunks(proposal, { { "c.c" }, {} })), "not_found: proposal 7 does not touch c.c");
    EXPECT_EQ(error_of(selected_hunks(proposal, { {}, { "1.3" } })), "not_found: proposal 7 has no hunk 1.3");
    EXPECT_EQ(error_of(selected_hunks(proposal, { {}, { "1.1\n" } })), "not_found: proposal 7 has no hunk 1.1\n");
}

TEST(selected_hunks, refuses_what_is_decided)
{
    Proposal proposal = two_files();
    decide(proposal, { "1.1" }, Decision::applied);
    decide(proposal, { "2.1" }, Decision::discarded);
    EXPECT_THAT(selected_hunks(proposal, {}).value(), ElementsAre("1.2"));
    EXPECT_EQ(error_of(selected_hunks(proposal, { {}, { "1.1" } })), "denied: hunk 1.1 of proposal 7 has already been applied");
    EXPECT_EQ(error_of(selected_hunks(proposal, { {}, { "2.1" } })), "denied: hunk 2.1 of proposal 7 has already been discarded");
    EXPECT_THAT(error_of(selected_hunks(proposal, { { "b.c" }, {} })), HasSubstr("denied: nothing of b.c"));
    decide(proposal, { "1.2" }, Decision::discarded);
    EXPECT_FALSE(proposal.is_open());
    EXPECT_THAT(error_of(selected_hunks(proposal, {})), HasSubstr("denied: every part of proposal 7"));
}

TEST(decide, counts_the_revision_only_when_something_was_decided)
{
    Proposal proposal = two_files();
    decide(proposal, { "1.1", "2.1" }, Decision::applied);
    EXPECT_EQ(proposal.revision, 2u);
    decide(proposal, { "1.1", "9.9" }, Decision::discarded);
    EXPECT_EQ(proposal.revision, 2u);
    EXPECT_EQ(proposal.files[0].hunks[0].decision, Decision::applied);
}

TEST(decide, cannot_take_a_decision_back)
{
    Proposal proposal = two_files();
    decide(proposal, { "1.1" }, Decision::discarded);
    decide(proposal, { "1.1" }, Decision::pending);
    EXPECT_EQ(proposal.files[0].hunks[0].decision, Decision::discarded);
}

}
}
