#include "sample.h"

#include <gmock/gmock.h>

namespace countersign::review {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Hunks 1.1 (line 2 replaced), 1.2 (a line after 10) and 1.3 (line 18 removed).
Proposal three_hunks()
{
    std::string text = replaced(numbered_lines(20), "line 2\n", "second\n");
    text = replaced(text, "line 10\n", "line 10\nline 10 and a half\n");
    return propose({ modify("a.c", numbered_lines(20), replaced(text, "line 18\n", "")) });
}

/// The document without the block of `hunk`.
std::string without_block(std::string const& document, std::string const& hunk)
{
    std::size_t const begin = document.rfind("\n@@", document.find(" @@ hunk " + hunk + "\n")) + 1;
    std::size_t end = std::min(document.find("\n@@", begin), document.find("\ndiff", begin));
    end = end == std::string::npos ? document.size() : end + 1;
    return std::string(document).erase(begin, end - begin);
}

class edited_document : public testing::Test {
protected:
    Proposal proposal = three_hunks();
    Files files { { "a.c", numbered_lines(20) } };
    std::string document = render_review_document(proposal);

    /// Applies the document as it is; the proposal and the files then are as after an approval.
    void apply()
    {
        auto const planned = plan_text(proposal, document, files);
        ASSERT_TRUE(planned) << error_of(planned) << "\n" << document;
        hunks = planned->front().hunks;
        edited = planned->front().edited.size();
        carry_out(files, *planned);
        record_applied(proposal, *planned);
    }

    std::vector<std::string> hunks;
    std::size_t edited = 0;
};

TEST_F(edited_document, means_the_whole_proposal_if_nothing_was_edited)
{
    apply();
    EXPECT_EQ(files["a.c"], proposal.files[0].change.new_text);
    EXPECT_THAT(hunks, ElementsAre("1.1", "1.2", "1.3"));
    EXPECT_EQ(edited, 0u);
}

TEST_F(edited_document, leaves_a_dropped_hunk_pending_and_applicable)
{
    document = without_block(document, "1.2");
    apply();
    EXPECT_THAT(hunks, ElementsAre("1.1", "1.3"));
    EXPECT_THAT(selected_hunks(proposal, {}).value(), ElementsAre("1.2"));
    document = render_review_document(proposal);
    apply();
    EXPECT_EQ(files["a.c"], proposal.files[0].change.new_text);
}

TEST_F(edited_document, takes_added_lines_as_the_person_wrote_them)
{
    document = without_block(replaced(document, "+second\n", "+deuxi\xC3\xA8me\n+ \n"), "1.3");
    apply();
    EXPECT_EQ(edited, 1u);
    EXPECT_THAT(files["a.c"], HasSubstr("line 1\ndeuxi\xC3\xA8me\n \nline 3\n"));
    auto const rest = plan(proposal, {}, reading(files));
    ASSERT_TRUE(rest) << error_of(rest);
    EXPECT_THAT(rest->front().after, HasSubstr("deuxi\xC3\xA8me\n \nline 3\n"));
    EXPECT_EQ(rest->front().after.find("line 18\n"), std::string::npos);
}

TEST_F(edited_document, keeps_a_removed_line_that_became_context)
{
    document = replaced(document, "-line 2\n", " line 2\n");
    apply();
    EXPECT_THAT(files["a.c"], HasSubstr("line 1\nline 2\nsecond\nline 3\n"));
    EXPECT_EQ(edited, 1u);
}

TEST_F(edited_document, counts_a_hunk_that_changes_nothing_any_more_as_left_out)
{
    document = replaced(replaced(document, "-line 2\n", " line 2\n"), "+second\n", "");
    apply();
    EXPECT_THAT(hunks, ElementsAre("1.2", "1.3"));
}

TEST_F(edited_document, lets_a_hunk_grow_into_its_context)
{
    document = without_block(replaced(document, " line 11\n", "-line 11\n+eleven\n"), "1.1");
    apply();
    EXPECT_THAT(files["a.c"], HasSubstr("line 10\nline 10 and a half\neleven\nline 12\n"));
    document = render_review_document(proposal);
    apply();
    EXPECT_THAT(files["a.c"], HasSubstr("line 1\nsecond\nline 3\n"));
    EXPECT_THAT(files["a.c"], HasSubstr("line 10\nline 10 and a half\neleven\nline 12\n"));
}

TEST_F(edited_document, finds_the_place_of_a_hunk_whose_numbers_or_context_are_off)
{
    std::size_t const at = document.find("@@ -8,");
    ASSERT_NE(at, std::string::npos) << document;
    document.replace(at, document.find('\n', at) - at, "@@ -1,9 +300,2 @@");
    document = replaced(document, " line 8\n", "");
    apply();
    EXPECT_EQ(files["a.c"], proposal.files[0].change.new_text);
    EXPECT_THAT(hunks, ElementsAre("1.1", "1.2", "1.3"));
}

TEST_F(edited_document, never_guesses_between_two_places)
{
    std::string const twice = "a\nb\nc\na\nb\nc\nx\ny\nz\nq\n";
    proposal = propose({ modify("a.c", twice, "a\nb\nC\na\nb\nc\nx\ny\nz\nq\n") });
    files["a.c"] = twice;
    std::string const whole = render_review_document(proposal);
    document = whole.substr(0, whole.find("\n@@") + 1) + "@@ -2,3 +2,3 @@ hunk 1.1\n a\n b\n-c\n+C\n";
    EXPECT_THAT(error_of(plan_text(proposal, document, files)), HasSubstr("the file does not have this line here"));
}

TEST_F(edited_document, refuses_context_that_the_file_does_not_have)
{
    std::string const good = document;
    document = replaced(document, " line 9\n", " line nine\n");
    auto const number = 1 + std::count(document.begin(), document.begin() + static_cast<long>(document.find(" line nine\n")), '\n');
    EXPECT_THAT(error_of(plan_text(proposal, document, files)),
        HasSubstr("denied: line " + std::to_string(number) + ": the file does not have this line here: line nine"));
    EXPECT_THAT(error_of(plan_text(proposal, replaced(good, "-line 18\n", "-line eighteen\n"), files)), HasSubstr("line eighteen"));
}

TEST_F(edited_document, refuses_a_change_where_no_hunk_is)
{
    document += "@@ -20,1 +20,2 @@\n line 20\n+line 21\n";
    document = without_block(document, "1.3");
    EXPECT_THAT(error_of(plan_text(proposal, document, files)), HasSubstr("no pending hunk is at this place"));
}

TEST_F(edited_document, refuses_a_hunk_that_lost_all_its_context)
{
    document = replaced(document, "@@ hunk 1.2\n line 8\n line 9\n line 10\n", "@@ hunk 1.2\n");
    document = replaced(document, "+line 10 and a half\n line 11\n line 12\n line 13\n", "+line 10 and a half\n");
    EXPECT_THAT(error_of(plan_text(proposal, document, files)), HasSubstr("no context line left"));
}

TEST_F(edited_document, refuses_an_older_revision_and_names_the_newer)
{
    decide(proposal, { "1.1" }, Decision::discarded);
    EXPECT_EQ(
        error_of(plan_text(proposal, document, files)), "stale: this document is revision 1 of proposal 7; open the present one, 7.2.diff");
}

TEST_F(edited_document, refuses_another_proposal_or_folder)
{
    EXPECT_THAT(error_of(plan_text(proposal, replaced(document, "proposal: 7", "proposal: 8"), files)),
        HasSubstr("denied: this document belongs to proposal 8"));
    EXPECT_THAT(error_of(plan_text(proposal, replaced(document, "\"/home/me/project\"", "\"/etc\""), files)),
        HasSubstr("denied: this document says that it is about /etc"));
}

TEST_F(edited_document, refuses_when_everything_is_decided)
{
    decide(proposal, { "1.1", "1.2", "1.3" }, Decision::applied);
    EXPECT_THAT(error_of(plan_text(proposal, document, files)), HasSubstr("denied: every part of proposal 7"));
}

TEST_F(edited_document, refuses_a_file_that_moved_on)
{
    files["a.c"] += "more\n";
    EXPECT_THAT(error_of(plan_text(proposal, document, files)), HasSubstr("stale: a.c changed"));
}

TEST_F(edited_document, has_nothing_to_apply_when_every_hunk_is_dropped)
{
    for (char const* hunk : { "1.1", "1.2", "1.3" })
        document = without_block(document, hunk);
    EXPECT_THAT(error_of(plan_text(proposal, document, files)), HasSubstr("invalid_params: the document keeps no hunk"));
    document.erase(document.find("diff --git"));
    EXPECT_THAT(error_of(plan_text(proposal, document, files)), HasSubstr("invalid_params: the document keeps no hunk"));
}

/// Hunks 1.1 (line 2) and 1.2 (line 5), with two lines between them.
Proposal two_close_hunks() { return propose({ modify("a.c", "1\n2\n3\n4\n5\n6\n", "1\ntwo\n3\n4\nfive\n6\n") }); }

TEST_F(edited_document, joins_hunks_that_one_change_covers)
{
    proposal = propose({ modify("a.c", "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\ntwo\n3\n4\nfive\n6\n7\neight\n9\n") });
    files["a.c"] = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
    std::string const whole = render_review_document(proposal);
    document = whole.substr(0, whole.find("\n@@") + 1) + "@@ -1,6 +1,3 @@\n 1\n-2\n-3\n-4\n-5\n+everything\n 6\n";
    apply();
    EXPECT_EQ(files["a.c"], "1\neverything\n6\n7\n8\n9\n");
    EXPECT_THAT(hunks, ElementsAre("1.1", "1.2"));
    document = render_review_document(proposal);
    apply();
    EXPECT_EQ(files["a.c"], "1\neverything\n6\n7\neight\n9\n");
}

TEST_F(edited_document, leaves_a_dropped_neighbour_alone_when_a_hunk_grows_up_to_it)
{
    proposal = two_close_hunks();
    files["a.c"] = "1\n2\n3\n4\n5\n6\n";
    std::string const whole = render_review_document(proposal);
    document = whole.substr(0, whole.find("\n@@") + 1) + "@@ -1,4 +1,4 @@ hunk 1.1\n 1\n-2\n-3\n-4\n+two to four\n";
    apply();
    EXPECT_THAT(hunks, ElementsAre("1.1"));
    EXPECT_EQ(files["a.c"], "1\ntwo to four\n5\n6\n");
    document = render_review_document(proposal);
    apply();
    EXPECT_EQ(files["a.c"], "1\ntwo to four\nfive\n6\n");
}

TEST_F(edited_document, leaves_a_dropped_insertion_alone_when_its_neighbour_adds_at_the_same_place)
{
    proposal = propose({ modify("a.c", "1\n2\n3\n4\n5\n", "1\ntwo\n3\n4\nfour and a half\n5\n") });
    files["a.c"] = "1\n2\n3\n4\n5\n";
    std::string const whole = render_review_document(proposal);
    document = whole.substr(0, whole.find("\n@@") + 1) + "@@ -1,4 +1,5 @@ hunk 1.1\n 1\n-2\n+two\n 3\n 4\n+four and a bit\n";
    apply();
    EXPECT_THAT(hunks, ElementsAre("1.1"));
    document = render_review_document(proposal);
    apply();
    EXPECT_EQ(files["a.c"], "1\ntwo\n3\n4\nfour and a bit\nfour and a half\n5\n");
}

TEST_F(edited_document, refuses_to_reach_into_lines_that_an_applied_hunk_wrote)
{
    proposal = two_close_hunks();
    files["a.c"] = "1\n2\n3\n4\n5\n6\n";
    auto const planned = plan(proposal, { {}, { "1.1" } }, reading(files)).value();
    carry_out(files, planned);
    record_applied(proposal, planned);
    document = replaced(replaced(render_review_document(proposal), " two\n", "-two\n+zwei\n"), " 3\n", "-3\n");
    EXPECT_THAT(error_of(plan_text(proposal, document, files)), HasSubstr("reaches into the lines of hunk 1.1"));
}

TEST_F(edited_document, keeps_a_missing_last_newline_and_refuses_one_in_the_middle)
{
    proposal = propose({ modify("a.c", "1\n2", "1\n3") });
    files["a.c"] = "1\n2";
    document = render_review_document(proposal);
    EXPECT_THAT(document, HasSubstr("-2\n\\ No newline at end of file\n+3\n\\ No newline at end of file\n"));
    std::string const good = document;
    apply();
    EXPECT_EQ(files["a.c"], "1\n3");
    proposal = propose({ modify("a.c", "1\n2", "1\n3") });
    files["a.c"] = "1\n2";
    document = replaced(good, "+3\n\\ No newline at end of file\n", "+3\n");
    apply();
    EXPECT_EQ(files["a.c"], "1\n3\n");
    proposal = three_hunks();
    document = replaced(render_review_document(proposal), "+second\n", "+second\n\\ No newline at end of file\n");
    EXPECT_THAT(error_of(plan_text(proposal, document, { { "a.c", numbered_lines(20) } })), HasSubstr("line "));
}

TEST_F(edited_document, creates_a_file_with_the_text_that_the_person_wrote)
{
    proposal = propose({ create("new.c", "int a;\nint b;\n"), create("empty.c", "") });
    files.clear();
    document = replaced(render_review_document(proposal), "+int b;\n", "+int c;\n");
    apply();
    EXPECT_EQ(files["new.c"], "int a;\nint c;\n");
    EXPECT_EQ(files["empty.c"], "");
    EXPECT_FALSE(proposal.is_open());
}

TEST_F(edited_document, removes_a_file_as_a_whole_or_not_at_all)
{
    proposal = propose({ remove("old.c", numbered_lines(5)) });
    files = { { "old.c", numbered_lines(5) } };
    document = render_review_document(proposal);
    EXPECT_THAT(error_of(plan_text(proposal, replaced(document, "-line 5\n", ""), files)),
        HasSubstr("a removal can be approved or dropped only as a whole"));
    apply();
    EXPECT_TRUE(files.empty());
}

TEST_F(edited_document, moves_a_file_with_the_hunks_that_were_kept)
{
    std::string const text = replaced(replaced(numbered_lines(30), "line 2\n", "two\n"), "line 28\n", "28\n");
    proposal = propose({ move("from.c", "to.c", numbered_lines(30), text) });
    files = { { "from.c", numbered_lines(30) } };
    document = render_review_document(proposal);
    std::size_t const second = document.find("\n@@", document.find("\n@@") + 1) + 1;
    document.erase(second);
    apply();
    EXPECT_EQ(files, (Files { { "to.c", replaced(numbered_lines(30), "line 2\n", "two\n") } }));
}

/// VS Code makes all line ends of a mixed document alike when it opens it.
TEST_F(edited_document, restores_line_ends_that_an_editor_made_alike)
{
    for (auto const line_end : { workspace::LineEnd::lf, workspace::LineEnd::crlf }) {
        proposal = propose({ modify("dos.c", "1\r\n2\r\n3\r\n", "1\r\nzwei\r\n3\r\n"), modify("unix.c", "1\n2\n3\n", "1\nzwei\n3\n") });
        files = { { "dos.c", "1\r\n2\r\n3\r\n" }, { "unix.c", "1\n2\n3\n" } };
        document = workspace::with_line_ends(render_review_document(proposal), line_end);
        std::string const end = line_end == workspace::LineEnd::lf ? "\n" : "\r\n";
        document.replace(document.find("+zwei"), 5, "+two" + end + "+and a half");
        apply();
        EXPECT_EQ(files["dos.c"], "1\r\ntwo\r\nand a half\r\n3\r\n");
        EXPECT_EQ(files["unix.c"], "1\nzwei\n3\n");
        EXPECT_FALSE(proposal.is_open());
    }
}

/// A model of what a person may do to each block: drop it, keep it, or write other added lines; whatever was applied, the rest stays
/// applicable.
TEST(edited_documents, stay_applicable_through_random_sessions)
{
    std::mt19937 random(42);
    for (int round = 0; round < 1500; ++round) {
        std::string const base = random_text(random, 25);
        Proposal proposal = propose({ modify("f", base, edited_at_random(random, base)) });
        Files files { { "f", base } };
        for (int session = 0; session < 6 && proposal.is_open(); ++session) {
            std::string const rendered = render_review_document(proposal);
            auto parsed = parse_review_document(rendered);
            ASSERT_TRUE(parsed) << error_of(parsed) << "\n" << rendered;
            std::string wanted;
            std::vector<workspace::DiffHunk>& blocks = parsed->files.at(0).hunks;
            Lines const present(files["f"]);
            std::size_t position = 0;
            std::vector<workspace::DiffHunk> kept;
            for (workspace::DiffHunk block : blocks) {
                unsigned const choice = random() % 3;
                if (choice == 0)
                    continue;
                std::size_t const begin = block.old_count == 0 ? block.old_start : block.old_start - 1;
                wanted += present.range(position, begin);
                position = begin + block.old_count;
                std::size_t changed = 0;
                for (workspace::DiffLine& line : block.lines) {
                    if (choice == 2 && line.kind == '+' && !line.text.empty() && line.text.back() == '\n')
                        line.text = "edited " + std::to_string(random() % 5) + "\n";
                    if (line.kind != '-')
                        wanted += line.text;
                    changed += line.kind != ' ' ? 1 : 0;
                }
                ASSERT_GT(changed, 0u);
                kept.push_back(block);
            }
            wanted += present.range(position, present.count());
            if (kept.empty())
                continue;
            parsed->files[0].hunks = kept;
            std::string const edited = rendered.substr(0, rendered.find("\ndiff --git ") + 1) + workspace::render(parsed->files[0]);
            auto const planned = plan_text(proposal, edited, files);
            ASSERT_TRUE(planned) << error_of(planned) << "\n" << edited;
            ASSERT_EQ(planned->front().hunks.size(), kept.size());
            carry_out(files, *planned);
            ASSERT_EQ(files["f"], wanted) << edited;
            record_applied(proposal, *planned);
        }
        if (proposal.is_open()) {
            auto const rest = plan(proposal, {}, reading(files));
            ASSERT_TRUE(rest) << error_of(rest);
        }
    }
}

}
}
