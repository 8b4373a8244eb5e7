// tests/unit/syntax/cases/: real-looking files of each language, each beside what we see in it (its name and ".txt").
// COUNTERSIGN_UPDATE=1 writes those anew; read the difference.
#include "rendering.h"

#include "syntax/language.h"

#include "tests/support/checkout.h"
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>

using namespace countersign;
using namespace countersign::syntax;
using namespace countersign::syntax::testing;

namespace {

std::filesystem::path const directory = countersign::tests::checkout() / "tests/unit/syntax/cases";

std::string read(std::filesystem::path const& path)
{
    std::ifstream file(path, std::ios::binary);
    std::ostringstream content;
    content << file.rdbuf();
    return content.str();
}

std::vector<std::filesystem::path> sources()
{
    std::vector<std::filesystem::path> result;
    for (auto const& entry : std::filesystem::directory_iterator(directory)) {
        if (entry.path().extension() != ".txt")
            result.push_back(entry.path());
    }
    std::sort(result.begin(), result.end());
    return result;
}

std::string everything(Tree const& tree)
{
    std::string result = fmt::format("{}, {} parse errors\n\nSymbols\n", tree.language().display_name, tree.error_count());
    for (Symbol const& symbol : outline(tree))
        result += rendered(tree, symbol);
    result += "\nTests\n";
    for (TestCase const& test : test_cases(tree))
        result += fmt::format("{} {}\n", test.name, Positions(tree.text()).of(test.range));
    result += "\nBindings\n";
    Scopes const scopes(tree);
    for (Binding const& binding : scopes.bindings())
        result += rendered(tree, binding);
    return result;
}

class Case : public ::testing::TestWithParam<std::filesystem::path> {
protected:
    Tree tree() const
    {
        Language const* const language = find_language(GetParam().string());
        return parsed(language->name, read(GetParam()));
    }
};

}

TEST_P(Case, is_seen_as_its_text_file_says)
{
    std::string const actual = everything(tree());
    std::filesystem::path const golden = GetParam().string() + ".txt";
    if (std::getenv("COUNTERSIGN_UPDATE"))
        std::ofstream(golden, std::ios::binary) << actual;
    EXPECT_EQ(actual, read(golden));
}

TEST_P(Case, gives_the_same_symbol_alone_as_in_the_outline)
{
    Tree const tree = Case::tree();
    for (Symbol const& symbol : outline(tree)) {
        auto const alone = enclosing_symbol(tree, symbol.name_range);
        ASSERT_TRUE(alone) << rendered(tree, symbol);
        EXPECT_EQ(rendered(tree, *alone), rendered(tree, symbol));
    }
}

TEST_P(Case, finds_the_symbol_from_its_first_and_its_last_byte)
{
    Tree const tree = Case::tree();
    for (Symbol const& symbol : outline(tree)) {
        if (!symbol.is_callable() || symbol.body.end == 0)
            continue;
        for (std::size_t const offset : { symbol.range.begin, symbol.head, symbol.range.end - 1 }) {
            auto const found = enclosing_symbol(tree, { offset, offset }, true);
            ASSERT_TRUE(found) << rendered(tree, symbol);
            EXPECT_TRUE(found->range.contains(symbol.name_range) || symbol.range.contains(found->range))
                << rendered(tree, symbol) << rendered(tree, *found);
        }
    }
}

TEST_P(Case, knows_each_use_of_a_binding_by_its_place)
{
    Tree const tree = Case::tree();
    Scopes const scopes(tree);
    for (Binding const& binding : scopes.bindings()) {
        auto const expect_it_at = [&](std::size_t offset) {
            Binding const* const found = scopes.binding_at(offset);
            ASSERT_TRUE(found) << rendered(tree, binding);
            EXPECT_EQ(rendered(tree, *found), rendered(tree, binding));
        };
        expect_it_at(binding.definition.begin());
        for (Node const reference : binding.references)
            expect_it_at(reference.begin());
        EXPECT_TRUE(scopes.is_visible(binding.name, binding.scope)) << rendered(tree, binding);
    }
}

TEST_P(Case, counts_no_use_twice)
{
    Tree const tree = Case::tree();
    Scopes const scopes(tree);
    std::vector<std::size_t> places;
    for (Binding const& binding : scopes.bindings()) {
        places.push_back(binding.definition.begin());
        for (Node const reference : binding.references)
            places.push_back(reference.begin());
    }
    std::sort(places.begin(), places.end());
    auto const twice = std::adjacent_find(places.begin(), places.end());
    EXPECT_EQ(twice, places.end()) << "at " << (twice == places.end() ? "" : Positions(tree.text()).at(*twice));
}

INSTANTIATE_TEST_SUITE_P(cases, Case, ::testing::ValuesIn(sources()), [](auto const& tested) {
    std::string name = tested.param.filename().string();
    std::replace(name.begin(), name.end(), '.', '_');
    return name;
});
