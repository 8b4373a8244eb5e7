#include "review/rebase.h"

#include "sample.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace countersign::review {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Hunks 1.1 (line 5 replaced), 1.2 (a line after 10) and 1.3 (line 15 removed) of a.c.
Proposal three_hunks()
{
    std::string text = replaced(numbered_lines(20), "line 5\n", "five\n");
    text = replaced(text, "line 10\n", "line 10\nten and a half\n");
    return propose({ modify("a.c", numbered_lines(20), replaced(text, "line 15\n", "")) });
}

std::vector<Standing> standings(Proposal const& proposal)
{
    std::vector<Standing> all;
    for (ProposedFile const& file : proposal.files) {
        for (Hunk const& hunk : file.hunks)
            all.push_back(hunk.standing);
    }
    return all;
}

/// As session/ does it: onto the files as they are, if they say anything new.
Proposal rebased(Proposal const& proposal, Files const& files)
{
    auto const moved = rebase(proposal, {}, reading(files));
    EXPECT_TRUE(moved) << error_of(moved);
    return moved && *moved ? **moved : proposal;
}

constexpr Standing as_made = Standing::as_made;
constexpr Standing has_moved = Standing::moved;
constexpr Standing conflicting = Standing::conflicting;
constexpr Standing already_there = Standing::already_there;

TEST(rebase, says_nothing_when_no_file_says_anything_new)
{
    Files const files { { "a.c", numbered_lines(20) } };
    EXPECT_FALSE(rebase(three_hunks(), {}, reading(files)).value());
    Files const typed { { "a.c", "first\n" + numbered_lines(20) } };
    Proposal const moved = rebased(three_hunks(), typed);
    EXPECT_FALSE(rebase(moved, {}, reading(typed)).value());
}

TEST(rebase, carries_hunks_over_to_a_text_that_moved_elsewhere)
{
    Files const files { { "a.c", "new first\n" + replaced(numbered_lines(20), "line 7\n", "") + "last" } };
    Proposal const moved = rebased(three_hunks(), files);
    EXPECT_THAT(standings(moved), ElementsAre(has_moved, as_made, as_made));
    std::string wanted = replaced(files.at("a.c"), "line 5\n", "five\n");
    wanted = replaced(wanted, "line 10\n", "line 10\nten and a half\n");
    EXPECT_EQ(plan(moved, {}, reading(files)).value()[0].after, replaced(wanted, "line 15\n", ""));
}

TEST(rebase, keeps_ids_and_decisions)
{
    Proposal proposal = three_hunks();
    decide(proposal, { "1.2" }, Decision::discarded);
    Files const files { { "a.c", "new first\n" + numbered_lines(20) } };
    Proposal const moved = rebased(proposal, files);
    EXPECT_EQ(moved.files[0].hunks[1].decision, Decision::discarded);
    EXPECT_THAT(selected_hunks(moved, {}).value(), ElementsAre("1.1", "1.3"));
    EXPECT_EQ(plan(moved, {}, reading(files)).value()[0].after, replaced(replaced(files.at("a.c"), "line 5\n", "five\n"), "line 15\n", ""));
}

TEST(rebase, finds_a_conflict_in_the_lines_of_a_hunk_and_right_beside_them)
{
    for (char const* line : { "line 4\n", "line 5\n", "line 6\n" }) {
        Files const files { { "a.c", replaced(numbered_lines(20), line, "typed\n") } };
        EXPECT_THAT(standings(rebased(three_hunks(), files)), ElementsAre(conflicting, as_made, as_made)) << line;
    }
    for (char const* line : { "line 3\n", "line 7\n" }) {
        Files const files { { "a.c", replaced(numbered_lines(20), line, "typed\n") } };
        EXPECT_THAT(standings(rebased(three_hunks(), files)), ElementsAre(as_made, as_made, as_made)) << line;
    }
}

TEST(rebase, refuses_a_conflict_and_keeps_the_rest)
{
    Files files { { "a.c", replaced(numbered_lines(20), "line 5\n", "typed\n") } };
    Proposal const moved = rebased(three_hunks(), files);
    std::string const error = error_of(plan(moved, {}, reading(files)));
    EXPECT_THAT(error, HasSubstr("stale: a.c changed in or beside the lines of hunk 1.1"));
    EXPECT_THAT(error, HasSubstr("7.2.diff"));
    auto const rest = plan(moved, { {}, shown_hunks(moved) }, reading(files));
    ASSERT_TRUE(rest) << error_of(rest);
    EXPECT_THAT(rest->front().after, HasSubstr("typed\n"));
    EXPECT_THAT(rest->front().after, HasSubstr("ten and a half\n"));
}

TEST(rebase, forgets_a_conflict_that_was_typed_away)
{
    Files files { { "a.c", replaced(numbered_lines(20), "line 5\n", "typed\n") } };
    Proposal moved = rebased(three_hunks(), files);
    files["a.c"] = numbered_lines(20);
    moved = rebased(moved, files);
    EXPECT_THAT(standings(moved), ElementsAre(as_made, as_made, as_made));
    EXPECT_FALSE(moved.files[0].present);
    EXPECT_EQ(moved.revision, 3u);
}

TEST(rebase, sees_what_the_person_typed_themselves)
{
    Files files { { "a.c", replaced(numbered_lines(20), "line 5\n", "five\n") } };
    EXPECT_THAT(standings(rebased(three_hunks(), files)), ElementsAre(already_there, as_made, as_made));
    files["a.c"] = three_hunks().files[0].change.new_text;
    EXPECT_THAT(standings(rebased(three_hunks(), files)), ElementsAre(already_there, already_there, already_there));
    files["a.c"] = replaced(numbered_lines(20), "line 10\n", "line 10\nten and a half\nmore\n");
    EXPECT_THAT(standings(rebased(three_hunks(), files)), ElementsAre(as_made, conflicting, has_moved));
}

TEST(rebase, applies_what_is_there_already_without_an_edit)
{
    Files files { { "a.c", "top\n" + three_hunks().files[0].change.new_text } };
    Proposal moved = rebased(three_hunks(), files);
    auto const planned = plan(moved, {}, reading(files)).value();
    EXPECT_TRUE(planned[0].already_there);
    EXPECT_EQ(planned[0].before, planned[0].after);
    record_applied(moved, planned);
    EXPECT_FALSE(moved.is_open());
}

TEST(rebase, counts_a_revision_only_if_the_document_changes)
{
    Files files { { "a.c", replaced(numbered_lines(20), "line 20\n", "line twenty\n") } };
    Proposal moved = rebased(three_hunks(), files);
    EXPECT_EQ(moved.revision, 1u);
    EXPECT_EQ(render_review_document(moved), render_review_document(three_hunks()));
    files["a.c"] = replaced(files["a.c"], "line 17\n", "line seventeen\n");
    moved = rebased(moved, files);
    EXPECT_EQ(moved.revision, 2u);
}

TEST(rebase, makes_the_old_document_name_the_new_one)
{
    Files files { { "a.c", numbered_lines(20) } };
    std::string const old = render_review_document(three_hunks());
    files["a.c"] = "top\n" + files["a.c"];
    Proposal const moved = rebased(three_hunks(), files);
    EXPECT_THAT(error_of(plan_text(moved, old, files)),
        HasSubstr("stale: this document is revision 1 of proposal 7; open the present one, 7.2.diff"));
    EXPECT_EQ(plan_text(moved, render_review_document(moved), files).value()[0].after, "top\n" + three_hunks().files[0].change.new_text);
}

TEST(rebase, shows_the_states_in_the_document)
{
    Files files { { "a.c", "top\n" + replaced(replaced(numbered_lines(20), "line 5\n", "mine\n"), "line 15\n", "") } };
    std::string const document = render_review_document(rebased(three_hunks(), files));
    EXPECT_THAT(document, HasSubstr("# In conflict with what you changed since"));
    EXPECT_THAT(document, HasSubstr("#   hunk 1.1: a.c\n#     -line 5\n#     +five\n"));
    EXPECT_THAT(document, HasSubstr("#   hunk 1.2: a.c, made for line 11, now at line 12\n"));
    EXPECT_THAT(document, HasSubstr("# In your files already"));
    EXPECT_THAT(document, HasSubstr("#   hunk 1.3: a.c\n"));
    EXPECT_EQ(document.find("@@ hunk 1.1"), std::string::npos);
    EXPECT_TRUE(parse_review_document(document));
}

TEST(rebase, takes_an_edited_document_after_the_text_moved)
{
    Files files { { "a.c", "top\n" + replaced(numbered_lines(20), "line 8\n", "mine\n") } };
    Proposal moved = rebased(three_hunks(), files);
    std::string const document = replaced(render_review_document(moved), "+five\n", "+fuenf\n");
    auto const planned = plan_text(moved, document, files);
    ASSERT_TRUE(planned) << error_of(planned);
    std::string const wanted =
        replaced(replaced(replaced(files["a.c"], "line 5\n", "fuenf\n"), "line 10\n", "line 10\nten and a half\n"), "line 15\n", "");
    EXPECT_EQ(planned->front().after, wanted);
    carry_out(files, *planned);
    record_applied(moved, *planned);
    EXPECT_EQ(rebased(moved, files).revision, moved.revision);
}

TEST(rebase, does_not_let_an_edited_document_grow_over_lines_that_the_person_changed)
{
    Files files { { "a.c", replaced(numbered_lines(20), "line 7\n", "mine\n") } };
    Proposal const moved = rebased(three_hunks(), files);
    std::string const document = replaced(render_review_document(moved), " mine\n", "-mine\n+theirs\n");
    EXPECT_THAT(error_of(plan_text(moved, document, files)), HasSubstr("reaches into lines that were changed since"));
}

TEST(rebase, keeps_the_rest_applicable_after_a_part_was_applied)
{
    Files files { { "a.c", "top\n" + numbered_lines(20) } };
    Proposal moved = rebased(three_hunks(), files);
    auto const part = plan(moved, { {}, { "1.2" } }, reading(files)).value();
    carry_out(files, part);
    record_applied(moved, part);
    EXPECT_FALSE(rebase(moved, {}, reading(files)).value());
    files["a.c"] = replaced(files["a.c"], "ten and a half\n", "ten and three quarters\n");
    moved = rebased(moved, files);
    auto const rest = plan(moved, {}, reading(files)).value();
    EXPECT_THAT(rest[0].hunks, ElementsAre("1.1", "1.3"));
    EXPECT_EQ(rest[0].after, replaced(replaced(files["a.c"], "line 5\n", "five\n"), "line 15\n", ""));
}

TEST(rebase, knows_what_became_of_files_that_appear_go_or_move)
{
    Proposal const proposal =
        propose({ create("new", "n\n"), remove("old", "o\n"), move("from", "to", "1\n", "2\n"), modify("m", "1\n", "2\n") });
    Files const fresh { { "old", "o\n" }, { "from", "1\n" }, { "m", "1\n" } };
    EXPECT_FALSE(rebase(proposal, {}, reading(fresh)).value());
    Files const done { { "new", "n\n" }, { "to", "2\n" }, { "m", "2\n" } };
    EXPECT_THAT(standings(rebased(proposal, done)), ElementsAre(already_there, already_there, already_there, already_there));
    Files const other { { "new", "x\n" }, { "old", "x\n" }, { "from", "x\n" } };
    Proposal const moved = rebased(proposal, other);
    EXPECT_THAT(standings(moved), ElementsAre(conflicting, conflicting, conflicting, conflicting));
    EXPECT_THAT(render_review_document(moved), testing::Not(HasSubstr("\ndiff --git")));
    EXPECT_THAT(standings(rebased(moved, fresh)), ElementsAre(as_made, as_made, as_made, as_made));
}

TEST(rebase, looks_only_at_the_paths_it_is_given)
{
    Proposal const proposal = propose({ modify("a", "1\n", "2\n"), modify("b", "1\n", "2\n") });
    Files const files { { "a", "typed\n" }, { "b", "typed\n" } };
    EXPECT_THAT(standings(*rebase(proposal, { "b" }, reading(files)).value()), ElementsAre(as_made, conflicting));
}

TEST(rebase, passes_on_a_broken_disk_and_takes_what_cannot_be_read_for_a_conflict)
{
    auto const fails_with = [](ErrorCode code) -> CurrentText {
        return [code](std::string const&) -> Result<std::string> { return fail(code, "no"); };
    };
    EXPECT_EQ(error_of(rebase(three_hunks(), {}, fails_with(ErrorCode::io))), "io: no");
    EXPECT_THAT(
        standings(*rebase(three_hunks(), {}, fails_with(ErrorCode::denied)).value()), ElementsAre(conflicting, conflicting, conflicting));
}

TEST(rebase, survives_the_way_through_json)
{
    Files const files { { "a.c", "top\n" + replaced(numbered_lines(20), "line 5\n", "mine\n") } };
    Proposal const moved = rebased(three_hunks(), files);
    auto const back = proposal_from_json(to_json(moved));
    ASSERT_TRUE(back) << error_of(back);
    EXPECT_EQ(to_json(*back), to_json(moved));
    EXPECT_EQ(render_review_document(*back), render_review_document(moved));
    Json damaged = to_json(moved);
    damaged["files"][0]["hunks"][2]["at"] = 14;
    EXPECT_THAT(error_of(proposal_from_json(damaged)), HasSubstr("files[0].hunks[2].at: the file does not say there"));
}

/// A merge by another way: each line of the base has a mark of its own, and each side says what it made of it.
TEST(rebase, equals_a_merge_by_lines_or_refuses)
{
    std::mt19937 random(99);
    std::size_t clean = 0;
    std::size_t refused = 0;
    for (int round = 0; round < 3000; ++round) {
        std::size_t const count = 5 + random() % 30;
        std::string base, proposed, typed;
        std::vector<std::string> ours(count), theirs(count), plain(count);
        for (std::size_t i = 0; i < count; ++i) {
            std::string const line = "line " + std::to_string(i) + "\n";
            auto const made = [&](char const* who, unsigned what) {
                return what == 0 ? std::string() : what == 1 ? who + line : what == 2 ? line + who + std::to_string(i) + "\n" : line;
            };
            plain[i] = line;
            ours[i] = made("ours ", random() % 12);
            theirs[i] = made("theirs ", random() % 12);
            base += line;
            proposed += ours[i];
            typed += theirs[i];
        }
        Proposal const proposal = propose({ modify("f", base, proposed) });
        if (proposal.files.empty())
            continue;
        Files const files { { "f", typed } };
        Proposal const moved = rebased(proposal, files);
        for (Hunk const& hunk : moved.files[0].hunks) {
            if (hunk.standing == conflicting) {
                ++refused;
                continue;
            }
            auto const planned = plan(moved, { {}, { hunk.id } }, reading(files));
            ASSERT_TRUE(planned) << error_of(planned);
            std::string wanted;
            // A line that is added after line i belongs to the place i + 1.
            for (std::size_t i = 0; i < count; ++i) {
                bool const in_hunk = i + 1 >= hunk.lines.old_begin && i < std::max(hunk.lines.old_end, hunk.lines.old_begin);
                wanted += in_hunk && ours[i] != plain[i] ? ours[i] : theirs[i];
            }
            ASSERT_EQ(planned->front().after, wanted) << "base:\n" << base << "typed:\n" << typed << "proposed:\n" << proposed << hunk.id;
            ++clean;
        }
    }
    EXPECT_GT(clean, 1000u);
    EXPECT_GT(refused, 1000u);
}

}
}
