#include "workspace/unified_diff.h"

#include "random_text.h"
#include "temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace countersign::workspace {
namespace {

using ::testing::HasSubstr;
using workspace::testing::has_git;
using workspace::testing::output_of;
using workspace::testing::random_change;
using workspace::testing::random_text;
using workspace::testing::TemporaryFolder;

FileChange change(ChangeKind kind, std::string path, std::string base, std::string next, std::string from = "")
{
    FileChange made;
    made.kind = kind;
    made.path = std::move(path);
    made.from = std::move(from);
    made.base_text = std::move(base);
    made.new_text = std::move(next);
    return made;
}

std::string rendered(std::vector<FileDiff> const& diffs)
{
    std::string text;
    for (FileDiff const& diff : diffs)
        text += render(diff);
    return text;
}

/// The document as it is read, rendered again; or the error.
std::string reread(std::string const& document)
{
    auto const parsed = parse_unified_diff(document);
    return parsed ? rendered(*parsed) : to_string(parsed.error());
}

std::string error_of(std::string const& document)
{
    auto const parsed = parse_unified_diff(document);
    return parsed ? "parsed" : to_string(parsed.error());
}

TEST(UnifiedDiff, is_written_as_git_writes_it)
{
    EXPECT_EQ(render(make_file_diff(change(
                  ChangeKind::modify, "src/a.cpp", "int f()\n{\n  1;\n  2;\n  3;\n  4;\n}\n", "int f()\n{\n  1;\n  2;\n  3;\n  5;\n}\n"))),
        "diff --git a/src/a.cpp b/src/a.cpp\n--- a/src/a.cpp\n+++ b/src/a.cpp\n@@ -3,5 +3,5 @@ int f()\n   1;\n   2;\n   3;\n-  4;\n+  "
        "5;\n }\n");
    EXPECT_EQ(render(make_file_diff(change(ChangeKind::create, "n", "", "one\ntwo"))),
        "diff --git a/n b/n\nnew file mode 100644\n--- /dev/null\n+++ b/n\n@@ -0,0 +1,2 @@\n+one\n+two\n\\ No newline at end of file\n");
    EXPECT_EQ(render(make_file_diff(change(ChangeKind::remove, "d", "one\n", ""))),
        "diff --git a/d b/d\ndeleted file mode 100644\n--- a/d\n+++ /dev/null\n@@ -1 +0,0 @@\n-one\n");
    EXPECT_EQ(render(make_file_diff(change(ChangeKind::move, "to", "x\n", "x\n", "from"))),
        "diff --git a/from b/to\nrename from from\nrename to to\n");
    EXPECT_EQ(render(make_file_diff(change(ChangeKind::create, "empty", "", ""))), "diff --git a/empty b/empty\nnew file mode 100644\n");
    EXPECT_EQ(render(make_file_diff(change(ChangeKind::modify, "a b", "x\r\n", "y\r\n"))),
        "diff --git a/a b b/a b\n--- a/a b\t\n+++ b/a b\t\n@@ -1 +1 @@\n-x\r\n+y\r\n");
}

TEST(UnifiedDiff, merges_hunks_whose_context_touches)
{
    std::string before;
    std::string near_after;
    std::string far_after;
    for (int i = 0; i < 20; ++i) {
        before += std::to_string(i) + "\n";
        near_after += (i == 3 || i == 10 ? "x" : std::to_string(i)) + "\n";
        far_after += (i == 3 || i == 11 ? "x" : std::to_string(i)) + "\n";
    }
    EXPECT_EQ(make_hunks(before, near_after, 3).size(), 1u);
    EXPECT_EQ(make_hunks(before, far_after, 3).size(), 2u);
    EXPECT_EQ(make_hunks(before, near_after, 0).size(), 2u);
    EXPECT_EQ(make_hunks(before, far_after, static_cast<std::size_t>(-1)).size(), 1u);
    EXPECT_TRUE(make_hunks(before, before).empty());
}

TEST(UnifiedDiff, quotes_paths_that_would_mislead)
{
    for (std::string const& path : { std::string("plain.txt"), std::string("with space"), std::string("tab\there"),
             std::string("quo\"te\\"), std::string("umlaut\u00e4"), std::string("bidi\u202e.txt"), std::string("bad\xff"),
             std::string("nl\nname"), std::string("b/x b/x") }) {
        for (auto const& made : { change(ChangeKind::modify, path, "a\n", "b\n"), change(ChangeKind::create, path, "", ""),
                 change(ChangeKind::remove, path, "a\n", ""), change(ChangeKind::move, path, "a\n", "b\n", "old " + path) }) {
            std::string const document = render(make_file_diff(made));
            auto const parsed = parse_unified_diff(document);
            ASSERT_TRUE(parsed) << document << to_string(parsed.error());
            ASSERT_EQ(parsed->size(), 1u);
            EXPECT_EQ(parsed->front().path, path);
            EXPECT_EQ(parsed->front().kind, made.kind);
            EXPECT_EQ(parsed->front().from, made.from);
            EXPECT_EQ(rendered(*parsed), document);
        }
    }
    EXPECT_THAT(render(make_file_diff(change(ChangeKind::modify, "umlaut\u00e4", "a\n", "b\n"))), HasSubstr("a/umlaut\u00e4 "));
    EXPECT_THAT(render(make_file_diff(change(ChangeKind::modify, "bidi\u202e", "a\n", "b\n"))), HasSubstr("\"a/bidi\\342\\200\\256\""));
}

TEST(UnifiedDiff, reads_back_random_changes)
{
    std::mt19937 random(11);
    for (int round = 0; round < 3000; ++round) {
        std::string const before = random_text(random, 20, 15);
        std::string const after = random_change(random, before);
        auto const made = change(ChangeKind::modify, "f", before, after);
        std::string const document = "# a comment\n" + render(make_file_diff(made, random() % 5));
        auto const parsed = parse_unified_diff(document);
        ASSERT_TRUE(parsed) << to_string(parsed.error()) << "\n" << document;
        if (before == after)
            continue;
        ASSERT_EQ(parsed->size(), 1u);
        auto const applied = apply_hunks(before, parsed->front().hunks);
        ASSERT_TRUE(applied) << to_string(applied.error()) << "\n" << document;
        ASSERT_EQ(*applied, after) << document;
    }
}

TEST(UnifiedDiff, is_taken_by_git)
{
    if (!has_git())
        GTEST_SKIP() << "NOT TESTED: git is not installed, so diffs were not given to git apply";
    std::mt19937 random(12);
    for (int round = 0; round < 60; ++round) {
        TemporaryFolder const folder;
        std::string const before = random_text(random, 20, 15);
        std::string const after = random_change(random, before);
        std::string const moved = random_text(random, 9, 15, true) + "kept\n";
        folder.write("modi fied", before);
        folder.write("umlaut\u00e4", moved);
        folder.write("gone\"q", moved);
        folder.write("empty", "");
        std::vector<FileDiff> diffs;
        if (before != after)
            diffs.push_back(make_file_diff(change(ChangeKind::modify, "modi fied", before, after)));
        diffs.push_back(make_file_diff(change(ChangeKind::move, "sub/new\tname", moved, moved + "x\n", "umlaut\u00e4")));
        diffs.push_back(make_file_diff(change(ChangeKind::remove, "gone\"q", moved, "")));
        diffs.push_back(make_file_diff(change(ChangeKind::create, "made", "", after)));
        diffs.push_back(make_file_diff(change(ChangeKind::remove, "empty", "", "")));
        diffs.push_back(make_file_diff(change(ChangeKind::create, "hollow", "", "")));
        folder.write(".patch", rendered(diffs));
        int status = 0;
        std::string const check = output_of(folder.path(), "git apply --check --whitespace=nowarn .patch 2>&1", &status);
        ASSERT_EQ(status, 0) << check << rendered(diffs);
        output_of(folder.path(), "git apply --whitespace=nowarn .patch");
        EXPECT_EQ(folder.read("modi fied"), after);
        EXPECT_EQ(folder.read("made"), after);
        EXPECT_EQ(folder.read("sub/new\tname"), moved + "x\n");
        EXPECT_FALSE(std::filesystem::exists(folder / "gone\"q"));
        EXPECT_FALSE(std::filesystem::exists(folder / "empty"));
        EXPECT_TRUE(std::filesystem::exists(folder / "hollow"));
    }
}

TEST(UnifiedDiff, reads_what_git_writes)
{
    if (!has_git())
        GTEST_SKIP() << "NOT TESTED: git is not installed, so its diffs were not read";
    std::mt19937 random(13);
    TemporaryFolder const folder;
    output_of(folder.path(), "git init -q");
    for (int round = 0; round < 40; ++round) {
        std::string const before = random_text(random, 20, 15);
        std::string const after = random_change(random, before);
        folder.write("f \u00e4", before);
        folder.write("old", before + "1\n2\n3\n4\n5\n6\n");
        output_of(folder.path(), "git add -A . && rm old");
        folder.write("f \u00e4", after);
        folder.write("new", before + "1\n2\n3\n4\n5\n6\n7\n");
        output_of(folder.path(), "git add -N new");
        std::string const document = output_of(folder.path(), "git diff -M");
        auto const parsed = parse_unified_diff(document);
        ASSERT_TRUE(parsed) << to_string(parsed.error()) << "\n" << document;
        for (FileDiff const& diff : *parsed) {
            if (diff.path == "new") {
                EXPECT_EQ(diff.kind, ChangeKind::move);
                EXPECT_EQ(diff.from, "old");
            } else {
                EXPECT_EQ(diff.path, "f \u00e4");
                auto const applied = apply_hunks(before, diff.hunks);
                ASSERT_TRUE(applied) << to_string(applied.error()) << document;
                EXPECT_EQ(*applied, after);
            }
        }
        EXPECT_EQ(parsed->size(), before == after ? 1u : 2u);
        output_of(folder.path(), "git rm -q -f --cached old new; rm -f new");
    }
}

TEST(UnifiedDiff, recounts_what_a_person_edited)
{
    EXPECT_EQ(reread("diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -10,9 +10,9 @@ here\n a\n-b\n+c\n+d\n@@ -30,2 +77,3 @@\n x\n+y\n"),
        "diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -10,2 +10,3 @@ here\n a\n-b\n+c\n+d\n@@ -30 +31,2 @@\n x\n+y\n");
}

TEST(UnifiedDiff, takes_blank_lines_for_context_that_lost_its_space)
{
    auto const parsed =
        parse_unified_diff("--- a/f\n+++ b/f\n@@ -1,4 +1,4 @@\n a\n\n-b\n+c\n\n\n\n# next\n--- a/g\n+++ b/g\n@@ -1 +1 @@\n-x\n+y\n");
    ASSERT_TRUE(parsed) << to_string(parsed.error());
    ASSERT_EQ(parsed->size(), 2u);
    EXPECT_EQ(*apply_hunks("a\n\nb\n", parsed->front().hunks), "a\n\nc\n");
    auto const counted = parse_unified_diff("--- a/f\n+++ b/f\n@@ -1,3 +1,3 @@\n-b\n+c\n\n\n");
    EXPECT_EQ(counted->front().hunks.front().old_count, 3u);
}

TEST(UnifiedDiff, takes_comments_between_files_and_hunks_only)
{
    EXPECT_EQ(
        reread(
            "anything\nat all\n# x\ndiff --git a/f b/f\n--- a/f\n+++ b/f\n# one\n@@ -1 +1 @@\n-a\n+b\n#\n@@ -9 +9 @@\n-a\n+b\n\n# end\n"),
        "diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n+b\n@@ -9 +9 @@\n-a\n+b\n");
    EXPECT_EQ(error_of("--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n# no\n+b\n"),
        "invalid_params: line 6: a line of a hunk begins with ' ', '+' or '-', a comment between hunks with '# '");
    EXPECT_THAT(error_of("--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n+b\n#include <x>\n"), HasSubstr("line 6:"));
    EXPECT_EQ(reread(""), "");
    EXPECT_EQ(reread("# nothing but words\n"), "");
}

TEST(UnifiedDiff, takes_lines_that_look_like_headers_for_text)
{
    std::string const before = "-- a/x\n@@ -1 +1 @@\nb\n";
    std::string const after = "++ b/x\n@@ -1 +1 @@\nb\n# c\ndiff --git a/x b/x\n";
    std::string const document = render(make_file_diff(change(ChangeKind::modify, "f", before, after)));
    EXPECT_EQ(reread(document), document);
    EXPECT_EQ(*apply_hunks(before, parse_unified_diff(document)->front().hunks), after);
}

TEST(UnifiedDiff, reads_plain_diffs_with_times_and_without_prefixes)
{
    auto const plain = parse_unified_diff("--- dir/f.c\t2026-01-01 10:00:00\n+++ dir/f.c\t2026-01-02 10:00:00\n@@ -1 +1 @@\n-a\n+b\n");
    ASSERT_TRUE(plain) << to_string(plain.error());
    EXPECT_EQ(plain->front().path, "dir/f.c");
    auto const crlf = parse_unified_diff("diff --git a/f b/f\r\n--- a/f\r\n+++ b/f\r\n@@ -1 +1 @@\r\n-a\r\n+b\r\n");
    ASSERT_TRUE(crlf) << to_string(crlf.error());
    EXPECT_EQ(crlf->front().path, "f");
    EXPECT_EQ(*apply_hunks("a\r\n", crlf->front().hunks), "b\r\n");
}

TEST(UnifiedDiff, names_the_line_that_is_wrong)
{
    struct Sample {
        std::string document, error;
    };
    Sample const samples[] = {
        { "@@ -1 +1 @@\n-a\n+b\n", "line 1: a hunk stands before" },
        { "x\n--- a/f\n+++ b/f\n@@ nonsense @@\n", "line 4: a hunk begins with" },
        { "--- a/f\n+++ b/f\n@@ -99999999999999999999 +1 @@\n", "line 3: a hunk begins with" },
        { "--- a/f\n+++ b/f\n@@ -1 +1 @@\n\\ No newline\n", "line 4: '\\ No newline' belongs" },
        { "--- a/f\n+++ b/f\n@@ -1 +1 @@\n a\n\\ No newline\n\\ No newline\n", "line 6: '\\ No newline' belongs" },
        { "--- a/f\n+++ b/f\n@@ -1 +1 @@\n a\n\\ No newline\n+b\n", "line 3: '\\ No newline' stands" },
        { "--- a/f\n+++ b/g\n@@ -1 +1 @@\n-a\n+b\n", "line 1: the lines of this header name different files" },
        { "diff --git a/f b/f\n--- a/f\n+++ b/../../etc/passwd\n@@ -1 +1 @@\n-a\n+b\n",
            "line 1: the lines of this header name different files" },
        { "diff --git a/f b/f\nnew file mode 120000\n", "line 2: a symbolic link is never created" },
        { "diff --git a/f b/f\nold mode 100644\nnew mode 120000\n", "line 3: a file is never turned into a symbolic link" },
        { "diff --git a/f b/f\nnew file mode 160000\n", "line 2: a submodule is never created" },
        { "diff --git a/f b/f\nGIT binary patch\nliteral 1000000000\n", "line 2: binary changes" },
        { "diff --git a/f b/f\nBinary files a/f and b/f differ\n", "line 2: binary changes" },
        { "diff --git a/f b/g\ncopy from f\ncopy to g\n", "line 2: a copy is not supported" },
        { "diff --git a/f b/f\nrename from f\n", "line 1: 'rename from' and 'rename to' go together" },
        { "diff --git a/f b/g\nrename from f\nrename to h\n", "line 1: the lines of this header name different files" },
        { "diff --git a/f b/f\nnonsense\n", "line 2: not a line that a diff's header has" },
        { "diff --git \"a/f\\9\" \"b/f\\9\"\n", "line 1: the file's name cannot be told" },
        { "--- \"a/f\n+++ b/f\n@@ -1 +1 @@\n", "line 1: the quotes" },
        { "--- /dev/null\n+++ /dev/null\n@@ -1 +1 @@\n", "line 1: a file cannot be both" },
        { "--- /dev/null\n+++ b/f\n@@ -0,0 +1 @@\n a\n", "line 3: every line of this hunk begins with '+'" },
        { "--- a/f\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n+b\n", "line 3: every line of this hunk begins with '-'" },
        { "--- a/f\n+++ /dev/null\n", "line 1: f is new or deleted but has no hunk" },
        { "diff --git a/f b/f\nnew file mode 100644\n--- a/f\n+++ b/f\n@@ -1 +1 @@\n+a\n", "line 1: a new file's '---' line" },
        { "--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n+b\n1c\n!id\n.\n", "line 6: a line of a hunk begins with" },
    };
    for (Sample const& sample : samples)
        EXPECT_THAT(error_of(sample.document), HasSubstr("invalid_params: " + sample.error)) << sample.document;
}

TEST(UnifiedDiff, hands_on_hostile_paths_as_they_are_for_the_jail_to_refuse)
{
    auto const octal = parse_unified_diff(
        "diff --git \"a/\\056\\056/x\" \"b/\\056\\056/x\"\n--- \"a/\\056\\056/x\"\n+++ \"b/\\056\\056/x\"\n@@ -1 +1 @@\n-a\n+b\n");
    ASSERT_TRUE(octal);
    EXPECT_EQ(octal->front().path, "../x");
    auto const absolute = parse_unified_diff("--- /etc/passwd\n+++ /etc/passwd\n@@ -1 +1 @@\n-a\n+b\n");
    ASSERT_TRUE(absolute);
    EXPECT_EQ(absolute->front().path, "/etc/passwd");
}

TEST(UnifiedDiff, leaves_a_file_alone_whose_hunks_were_dropped)
{
    auto const parsed =
        parse_unified_diff("diff --git a/f b/f\n--- a/f\n+++ b/f\ndiff --git a/g b/g\n--- a/g\n+++ b/g\n@@ -1 +1 @@\n-a\n+b\n");
    ASSERT_TRUE(parsed) << to_string(parsed.error());
    EXPECT_TRUE(parsed->front().hunks.empty());
    EXPECT_EQ(*apply_hunks("text", parsed->front().hunks), "text");
}

TEST(UnifiedDiff, survives_garbage)
{
    std::mt19937 random(14);
    std::string const document = render(make_file_diff(change(ChangeKind::modify, "f", "a\nb\nc\nd\n", "a\nx\nc")))
        + render(make_file_diff(change(ChangeKind::move, "to", "x\n", "y\n", "fr om")));
    for (int round = 0; round < 20'000; ++round) {
        std::string broken = document;
        for (std::size_t count = 1 + random() % 4; count > 0 && !broken.empty(); --count) {
            std::size_t const at = random() % broken.size();
            if (random() % 2 == 0)
                broken.erase(at, random() % 8);
            else
                broken.insert(at, 1, "\n\r\\-+ @#a/\"\0\xff"[random() % 14]);
        }
        auto const parsed = parse_unified_diff(broken);
        if (!parsed) {
            ASSERT_EQ(parsed.error().code, ErrorCode::invalid_params);
            continue;
        }
        for (FileDiff const& diff : *parsed)
            static_cast<void>(apply_hunks("a\nb\nc\nd\n", diff.hunks));
        std::string const again = rendered(*parsed);
        ASSERT_EQ(reread(again), again) << broken;
    }
    EXPECT_TRUE(parse_unified_diff("--- a/f\n+++ b/f\n@@ -1 +1 @@\n" + std::string(3'000'000, '\n')));
}

std::vector<DiffHunk> hunks_of(std::string const& before, std::string const& after) { return make_hunks(before, after, 1); }

TEST(ApplyHunks, finds_a_hunk_that_moved_if_there_is_one_place)
{
    auto const hunks = hunks_of("a\nb\nc\n", "a\nx\nc\n");
    EXPECT_EQ(*apply_hunks("a\nb\nc\n", hunks), "a\nx\nc\n");
    EXPECT_EQ(*apply_hunks("new\nlines\na\nb\nc\n", hunks), "new\nlines\na\nx\nc\n");
    auto const gone = apply_hunks("a\nother\nc\n", hunks);
    EXPECT_EQ(to_string(gone.error()), "stale: hunk 1 (at line 1) does not fit: the lines it was made for are not in the file");
    auto const twice = apply_hunks("new\na\nb\nc\na\nb\nc\n", hunks);
    EXPECT_EQ(to_string(twice.error()), "ambiguous: hunk 1 (at line 1) is not at its line any more and fits at lines 2 and 5");
    EXPECT_EQ(*apply_hunks("a\nb\nc\na\nb\nc\n", hunks), "a\nx\nc\na\nb\nc\n") << "the stated place is taken without a search";
    EXPECT_EQ(apply_hunks("a\nb\nc", hunks).error().code, ErrorCode::stale) << "a missing line end is a difference";
}

TEST(ApplyHunks, keeps_their_order)
{
    auto hunks = hunks_of("a\nb\nc\nd\ne\nf\ng\n", "a\nB\nc\nd\ne\nF\ng\n");
    ASSERT_EQ(hunks.size(), 2u);
    std::swap(hunks[0], hunks[1]);
    EXPECT_EQ(apply_hunks("a\nb\nc\nd\ne\nf\ng\n", hunks).error().code, ErrorCode::stale);
}

TEST(ApplyHunks, never_joins_lines)
{
    std::vector<DiffHunk> hunks(1);
    hunks[0].old_start = 1;
    hunks[0].old_count = 1;
    hunks[0].lines = { { ' ', "a" }, { '+', "b\n" } };
    EXPECT_EQ(apply_hunks("a", hunks).error().code, ErrorCode::stale);
    hunks[0].lines = { { '-', "a\n" }, { '+', "b" } };
    EXPECT_EQ(apply_hunks("a\nc\n", hunks).error().code, ErrorCode::stale);
    EXPECT_EQ(*apply_hunks("a\n", hunks), "b");
}

TEST(ApplyHunks, inserts_without_context_only_where_there_is_such_a_line)
{
    std::vector<DiffHunk> hunks(1);
    hunks[0].old_start = 2;
    hunks[0].lines = { { '+', "x\n" } };
    EXPECT_EQ(*apply_hunks("a\nb\nc\n", hunks), "a\nb\nx\nc\n");
    EXPECT_EQ(*apply_hunks("a\nb\n", hunks), "a\nb\nx\n");
    EXPECT_EQ(apply_hunks("a\n", hunks).error().code, ErrorCode::stale);
}

}
}
