#include "sample.h"

#include <gmock/gmock.h>

namespace countersign::review {
namespace {

using testing::AnyOf;
using testing::HasSubstr;
using testing::StartsWith;

Proposal sample() { return propose({ modify("src/a.c", "1\n2\n3\n", "1\ntwo\n3\n"), create("new.c", "n\n") }); }

std::string header_of(std::string const& document) { return document.substr(0, document.find("\ndiff --git ") + 1); }

TEST(hostile_document, reaches_no_file_that_the_proposal_does_not_touch)
{
    Proposal const proposal = sample();
    Files const files { { "src/a.c", "1\n2\n3\n" }, { "src/b.c", "1\n2\n3\n" }, { "../etc/passwd", "1\n2\n3\n" },
        { "/etc/passwd", "1\n2\n3\n" } };
    std::string const header = header_of(render_review_document(proposal));
    for (std::string const path :
        { "src/b.c", "../etc/passwd", "src/../src/b.c", "./src/a.c", "src//a.c", "/etc/passwd", "SRC/A.C", "src/a.c ", "" }) {
        std::string const edit =
            "diff --git a/" + path + " b/" + path + "\n--- a/" + path + "\n+++ b/" + path + "\n@@ -1,3 +1,3 @@\n 1\n-2\n+evil\n 3\n";
        EXPECT_THAT(error_of(plan_text(proposal, header + edit, files)), AnyOf(StartsWith("denied: "), StartsWith("invalid_params: ")))
            << path;
        std::string const creation =
            "diff --git a/" + path + " b/" + path + "\nnew file mode 100644\n--- /dev/null\n+++ b/" + path + "\n@@ -0,0 +1 @@\n+evil\n";
        EXPECT_THAT(error_of(plan_text(proposal, header + creation, files)), AnyOf(StartsWith("denied: "), StartsWith("invalid_params: ")))
            << path;
    }
}

TEST(hostile_document, cannot_turn_one_kind_of_change_into_another)
{
    Proposal const proposal = sample();
    Files const files { { "src/a.c", "1\n2\n3\n" } };
    std::string const header = header_of(render_review_document(proposal));
    for (char const* diff : {
             "diff --git a/src/a.c b/src/a.c\ndeleted file mode 100644\n--- a/src/a.c\n+++ /dev/null\n@@ -1,3 +0,0 @@\n-1\n-2\n-3\n",
             "diff --git a/src/a.c b/src/a.c\nnew file mode 100644\n--- /dev/null\n+++ b/src/a.c\n@@ -0,0 +1 @@\n+evil\n",
             "diff --git a/src/a.c b/new.c\nsimilarity index 100%\nrename from src/a.c\nrename to new.c\n",
             "diff --git a/src/b.c b/src/a.c\nrename from src/b.c\nrename to src/a.c\n--- a/src/b.c\n+++ b/src/a.c\n@@ -1,3 +1,3 @@\n "
             "1\n-2\n+evil\n 3\n",
             "diff --git a/new.c b/new.c\n--- a/new.c\n+++ b/new.c\n@@ -1 +1 @@\n-n\n+evil\n",
             "diff --git a/src/a.c b/src/a.c\nnew file mode 120000\n--- /dev/null\n+++ b/src/a.c\n@@ -0,0 +1 @@\n+/etc/passwd\n",
         })
        EXPECT_THAT(error_of(plan_text(proposal, header + diff, files)), AnyOf(StartsWith("denied: "), StartsWith("invalid_params: ")))
            << diff;
}

TEST(hostile_document, cannot_name_a_file_twice)
{
    Proposal const proposal = sample();
    Files const files { { "src/a.c", "1\n2\n3\n" } };
    std::string const document = render_review_document(proposal);
    std::string const again =
        document.substr(document.find("diff --git a/src"), document.find("diff --git a/new") - document.find("diff --git a/src"));
    EXPECT_THAT(error_of(plan_text(proposal, document + again, files)), HasSubstr("twice"));
}

TEST(hostile_document, cannot_use_binary_patches_or_overlapping_blocks)
{
    Proposal const proposal = sample();
    Files const files { { "src/a.c", "1\n2\n3\n" } };
    std::string const header = header_of(render_review_document(proposal));
    std::string const file = "diff --git a/src/a.c b/src/a.c\n";
    for (std::string const& body : std::vector<std::string> {
             "GIT binary patch\nliteral 3\nKcmZQzU|?i`\n\n",
             "Binary files a/src/a.c and b/src/a.c differ\n",
             "--- a/src/a.c\n+++ b/src/a.c\n@@ -1,3 +1,3 @@\n 1\n-2\n+x\n 3\n@@ -1,3 +1,3 @@\n 1\n-2\n+y\n 3\n",
             "--- a/src/a.c\n+++ b/src/a.c\n@@ -1,2 +1,2 @@\n 1\n-2\n+x\n@@ -2,2 +2,2 @@\n-2\n+y\n 3\n",
             "--- a/src/a.c\n+++ b/src/a.c\n@@ -3 +3 @@\n 3\n@@ -1,2 +1,2 @@\n 1\n-2\n+y\n",
             "--- a/src/a.c\n+++ b/src/a.c\n@@ -99999999999999999999,3 +1,3 @@\n 9\n-2\n+x\n",
             "--- a/src/a.c\n+++ b/src/a.c\n@@ -18446744073709551615,1 +1,1 @@\n-9\n+x\n",
             "--- a/src/a.c\n+++ b/src/a.c\n@@ -1,3 +1,3 @@\n+x\n",
             "--- a/src/a.c\n+++ b/src/a.c\n@@ nonsense\n",
             "--- a/src/a.c\n",
             "--- a/src/a.c\n+++ b/src/a.c\n@@ -1,3 +1,3 @@\n\\ No newline at end of file\n",
         })
        EXPECT_THAT(
            error_of(plan_text(proposal, header + file + body, files)), AnyOf(StartsWith("denied: "), StartsWith("invalid_params: ")))
            << body;
}

/// Repeated lines that nearly match everywhere are the worst case of a search for a hunk's place.
TEST(hostile_document, is_refused_in_linear_time)
{
    std::string const same = [] {
        std::string text;
        for (int i = 0; i < 200000; ++i)
            text += "a\n";
        return text;
    }();
    Proposal const proposal = propose({ modify("a", same, "b\n" + same) });
    Files const files { { "a", same } };
    std::string document = header_of(render_review_document(proposal)) + "diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -5,1 +5,1 @@\n";
    for (int i = 0; i < 100000; ++i)
        document += " a\n";
    document += " c\n+evil\n";
    EXPECT_THAT(error_of(plan_text(proposal, document, files)), HasSubstr("the file does not have this line here: c"));
}

TEST(hostile_document, of_any_bytes_neither_crashes_nor_leaves_the_proposal)
{
    std::mt19937 random(7);
    Proposal const proposal = sample();
    Files const files { { "src/a.c", "1\n2\n3\n" } };
    std::string const document = render_review_document(proposal);
    std::size_t planned = 0;
    for (int round = 0; round < 20000; ++round) {
        std::string text = document;
        std::size_t const from = text.find("\ndiff --git");
        for (unsigned edits = 1 + random() % 4; edits > 0; --edits) {
            std::size_t const at = from + random() % (text.size() - from);
            switch (random() % 4) {
            case 0:
                text.erase(at, 1 + random() % 8);
                break;
            case 1:
                text[at] = static_cast<char>(random() % 256);
                break;
            case 2:
                text.insert(at, text.substr(from + random() % (text.size() - from), random() % 40));
                break;
            default:
                text.insert(at, 1, "\n +-@\\#0123"[random() % 11]);
                break;
            }
        }
        for (std::size_t line : { random() % 60, std::mt19937::result_type(30) })
            place_at(proposal, text, line);
        auto const result = plan_text(proposal, text, files);
        if (!result)
            continue;
        ++planned;
        for (PlannedFile const& file : *result)
            ASSERT_TRUE(
                (file.path == "src/a.c" && file.kind == ChangeKind::modify) || (file.path == "new.c" && file.kind == ChangeKind::create))
                << text;
        Proposal decided = proposal;
        record_applied(decided, *result);
        Files after = files;
        carry_out(after, *result);
        if (decided.is_open()) {
            auto const rest = plan(decided, {}, reading(after));
            ASSERT_TRUE(rest) << error_of(rest) << "\n" << text;
        }
    }
    EXPECT_GT(planned, 0u);
}

TEST(review_document, manages_ten_thousand_hunks)
{
    std::string base, text;
    for (int i = 0; i < 10000; ++i) {
        base += "same " + std::to_string(i) + "\n}\nold\n";
        text += "same " + std::to_string(i) + "\n}\nnew " + std::to_string(i) + "\n";
    }
    Proposal proposal = propose({ modify("big.c", base, text) });
    ASSERT_EQ(proposal.files[0].hunks.size(), 10000u);
    Files const files { { "big.c", base } };
    std::string const document = render_review_document(proposal);
    auto const planned = plan_text(proposal, document, files);
    ASSERT_TRUE(planned) << error_of(planned);
    EXPECT_EQ(planned->front().after, text);
    auto const edited = plan_text(proposal, replaced(document, "+new 5000\n", "+changed\n"), files);
    ASSERT_TRUE(edited) << error_of(edited);
    EXPECT_THAT(edited->front().after, HasSubstr("same 5000\n}\nchanged\nsame 5001\n"));
}

}
}
