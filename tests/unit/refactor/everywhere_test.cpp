// Every rule at every place it finds in the sources of this project and in the samples, one place at a time.
#include "refactor/rule.h"
#include "refactor/tree_path.h"
#include "support/files.h"
#include "syntax/scopes.h"

#include "tests/support/checkout.h"
#include <algorithm>
#include <filesystem>
#include <gtest/gtest.h>

namespace countersign::refactor {
namespace {

namespace fs = std::filesystem;

struct Source {
    std::string path;
    syntax::Tree tree;
};

bool is_skipped(fs::path const& path)
{
    std::string const name = path.filename().string();
    return name == "node_modules" || name == "build" || name == "out" || name.starts_with('.');
}

std::vector<Source> const& sources()
{
    static std::vector<Source> const all = [] {
        std::vector<Source> found;
        for (char const* const folder : { "server", "protocol", "tests", "editors" }) {
            fs::path const root = tests::checkout() / folder;
            if (!fs::exists(root))
                continue;
            for (auto entry = fs::recursive_directory_iterator(root); entry != fs::recursive_directory_iterator(); ++entry) {
                if (entry->is_directory() && is_skipped(entry->path()))
                    entry.disable_recursion_pending();
                auto const* const language = syntax::find_language(entry->path().string());
                if (!entry->is_regular_file() || !language)
                    continue;
                auto text = support::read_file(entry->path(), 1024 * 1024);
                auto tree = text ? syntax::Tree::parse(*language, std::make_shared<std::string const>(*text)) : fail(ErrorCode::io, "");
                if (tree)
                    found.push_back({ entry->path().lexically_relative(tests::checkout()).string(), *tree });
            }
        }
        return found;
    }();
    return all;
}

std::string where(Source const& source, ByteRange range)
{
    auto const line =
        std::count(source.tree.text().begin(), source.tree.text().begin() + static_cast<std::ptrdiff_t>(range.begin), '\n') + 1;
    return source.path + ":" + std::to_string(line);
}

std::vector<std::string> comments_of(syntax::Tree const& tree)
{
    std::vector<std::string> comments;
    walk_all(tree.root(), [&](syntax::Node node, std::size_t) {
        if (node.is_named() && node.type().find("comment") != std::string_view::npos) {
            std::string words;
            for (std::string_view const line : support::split_lines(node.text(tree.text())))
                words.append(support::trim(line)).append("\n");
            comments.push_back(words);
        }
        return true;
    });
    std::sort(comments.begin(), comments.end());
    return comments;
}

/// All words and signs of a text, in any order: what a refactoring that only moves code keeps.
std::string without_blanks(std::string_view text)
{
    std::string result;
    for (char const c : text) {
        if (c != ' ' && c != '\t' && c != '\n' && c != '\r')
            result += c;
    }
    return result;
}

class Everywhere : public testing::TestWithParam<std::string_view> { };

TEST_P(Everywhere, keeps_syntax_comments_and_everything_outside_its_range)
{
    Rule const& rule = *find_rule(GetParam());
    std::size_t places = 0;
    for (Source const& source : sources()) {
        std::string const& before = source.tree.text();
        for (Application const& application : find_all(rule, source.tree, source.tree.root().range(), Places::all)) {
            SCOPED_TRACE(where(source, application.range));
            ++places;
            auto const after = checked(source.tree, application);
            ASSERT_TRUE(after) << after.error().message;
            auto const parsed = syntax::Tree::parse(source.tree.language(), std::make_shared<std::string const>(*after));
            ASSERT_TRUE(parsed);
            EXPECT_LE(parsed->error_count(), source.tree.error_count());
            EXPECT_EQ(comments_of(*parsed), comments_of(source.tree));
            EXPECT_EQ(after->substr(0, application.range.begin), before.substr(0, application.range.begin));
            std::size_t const rest = before.size() - application.range.end;
            EXPECT_EQ(after->substr(after->size() - rest), before.substr(before.size() - rest));
            EXPECT_FALSE(application.reason.empty());
            EXPECT_EQ(std::count(after->begin(), after->end(), '\r') > 0, std::count(before.begin(), before.end(), '\r') > 0);
        }
    }
    EXPECT_GT(places, 0u);
}

TEST_P(Everywhere, may_be_applied_at_all_places_of_a_file_at_once)
{
    Rule const& rule = *find_rule(GetParam());
    for (Source const& source : sources()) {
        std::vector<ByteEdit> edits;
        std::size_t free_from = 0;
        for (Application const& application : find_all(rule, source.tree, source.tree.root().range(), Places::all)) {
            EXPECT_GE(application.range.begin, free_from) << where(source, application.range);
            free_from = application.range.end;
            edits.insert(edits.end(), application.edits.begin(), application.edits.end());
        }
        std::string const after = support::apply_edits(source.tree.text(), edits);
        auto const parsed = syntax::Tree::parse(source.tree.language(), std::make_shared<std::string const>(after));
        ASSERT_TRUE(parsed);
        EXPECT_LE(parsed->error_count(), source.tree.error_count()) << source.path;
    }
}

INSTANTIATE_TEST_SUITE_P(Rules, Everywhere, testing::Values("invert_if", "guard_clause", "remove_else_after_return", "merge_nested_ifs"),
    [](auto const& each) { return std::string(each.param); });

TEST(InvertIf, twice_gives_the_first_bytes_back)
{
    Rule const& rule = *find_rule("invert_if");
    std::size_t exact = 0, all = 0;
    for (Source const& source : sources()) {
        for (Application const& application : find_all(rule, source.tree, source.tree.root().range(), Places::all)) {
            SCOPED_TRACE(where(source, application.range));
            auto const once = checked(source.tree, application);
            ASSERT_TRUE(once);
            auto const tree = syntax::Tree::parse(source.tree.language(), std::make_shared<std::string const>(*once));
            ASSERT_TRUE(tree);
            auto const back = rule.apply({ *tree, { application.range.begin, application.range.begin }, {} });
            ASSERT_TRUE(back) << back.error().message;
            auto const twice = checked(*tree, *back);
            ASSERT_TRUE(twice) << twice.error().message;
            ++all;
            // Parentheses that only served a negation are not put back, and Ruby's unless becomes if.
            bool const is_same = *twice == source.tree.text();
            exact += is_same;
            if (!is_same) {
                std::string_view const first =
                    std::string_view(source.tree.text()).substr(application.range.begin, application.range.size());
                EXPECT_TRUE(first.find("!(") != std::string_view::npos || first.find("not ") != std::string_view::npos
                    || first.starts_with("unless"))
                    << first;
            }
        }
    }
    EXPECT_GT(exact * 10, all * 8);
}

TEST(RemoveElse, is_done_after_some_rounds)
{
    Rule const& rule = *find_rule("remove_else_after_return");
    for (Source const& source : sources()) {
        auto tree = source.tree;
        std::size_t rounds = 0;
        for (; rounds < 200; ++rounds) {
            auto const places = find_all(rule, tree, tree.root().range());
            if (places.empty())
                break;
            std::vector<ByteEdit> edits;
            for (Application const& application : places)
                edits.insert(edits.end(), application.edits.begin(), application.edits.end());
            auto next = syntax::Tree::parse(tree.language(), std::make_shared<std::string const>(support::apply_edits(tree.text(), edits)));
            ASSERT_TRUE(next);
            tree = *next;
        }
        EXPECT_LT(rounds, 200u) << source.path;
        EXPECT_LE(without_blanks(tree.text()).size(), without_blanks(source.tree.text()).size()) << source.path;
    }
}

/// The rules that need a selection, at every identifier and expression of every function.
TEST(BySelection, edits_parse_and_keep_comments_or_are_refused)
{
    std::size_t extracted = 0, inlined = 0;
    for (Source const& source : sources()) {
        std::size_t tried = 0;
        walk_all(source.tree.root(), [&](syntax::Node node, std::size_t) {
            // A prime stride reaches all kinds of places in all files without trying each of a million.
            if (!node.is_named() || ++tried % 7 != 0)
                return true;
            auto const application = find_rule("extract_variable")->apply({ source.tree, node.range(), {} });
            if (application) {
                auto const after = checked(source.tree, *application);
                EXPECT_TRUE(after) << where(source, node.range()) << ": " << (after ? "" : after.error().message);
                ++extracted;
            }
            return true;
        });
        // Each try looks at the whole file, so some of a large file's names stand for all.
        syntax::Scopes const scopes(source.tree);
        std::size_t const stride = 1 + scopes.bindings().size() / 20;
        for (std::size_t i = 0; i < scopes.bindings().size(); i += stride) {
            std::size_t const at = scopes.bindings()[i].definition.begin();
            auto const application = find_rule("inline_variable")->apply({ source.tree, { at, at }, {} });
            if (!application)
                continue;
            auto const after = checked(source.tree, *application);
            EXPECT_TRUE(after) << where(source, { at, at }) << ": " << (after ? "" : after.error().message);
            ++inlined;
        }
    }
    EXPECT_GT(extracted, 0u);
    EXPECT_GT(inlined, 0u);
}

TEST(BySelection, extracting_and_inlining_again_gives_the_first_bytes_back)
{
    std::size_t same = 0;
    for (Source const& source : sources()) {
        std::size_t tried = 0;
        walk_all(source.tree.root(), [&](syntax::Node node, std::size_t) {
            if (!node.is_named() || ++tried % 31 != 0 || same > 60)
                return same <= 60;
            auto const application = find_rule("extract_variable")->apply({ source.tree, node.range(), "extracted_here" });
            if (!application)
                return true;
            auto const once = checked(source.tree, *application);
            if (!once)
                return true;
            auto const tree = syntax::Tree::parse(source.tree.language(), std::make_shared<std::string const>(*once));
            std::size_t const name = once->find("extracted_here");
            auto const back = find_rule("inline_variable")->apply({ *tree, { name, name }, {} });
            if (!back)
                return true;
            auto const twice = checked(*tree, *back);
            EXPECT_TRUE(twice);
            if (twice && without_blanks(*twice).size() == without_blanks(source.tree.text()).size()) {
                EXPECT_EQ(*twice, source.tree.text()) << where(source, node.range());
                ++same;
            }
            return true;
        });
    }
    EXPECT_GT(same, 0u);
}

}
}
