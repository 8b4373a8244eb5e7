#include "sample.h"

#include <gmock/gmock.h>

namespace countersign::review {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Hunks 1.1 (line 2), 1.2 (line 10) and 1.3 (line 18) of a.c.
Proposal three_hunks()
{
    std::string text = replaced(numbered_lines(20), "line 2\n", "second\n");
    text = replaced(text, "line 10\n", "line 10\nline 10 and a half\n");
    return propose({ modify("a.c", numbered_lines(20), replaced(text, "line 18\n", "")) });
}

TEST(plan, applies_everything_to_the_base)
{
    Proposal const proposal = three_hunks();
    Files const files { { "a.c", numbered_lines(20) } };
    auto const planned = plan(proposal, {}, reading(files)).value();
    ASSERT_EQ(planned.size(), 1u);
    EXPECT_EQ(planned[0].before, numbered_lines(20));
    EXPECT_EQ(planned[0].after, proposal.files[0].change.new_text);
    EXPECT_THAT(planned[0].hunks, ElementsAre("1.1", "1.2", "1.3"));
    EXPECT_TRUE(planned[0].edited.empty());
}

TEST(plan, leaves_the_rest_pending_and_applicable)
{
    Proposal proposal = three_hunks();
    Files files { { "a.c", numbered_lines(20) } };
    for (char const* id : { "1.2", "1.3", "1.1" }) {
        auto const planned = plan(proposal, { {}, { id } }, reading(files));
        ASSERT_TRUE(planned) << error_of(planned);
        EXPECT_THAT(planned->front().hunks, ElementsAre(id));
        carry_out(files, *planned);
        record_applied(proposal, *planned);
    }
    EXPECT_EQ(files["a.c"], proposal.files[0].change.new_text);
    EXPECT_FALSE(proposal.is_open());
    EXPECT_EQ(proposal.revision, 4u);
}

TEST(plan, never_applies_what_was_discarded)
{
    Proposal proposal = three_hunks();
    decide(proposal, { "1.2" }, Decision::discarded);
    Files const files { { "a.c", numbered_lines(20) } };
    EXPECT_EQ(plan(proposal, {}, reading(files)).value()[0].after,
        replaced(replaced(numbered_lines(20), "line 2\n", "second\n"), "line 18\n", ""));
}

TEST(plan, refuses_a_file_that_changed_and_says_where)
{
    Proposal const proposal = three_hunks();
    Files const files { { "a.c", replaced(numbered_lines(20), "line 5\n", "line five\n") } };
    std::string const error = error_of(plan(proposal, {}, reading(files)));
    EXPECT_THAT(error, HasSubstr("stale: a.c changed since proposal 7 was made (first difference in line 5)"));
    EXPECT_THAT(error, HasSubstr("run the action again"));
}

TEST(plan, refuses_line_ends_and_last_newlines_that_differ)
{
    Proposal const proposal = propose({ modify("a.c", "a\nb\n", "a\nc\n") });
    for (char const* text : { "a\r\nb\r\n", "a\nb", "a\nb\n\n", "" }) {
        Files const files { { "a.c", text } };
        EXPECT_THAT(error_of(plan(proposal, {}, reading(files))), HasSubstr("stale: a.c changed")) << text;
    }
}

TEST(plan, refuses_when_an_applied_hunk_was_undone_in_the_editor)
{
    Proposal proposal = three_hunks();
    decide(proposal, { "1.1" }, Decision::applied);
    Files const files { { "a.c", numbered_lines(20) } };
    EXPECT_THAT(
        error_of(plan(proposal, {}, reading(files))), HasSubstr("stale: a.c no longer has the hunks of proposal 7 that were applied"));
}

TEST(plan, refuses_the_whole_selection_for_one_stale_file)
{
    Proposal const proposal = propose({ modify("a", "1\n", "2\n"), modify("b", "1\n", "2\n") });
    Files const files { { "a", "1\n" }, { "b", "moved\n" } };
    EXPECT_THAT(error_of(plan(proposal, {}, reading(files))), HasSubstr("stale: b changed"));
    EXPECT_EQ(plan(proposal, { { "a" }, {} }, reading(files)).value().size(), 1u);
}

TEST(plan, refuses_a_file_that_is_gone) { EXPECT_THAT(error_of(plan(three_hunks(), {}, reading({}))), HasSubstr("stale: a.c is gone")); }

TEST(plan, creates_only_what_is_not_there)
{
    Proposal const proposal = propose({ create("new.c", "int n;\n") });
    Files files;
    EXPECT_EQ(plan(proposal, {}, reading(files)).value()[0].after, "int n;\n");
    files["new.c"] = "";
    EXPECT_THAT(error_of(plan(proposal, {}, reading(files))), HasSubstr("stale: new.c exists now"));
}

TEST(plan, passes_on_why_a_file_cannot_be_looked_at)
{
    CurrentText const forbidden = [](std::string const&) -> Result<std::string> { return fail(ErrorCode::denied, "outside"); };
    EXPECT_EQ(error_of(plan(three_hunks(), {}, forbidden)), "denied: outside");
    EXPECT_EQ(error_of(plan(propose({ create("new.c", "") }), {}, forbidden)), "denied: outside");
}

TEST(plan, removes_only_the_text_that_was_looked_at)
{
    Proposal const proposal = propose({ remove("old.c", "int o;\n") });
    Files files { { "old.c", "int o;\n" } };
    auto const planned = plan(proposal, {}, reading(files)).value();
    EXPECT_EQ(planned[0].kind, ChangeKind::remove);
    EXPECT_EQ(planned[0].after, "");
    files["old.c"] = "int o = 1;\n";
    EXPECT_THAT(error_of(plan(proposal, {}, reading(files))), HasSubstr("stale: old.c changed"));
}

TEST(plan, moves_only_to_a_free_place)
{
    Proposal const proposal = propose({ move("from.c", "to.c", "int m;\n", "int n;\n") });
    Files files { { "from.c", "int m;\n" } };
    auto const planned = plan(proposal, {}, reading(files)).value();
    EXPECT_EQ(planned[0].from, "from.c");
    EXPECT_EQ(planned[0].before, "int m;\n");
    EXPECT_EQ(planned[0].after, "int n;\n");
    files["to.c"] = "taken\n";
    EXPECT_THAT(error_of(plan(proposal, {}, reading(files))), HasSubstr("stale: to.c exists now"));
}

TEST(plan, escapes_paths_in_messages)
{
    Proposal const proposal = propose({ modify("a\x1B[31m.c", "1\n", "2\n") });
    std::string const error = error_of(plan(proposal, {}, reading({})));
    EXPECT_EQ(error.find('\x1B'), std::string::npos);
}

/// Whatever the texts, the subset and the order: each hunk's old lines become its new lines, and nothing else moves.
TEST(plan, equals_applying_the_hunks_by_hand_in_any_order)
{
    std::mt19937 random(20260301);
    for (int round = 0; round < 3000; ++round) {
        std::string const base = random_text(random, 30);
        Proposal proposal = propose({ modify("f", base, edited_at_random(random, base)) });
        if (proposal.files.empty())
            continue;
        std::vector<Hunk> const hunks = proposal.files[0].hunks;
        std::vector<std::size_t> order;
        for (std::size_t i = 0; i < hunks.size(); ++i) {
            if (random() % 3 != 0)
                order.push_back(i);
        }
        std::vector<bool> taken(hunks.size(), false);
        for (std::size_t i : order)
            taken[i] = true;
        std::shuffle(order.begin(), order.end(), random);
        Files files { { "f", base } };
        for (std::size_t i : order) {
            auto const planned = plan(proposal, { {}, { hunks[i].id } }, reading(files));
            ASSERT_TRUE(planned) << error_of(planned);
            carry_out(files, *planned);
            record_applied(proposal, *planned);
        }
        std::string wanted;
        Lines const old_lines(base);
        Lines const new_lines(proposal.files[0].change.new_text);
        std::size_t position = 0;
        for (std::size_t i = 0; i < hunks.size(); ++i) {
            wanted += old_lines.range(position, hunks[i].lines.old_begin);
            wanted += taken[i] ? new_lines.range(hunks[i].lines.new_begin, hunks[i].lines.new_end)
                               : old_lines.range(hunks[i].lines.old_begin, hunks[i].lines.old_end);
            position = hunks[i].lines.old_end;
        }
        wanted += old_lines.range(position, old_lines.count());
        ASSERT_EQ(files["f"], wanted);
        if (order.size() == hunks.size()) {
            ASSERT_EQ(files["f"], proposal.files[0].change.new_text);
        }
    }
}

TEST(plan, manages_ten_thousand_hunks)
{
    std::string base, text;
    for (int i = 0; i < 10000; ++i) {
        base += "same " + std::to_string(i) + "\n}\nold\n";
        text += "same " + std::to_string(i) + "\n}\nnew " + std::to_string(i) + "\n";
    }
    Proposal proposal = propose({ modify("big.c", base, text) });
    ASSERT_EQ(proposal.files[0].hunks.size(), 10000u);
    Files files { { "big.c", base } };
    std::vector<std::string> odd;
    for (std::size_t i = 0; i < proposal.files[0].hunks.size(); i += 2)
        odd.push_back(proposal.files[0].hunks[i].id);
    auto const half = plan(proposal, { {}, odd }, reading(files)).value();
    carry_out(files, half);
    record_applied(proposal, half);
    if (proposal.is_open())
        carry_out(files, plan(proposal, {}, reading(files)).value());
    EXPECT_EQ(files["big.c"], text);
}

}
}
