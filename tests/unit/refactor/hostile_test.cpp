// Input that nobody wrote by hand: deep, long, broken, empty.
#include "refactor/rule.h"

#include <gtest/gtest.h>

namespace countersign::refactor {
namespace {

syntax::Tree parsed(std::string_view language, std::string text)
{
    auto tree = syntax::Tree::parse(
        *syntax::find_language_by_name(language), std::make_shared<std::string const>(std::move(text)), std::chrono::milliseconds(60000));
    EXPECT_TRUE(tree);
    return *tree;
}

std::string repeated(std::string_view part, std::size_t count)
{
    std::string text;
    for (std::size_t i = 0; i < count; ++i)
        text += part;
    return text;
}

std::string number_after(std::string_view before, std::size_t number, std::string_view after)
{
    return std::string(before).append(std::to_string(number)).append(after);
}

TEST(Hostile, ten_thousand_nested_ifs_end)
{
    std::string const text = "void f(int a) { " + repeated("if (a) { ", 10000) + "x();" + repeated(" }", 10000) + " }\n";
    auto const tree = parsed("c", text);
    for (Rule const& rule : rules())
        find_all(rule, tree, tree.root().range(), Places::all);
    for (Rule const& rule : rules()) {
        // Who means whom is another room's matter, and slow at such depths.
        if (!rule.needs_name)
            static_cast<void>(rule.apply({ tree, { text.size() / 2, text.size() / 2 }, {}, Effort::glance }));
    }
}

TEST(Hostile, a_chain_of_ten_thousand_else_ifs_ends)
{
    std::string const text = "int f(int a) { " + repeated("if (a) { return 1; } else ", 10000) + "{ return 2; } }\n";
    auto const tree = parsed("c", text);
    for (Rule const& rule : rules())
        find_all(rule, tree, tree.root().range(), Places::all);
}

TEST(Hostile, finds_all_of_many_places)
{
    std::string text;
    for (std::size_t i = 0; i < 3000; ++i)
        text += number_after("int f", i, "(int a)\n{\n    if (a) {\n        return 1;\n    } else {\n        return 2;\n    }\n}\n");
    auto const tree = parsed("c", text);
    EXPECT_EQ(find_all(*find_rule("remove_else_after_return"), tree, tree.root().range()).size(), 3000u);
    EXPECT_EQ(find_all(*find_rule("invert_if"), tree, { 0, text.find("int f1500(") }).size(), 1500u);
}

TEST(Hostile, every_offset_of_a_broken_text_is_survived)
{
    for (std::string_view const language :
        { "c", "cpp", "python", "javascript", "typescript", "tsx", "go", "rust", "java", "csharp", "ruby", "bash" }) {
        std::string const text = "if (a) { x = 1 } else { y(\"\n if a:\n  b = \xff 1\n else: if [[ then else fi end { return b; }\n";
        auto const tree = parsed(language, text);
        for (std::size_t begin = 0; begin <= text.size(); ++begin) {
            for (std::size_t const end : { begin, std::min(begin + 3, text.size()) }) {
                for (Rule const& rule : rules()) {
                    auto const application = rule.apply({ tree, { begin, end }, "name" });
                    if (application)
                        static_cast<void>(checked(tree, *application));
                }
            }
        }
    }
}

TEST(Hostile, a_selection_outside_the_text_is_an_error)
{
    for (std::string_view const text : { "", "int f(int a) { if (a) { x(); } else { y(); } }" }) {
        auto const tree = parsed("c", std::string(text));
        for (Rule const& rule : rules()) {
            EXPECT_FALSE(rule.apply({ tree, { text.size() + 10, text.size() + 10 }, "name" })) << rule.name;
            EXPECT_FALSE(rule.apply({ tree, { 5, 1000 }, "name" })) << rule.name;
        }
    }
}

TEST(Checked, refuses_edits_that_break_the_code)
{
    auto const tree = parsed("c", "int a = 1; // one\n");
    auto refused = [&](ByteRange range, std::vector<ByteEdit> edits) { return !checked(tree, { range, std::move(edits), "" }); };
    EXPECT_FALSE(refused({ 0, 10 }, { { { 8, 9 }, "2" } }));
    EXPECT_TRUE(refused({ 0, 10 }, {})) << "nothing to do";
    EXPECT_TRUE(refused({ 0, 10 }, { { { 8, 9 }, "1" } })) << "no change";
    EXPECT_TRUE(refused({ 0, 10 }, { { { 8, 9 }, "{{" } })) << "does not parse";
    EXPECT_TRUE(refused({ 0, 8 }, { { { 8, 9 }, "2" } })) << "outside its range";
    EXPECT_TRUE(refused({ 0, 10 }, { { { 8, 9 }, "2" }, { { 4, 5 }, "b" } })) << "not sorted";
    EXPECT_TRUE(refused({ 0, 10 }, { { { 4, 9 }, "b = 2" }, { { 8, 9 }, "3" } })) << "overlapping";
    EXPECT_TRUE(refused({ 0, 18 }, { { { 11, 17 }, "" } })) << "loses a comment";
    EXPECT_TRUE(refused({ 0, 18 }, { { { 14, 17 }, "two" } })) << "changes a comment";
    EXPECT_TRUE(refused({ 0, 1000 }, { { { 900, 901 }, "" } })) << "outside the text";
}

TEST(Rules, are_found_by_name)
{
    for (Rule const& rule : rules()) {
        EXPECT_EQ(find_rule(rule.name), &rule);
        EXPECT_FALSE(rule.title.empty());
        EXPECT_TRUE(rule.candidates("no such language").empty());
    }
    EXPECT_EQ(find_rule("nonsense"), nullptr);
}

TEST(Rules, offer_to_inline_only_what_can_be_inlined)
{
    std::string const text = "int f(int a)\n{\n    int b = 1;\n    int c = 2;\n    c = 3;\n    return b + a + c;\n}\n";
    auto const tree = parsed("c", text);
    Rule const& rule = *find_rule("inline_variable");
    auto glance = [&](std::string_view at) { return rule.apply({ tree, { text.find(at), text.find(at) }, {}, Effort::glance }); };
    ASSERT_TRUE(glance("b = 1"));
    EXPECT_EQ(glance("b = 1")->edits, rule.apply({ tree, { text.find("b = 1"), text.find("b = 1") }, {} })->edits);
    EXPECT_TRUE(glance("b + a"));
    EXPECT_FALSE(glance("a + c")) << "a parameter";
    EXPECT_FALSE(glance("c = 2")) << "assigned twice";
    EXPECT_FALSE(glance("return"));
}

TEST(Rules, answer_a_menu_without_edits_where_all_uses_are_too_many_to_look_for)
{
    std::string text = "int f(int a)\n{\n    int b = 1;\n";
    for (int i = 0; i < 1000; ++i)
        text += "    a += 12345;\n";
    text += "    return b + a;\n}\n";
    auto const tree = parsed("c", text);
    std::size_t const at = text.find("b = 1");
    auto const offered = find_rule("inline_variable")->apply({ tree, { at, at }, {}, Effort::glance });
    ASSERT_TRUE(offered);
    EXPECT_TRUE(offered->edits.empty());
}

}
}
