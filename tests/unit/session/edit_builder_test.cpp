#include "session/edit_builder.h"

#include "support/json.h"

#include <gtest/gtest.h>

namespace countersign::session {

namespace {

using workspace::ChangeKind;

review::PlannedFile planned(ChangeKind kind, std::string path, std::string before, std::string after, std::string from = {})
{
    review::PlannedFile file {};
    file.kind = kind;
    file.path = std::move(path);
    file.from = std::move(from);
    file.before = std::move(before);
    file.after = std::move(after);
    return file;
}

constexpr ClientProfile vscode {
    .name = "vscode", .shape = EditShape::one_edit, .new_file = NewFile::annotated_create, .document_changes = true, .file_operations = true
};
constexpr ClientProfile neovim {
    .name = "neovim",
    .shape = EditShape::one_edit_per_file,
    .new_file = NewFile::bare_text_edit,
    .new_buffer_is_a_line = true,
    .document_changes = true
};
constexpr ClientProfile helix {
    .name = "helix", .shape = EditShape::one_edit, .new_file = NewFile::bare_text_edit, .document_changes = true
};
constexpr ClientProfile stranger { .name = "unknown", .shape = EditShape::one_edit_per_file, .new_file = NewFile::bare_text_edit };
constexpr ClientProfile kate { .name = "no edits", .shape = EditShape::none };

/// One line for each applyEdit, or the error.
std::string edits(std::vector<review::PlannedFile> const& plan, ClientProfile const& profile)
{
    auto const version_of = [](std::string const& path) -> std::optional<std::int32_t> {
        return path == "/w/open.cpp" ? std::optional(7) : std::nullopt;
    };
    auto const built = build_edits(plan, "/w", profile, protocol::PositionEncoding::utf16, "label", version_of);
    if (!built)
        return support::to_string(built.error());
    std::string text;
    for (Outgoing const& outgoing : *built)
        text += support::dump_json(protocol::encode(outgoing.edit)) + "\n";
    return text;
}

std::vector<review::PlannedFile> two_files()
{
    return { planned(ChangeKind::modify, "open.cpp", "int a;\n", "int b;\n"), planned(ChangeKind::modify, "closed.cpp", "x\n", "y\n") };
}

TEST(EditBuilder, puts_versions_on_open_files_and_null_on_closed_ones)
{
    EXPECT_EQ(edits(two_files(), helix),
        R"({"documentChanges":[)"
        R"({"edits":[{"newText":"b","range":{"end":{"character":5,"line":0},"start":{"character":4,"line":0}}}],"textDocument":{"uri":"file:///w/open.cpp","version":7}},)"
        R"({"edits":[{"newText":"y","range":{"end":{"character":1,"line":0},"start":{"character":0,"line":0}}}],"textDocument":{"uri":"file:///w/closed.cpp","version":null}}]})"
        "\n");
}

TEST(EditBuilder, sends_one_edit_a_file_where_only_the_first_version_is_checked)
{
    std::string const text = edits(two_files(), neovim);
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2) << text;
}

TEST(EditBuilder, keeps_to_plain_changes_for_a_client_that_does_not_say_document_changes)
{
    EXPECT_EQ(edits({ two_files().front() }, stranger),
        R"({"changes":{"file:///w/open.cpp":[{"newText":"b","range":{"end":{"character":5,"line":0},"start":{"character":4,"line":0}}}]}})"
        "\n");
}

TEST(EditBuilder, makes_a_new_file_without_create_file_where_that_would_truncate)
{
    std::string const text = edits({ planned(ChangeKind::create, "new.cpp", "", "n\n") }, neovim);
    EXPECT_EQ(text.find("\"kind\""), std::string::npos) << text;
    EXPECT_NE(text.find("\"version\":null"), std::string::npos) << text;
}

TEST(EditBuilder, leaves_the_last_line_end_to_a_buffer_that_begins_with_one)
{
    auto const text_sent = [](char const* after, ClientProfile const& profile) {
        std::string const text = edits({ planned(ChangeKind::create, "new.cpp", "", after) }, profile);
        std::size_t const begin = text.find("newText") + 10;
        return text.substr(begin, text.find("\",\"range") - begin);
    };
    EXPECT_EQ(text_sent("a\nb\n", neovim), R"(a\nb)");
    EXPECT_EQ(text_sent("a\nb", neovim), R"(a\nb)");
    EXPECT_EQ(text_sent("a\nb\n", stranger), R"(a\nb\n)");
}

TEST(EditBuilder, annotates_every_part_that_waits_for_a_tick_and_never_overwrites)
{
    EXPECT_EQ(edits({ planned(ChangeKind::create, "new.cpp", "", "n\n") }, vscode),
        R"({"changeAnnotations":{"countersign":{"label":"label","needsConfirmation":true}},"documentChanges":[)"
        R"({"annotationId":"countersign","kind":"create","options":{"ignoreIfExists":false,"overwrite":false},"uri":"file:///w/new.cpp"},)"
        R"({"edits":[{"annotationId":"countersign","newText":"n\n","range":{"end":{"character":0,"line":0},"start":{"character":0,"line":0}}}],"textDocument":{"uri":"file:///w/new.cpp","version":null}}]})"
        "\n");
}

TEST(EditBuilder, never_hands_out_a_rename_or_delete_that_a_client_does_unasked)
{
    for (ClientProfile const& profile : { neovim, helix, stranger }) {
        EXPECT_EQ(edits({ planned(ChangeKind::move, "b.cpp", "x", "x", "a.cpp") }, profile),
            "denied: b.cpp cannot be handed to this editor without it touching the disk at once; move it yourself: git mv 'a.cpp' 'b.cpp'");
        EXPECT_EQ(edits({ planned(ChangeKind::remove, "a.cpp", "x", "") }, profile),
            "denied: a.cpp cannot be handed to this editor without it touching the disk at once; delete it yourself: git rm 'a.cpp'");
    }
}

TEST(EditBuilder, hands_out_nothing_if_one_of_several_changes_cannot_be)
{
    auto plan = two_files();
    plan.push_back(planned(ChangeKind::remove, "a.cpp", "x", ""));
    EXPECT_TRUE(edits(plan, neovim).starts_with("denied: a.cpp"));
}

TEST(EditBuilder, tells_how_to_apply_by_hand_where_the_editor_cannot)
{
    EXPECT_EQ(edits(two_files(), kate),
        "denied: this editor cannot apply edits from a language server; apply the review document yourself with `git apply`");
}

TEST(EditBuilder, counts_columns_in_the_agreed_units)
{
    auto const version_of = [](std::string const&) -> std::optional<std::int32_t> { return 1; };
    std::vector<review::PlannedFile> const plan { planned(ChangeKind::modify, "a", "\U0001F600é x\n", "\U0001F600é y\n") };
    constexpr std::pair<protocol::PositionEncoding, std::uint32_t> table[] = { { protocol::PositionEncoding::utf8, 7 },
        { protocol::PositionEncoding::utf16, 4 }, { protocol::PositionEncoding::utf32, 3 } };
    for (auto const& [encoding, column] : table) {
        auto const built = build_edits(plan, "/w", helix, encoding, "label", version_of).value();
        auto const& edit = std::get<protocol::TextDocumentEdit>(built.front().edit.documentChanges->front());
        EXPECT_EQ(std::get<protocol::TextEdit>(edit.edits.front()).range.start.character, column);
    }
}

}

}
