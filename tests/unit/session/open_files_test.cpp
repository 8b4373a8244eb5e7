#include "session/open_files.h"

#include <gtest/gtest.h>
#include <random>

namespace countersign::session {

namespace {

constexpr auto utf16 = protocol::PositionEncoding::utf16;

protocol::TextDocumentItem item(std::string text, std::string language = "cpp", std::int32_t version = 1)
{
    return { .uri = "file:///w/a.cpp", .languageId = std::move(language), .version = version, .text = std::move(text) };
}

protocol::DidChangeTextDocumentParams change(std::int32_t version, std::vector<protocol::TextDocumentContentChangeEvent> events)
{
    return { .textDocument = { .uri = "file:///w/a.cpp", .version = version }, .contentChanges = std::move(events) };
}

protocol::TextDocumentContentChangeEvent part(std::uint32_t line, std::uint32_t from, std::uint32_t to, std::string text)
{
    return protocol::TextDocumentContentChangePartial { .range = { { line, from }, { line, to } }, .text = std::move(text) };
}

/// What a full parse of the same text gives.
std::string fresh_tree(OpenFile const& file)
{
    auto const tree = syntax::Tree::parse(file.tree->language(), file.document->text).value();
    char* const text = ts_node_string(tree.root().raw());
    std::string const result = text;
    std::free(text);
    return result;
}

std::string followed_tree(OpenFile const& file)
{
    char* const text = ts_node_string(file.tree->root().raw());
    std::string const result = text;
    std::free(text);
    return result;
}

TEST(OpenFiles, follows_several_changes_of_one_notification_in_their_order)
{
    OpenFiles files;
    files.open("/w/a.cpp", item("int a;\nint b;\n"));
    ASSERT_TRUE(files.change("/w/a.cpp", change(2, { part(0, 4, 5, "long_name"), part(0, 4, 8, "short"), part(1, 0, 3, "auto") }), utf16));
    EXPECT_EQ(*files.find("/w/a.cpp")->document->text, "int short_name;\nauto b;\n");
    EXPECT_EQ(followed_tree(*files.find("/w/a.cpp")), fresh_tree(*files.find("/w/a.cpp")));
}

TEST(OpenFiles, keeps_text_and_tree_when_an_old_version_arrives)
{
    OpenFiles files;
    files.open("/w/a.cpp", item("int a;\n", "cpp", 5));
    EXPECT_EQ(files.change("/w/a.cpp", change(5, { part(0, 0, 3, "long") }), utf16).error().code, ErrorCode::stale);
    EXPECT_EQ(*files.find("/w/a.cpp")->document->text, "int a;\n");
}

TEST(OpenFiles, says_why_a_file_has_no_tree)
{
    OpenFiles files;
    files.open("/w/a.xyz", item("text", "wingdings"));
    EXPECT_FALSE(files.find("/w/a.xyz")->tree);
    EXPECT_EQ(files.find("/w/a.xyz")->no_tree_reason, "there is no grammar for wingdings");
}

TEST(OpenFiles, reports_a_change_of_a_file_that_is_not_open)
{
    OpenFiles files;
    EXPECT_EQ(files.change("/w/a.cpp", change(2, {}), utf16).error().code, ErrorCode::not_found);
}

TEST(OpenFiles, forgets_problems_when_the_text_moves)
{
    OpenFiles files;
    files.open("/w/a.cpp", item("int a;\n"));
    files.learn("/w/a.cpp", { 0, 3 }, { { .path = "/w/a.cpp", .line = 1, .end_line = 1, .message = "m" } });
    EXPECT_EQ(files.diagnostics().size(), 1u);
    ASSERT_TRUE(files.change("/w/a.cpp", change(2, { part(0, 0, 0, " ") }), utf16));
    EXPECT_EQ(files.diagnostics().size(), 0u);
}

TEST(OpenFiles, replaces_the_problems_of_the_lines_that_were_asked_about)
{
    OpenFiles files;
    files.open("/w/a.cpp", item("int a;\nint b;\n"));
    files.learn("/w/a.cpp", { 0, 1 }, { { .path = "/w/a.cpp", .line = 1, .end_line = 1, .message = "one" } });
    files.learn("/w/a.cpp", { 7, 8 }, { { .path = "/w/a.cpp", .line = 2, .end_line = 2, .message = "two" } });
    files.learn("/w/a.cpp", { 0, 1 }, {});
    ASSERT_EQ(files.diagnostics().size(), 1u);
    EXPECT_EQ(files.diagnostics().front().message, "two");
}

TEST(OpenFiles, has_the_tree_of_a_full_parse_after_any_change)
{
    std::mt19937 random(7);
    OpenFiles files;
    files.open("/w/a.cpp", item("int f(int a)\n{\n    if (a) {\n        return 1;\n    }\n    return 2;\n}\n"));
    constexpr char const* pieces[] = { "", "x", "{", "}", "\n", "if (b) return;\n", "\"", "// c\n", "é", "\U0001F600" };
    for (std::int32_t version = 2; version < 200; ++version) {
        OpenFile const* file = files.find("/w/a.cpp");
        std::size_t const size = file->document->text->size();
        std::size_t begin = random() % (size + 1);
        std::size_t end = std::min(size, begin + random() % 6);
        auto const range = protocol::range_at(*file->document->text, file->document->lines, { begin, end }, utf16);
        protocol::TextDocumentContentChangePartial const event { .range = range, .text = pieces[random() % std::size(pieces)] };
        ASSERT_TRUE(files.change("/w/a.cpp", change(version, { event }), utf16));
        file = files.find("/w/a.cpp");
        ASSERT_EQ(followed_tree(*file), fresh_tree(*file)) << *file->document->text;
    }
}

}

}
