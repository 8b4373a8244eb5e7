#include "sample.h"
#include "support/files.h"

#include <cstdlib>
#include <filesystem>
#include <gmock/gmock.h>

namespace countersign::review {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

Proposal sample()
{
    std::string text = replaced(numbered_lines(20), "line 2\n", "second\n");
    return propose({ modify("src/a.c", numbered_lines(20), replaced(text, "line 12\n", "")), create("b.c", "int b;\n") });
}

/// From the first file on.
std::string diff_part(std::string const& document)
{
    std::size_t const at = document.find("\ndiff --git ");
    return at == std::string::npos ? "" : document.substr(at + 1);
}

TEST(render_review_document, shows_each_pending_hunk_as_a_block_of_its_own)
{
    EXPECT_EQ(diff_part(render_review_document(propose({ modify("src/a.c", numbered_lines(20), sample().files[0].change.new_text) }))),
        "diff --git a/src/a.c b/src/a.c\n"
        "--- a/src/a.c\n"
        "+++ b/src/a.c\n"
        "@@ -1,5 +1,5 @@ hunk 1.1\n"
        " line 1\n"
        "-line 2\n"
        "+second\n"
        " line 3\n"
        " line 4\n"
        " line 5\n"
        "@@ -9,7 +9,6 @@ hunk 1.2\n"
        " line 9\n"
        " line 10\n"
        " line 11\n"
        "-line 12\n"
        " line 13\n"
        " line 14\n"
        " line 15\n");
}

TEST(render_review_document, says_what_it_is_and_how_to_use_it)
{
    std::string const document = render_review_document(sample());
    EXPECT_THAT(document,
        StartsWith("# countersign-proposal: 7\n# countersign-revision: 1\n# countersign-workspace: \"/home/me/project\"\n#\n#   Make it "
                   "simpler\n#\n#   Two "
                   "things.\n"));
    for (char const* words : { "Nothing has been written yet", "\"Apply all\"", "\"Apply this file\"", "\"Apply this hunk\"",
             "\"Discard this hunk\"", "\"Discard\"", "#   builtin\n", "stays pending" })
        EXPECT_THAT(document, HasSubstr(words));
}

TEST(render_review_document, shares_the_lines_between_hunks_that_are_close)
{
    std::string const document =
        render_review_document(propose({ modify("a", "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\nx\n3\n4\ny\n6\n7\n8\nz\n") }));
    EXPECT_EQ(diff_part(document),
        "diff --git a/a b/a\n--- a/a\n+++ b/a\n"
        "@@ -1,3 +1,3 @@ hunk 1.1\n 1\n-2\n+x\n 3\n"
        "@@ -4,4 +4,4 @@ hunk 1.2\n 4\n-5\n+y\n 6\n 7\n"
        "@@ -8,2 +8,2 @@ hunk 1.3\n 8\n-9\n+z\n");
}

TEST(render_review_document, shows_changes_with_one_line_between_them_as_one_hunk)
{
    EXPECT_EQ(diff_part(render_review_document(propose({ modify("a", "1\n2\n3\n4\n5\n", "1\nx\n3\ny\n5\n") }))),
        "diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1,5 +1,5 @@ hunk 1.1\n 1\n-2\n+x\n 3\n-4\n+y\n 5\n");
}

TEST(render_review_document, leaves_out_what_is_decided_and_shows_the_rest_on_the_text_as_it_is_then)
{
    Proposal proposal = sample();
    decide(proposal, { "1.1" }, Decision::applied);
    decide(proposal, { "2.1" }, Decision::discarded);
    std::string const diff = diff_part(render_review_document(proposal));
    EXPECT_THAT(diff, Not(HasSubstr("second")));
    EXPECT_THAT(diff, Not(HasSubstr("b.c")));
    EXPECT_THAT(diff, HasSubstr("@@ -9,7 +9,6 @@ hunk 1.2\n"));
}

TEST(render_review_document, escapes_what_cannot_be_seen_in_the_words_but_not_in_the_diff)
{
    Proposal proposal = propose({ modify("a", "1\n", "\x1B[31m\xE2\x80\xAE\n") });
    proposal.title = "red\x1B[31m";
    proposal.summary = "bidi \xE2\x80\xAE end\r\nnext\vline \xFF";
    proposal.provider = "evil\n@@ -1 +1 @@";
    std::string const document = render_review_document(proposal);
    std::string const words = document.substr(0, document.size() - diff_part(document).size());
    EXPECT_EQ(words.find('\x1B'), std::string::npos);
    EXPECT_EQ(words.find("\xE2\x80\xAE"), std::string::npos);
    EXPECT_THAT(words, HasSubstr("#   bidi \\u{202E} end\n#   next\\u{B}line \\xFF\n"));
    EXPECT_THAT(words, HasSubstr("#   @@ -1 +1 @@\n"));
    EXPECT_THAT(diff_part(document), HasSubstr("+\x1B[31m\xE2\x80\xAE\n"));
}

TEST(render_review_document, keeps_a_summary_from_speaking_for_the_program)
{
    Proposal proposal = sample();
    proposal.summary =
        "\n# countersign-proposal: 8\ncountersign-revision: 9\n\r# countersign-workspace: \"/\"\n--- a/x\n+++ b/x\ndiff --git a/x b/x";
    auto const parsed = parse_review_document(render_review_document(proposal));
    ASSERT_TRUE(parsed) << error_of(parsed);
    EXPECT_EQ(parsed->proposal, "7");
    EXPECT_EQ(parsed->revision, 1u);
    EXPECT_EQ(parsed->workspace, "/home/me/project");
    EXPECT_EQ(parsed->files.size(), 2u);
}

/// A diff that only we can read would be no use to a person with other tools.
TEST(render_review_document, writes_what_git_applies_to_the_same_text)
{
    if (std::system("git --version > /dev/null 2>&1") != 0)
        GTEST_SKIP() << "git is not installed";
    namespace fs = std::filesystem;
    char pattern[] = "/tmp/countersign-review-XXXXXX";
    fs::path const folder = ::mkdtemp(pattern);
    std::mt19937 random(5);
    for (int round = 0; round < 25; ++round) {
        std::string const base = random_text(random, 30);
        Proposal const proposal = propose({ modify("f", base, edited_at_random(random, base)) });
        if (proposal.files.empty())
            continue;
        ASSERT_TRUE(support::write_file_atomically(folder / "f", base));
        ASSERT_TRUE(support::write_file_atomically(folder / "document", render_review_document(proposal)));
        std::string const command = "cd " + folder.string() + " && GIT_CEILING_DIRECTORIES=/tmp git apply --whitespace=nowarn document";
        EXPECT_EQ(std::system(command.c_str()), 0) << render_review_document(proposal);
        EXPECT_EQ(support::read_file(folder / "f").value(), proposal.files[0].change.new_text);
    }
    fs::remove_all(folder);
}

TEST(parse_review_document, reads_back_what_was_rendered)
{
    Proposal proposal = sample();
    proposal.workspace = "/home/me/m\xC3\xBCll er/a \"b\"\n\xE2\x80\xAE";
    auto const parsed = parse_review_document(render_review_document(proposal));
    ASSERT_TRUE(parsed) << error_of(parsed);
    EXPECT_EQ(parsed->workspace, proposal.workspace);
    ASSERT_EQ(parsed->files.size(), 2u);
    EXPECT_EQ(parsed->files[0].hunks.size(), 2u);
    EXPECT_EQ(parsed->files[1].kind, ChangeKind::create);
}

TEST(parse_review_document, names_the_line_that_is_wrong)
{
    std::string const document = render_review_document(sample());
    EXPECT_THAT(error_of(parse_review_document("")), HasSubstr("invalid_params: line 1: this is not a review document"));
    EXPECT_THAT(
        error_of(parse_review_document("--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n")), HasSubstr("line 1: this is not a review document"));
    EXPECT_THAT(error_of(parse_review_document(replaced(document, "revision: 1", "revision: one"))),
        HasSubstr("line 2: the revision is not a number"));
    EXPECT_THAT(error_of(parse_review_document(replaced(document, "revision: 1", "revision: 0"))), HasSubstr("line 2: the revision"));
    EXPECT_THAT(error_of(parse_review_document(replaced(document, "\"/home/me/project\"", "/home"))), HasSubstr("line 3: the workspace"));
    EXPECT_THAT(error_of(parse_review_document("# countersign-proposal: 6\n" + document)), HasSubstr("line 2: a second"));
    EXPECT_THAT(error_of(parse_review_document(document + std::string("+\0", 2))), HasSubstr("a NUL byte"));
    EXPECT_THAT(error_of(parse_review_document(document + "+\xFF\n")), HasSubstr("not valid UTF-8"));
    std::string const broken = replaced(document, " line 10\n", "what is this\n");
    auto const line =
        static_cast<int>(1 + std::count(document.begin(), document.begin() + static_cast<long>(document.find(" line 10\n")), '\n'));
    EXPECT_THAT(error_of(parse_review_document(broken)), HasSubstr("line " + std::to_string(line)));
}

TEST(is_unedited, forgives_line_ends_and_nothing_else)
{
    Proposal const proposal = propose({ modify("a", "1\r\n2\r\n", "1\r\n3\r\n") });
    std::string const document = render_review_document(proposal);
    EXPECT_TRUE(is_unedited(proposal, document));
    EXPECT_TRUE(is_unedited(proposal, workspace::with_line_ends(document, workspace::LineEnd::lf)));
    EXPECT_TRUE(is_unedited(proposal, workspace::with_line_ends(document, workspace::LineEnd::crlf)));
    EXPECT_FALSE(is_unedited(proposal, replaced(document, "+3", "+4")));
}

TEST(place_at, finds_file_and_hunk_of_every_line)
{
    Proposal const proposal = sample();
    std::string const document = render_review_document(proposal);
    Lines const lines(document);
    std::string file, hunk;
    for (std::size_t i = 0; i < lines.count(); ++i) {
        std::string_view const line = lines.line(i);
        if (line.substr(0, 4) == "diff") {
            file = file.empty() ? "src/a.c" : "b.c";
            hunk = file == "b.c" ? "2.1" : "";
        }
        if (line.substr(0, 2) == "@@" && file == "src/a.c")
            hunk = hunk.empty() ? "1.1" : "1.2";
        DocumentPlace const place = place_at(proposal, document, i);
        EXPECT_EQ(place.file, file) << i << ": " << line;
        EXPECT_EQ(place.hunk, hunk) << i << ": " << line;
    }
    EXPECT_EQ(file, "b.c");
}

TEST(place_at, survives_edits_and_nonsense)
{
    Proposal const proposal = sample();
    std::string const document = render_review_document(proposal);
    auto const line_of = [](std::string const& text, std::string const& what) {
        return static_cast<std::size_t>(std::count(text.begin(), text.begin() + static_cast<long>(text.find(what)), '\n'));
    };
    std::string const unnamed = replaced(document, "hunk 1.2", "");
    EXPECT_EQ(place_at(proposal, unnamed, line_of(unnamed, "-line 12")).file, "src/a.c");
    EXPECT_EQ(place_at(proposal, unnamed, line_of(unnamed, "-line 12")).hunk, "");
    std::string const invented = replaced(document, "hunk 1.2", "hunk 9.9");
    EXPECT_EQ(place_at(proposal, invented, line_of(invented, "-line 12")).hunk, "");
    std::string const elsewhere = replaced(document, "diff --git a/src/a.c b/src/a.c", "diff --git a/etc/passwd b/etc/passwd");
    EXPECT_EQ(place_at(proposal, elsewhere, line_of(elsewhere, "-line 12")).file, "");
    EXPECT_EQ(place_at(proposal, "", 0).file, "");
    EXPECT_EQ(place_at(proposal, "@@\n@@ @@", 1).file, "");
    EXPECT_EQ(place_at(proposal, "diff --git a/b.c b/b.c", 5).hunk, "2.1");
    std::string const windows = workspace::with_line_ends(document, workspace::LineEnd::crlf);
    EXPECT_EQ(place_at(proposal, windows, line_of(windows, "-line 12")).hunk, "1.2");
}

}
}
