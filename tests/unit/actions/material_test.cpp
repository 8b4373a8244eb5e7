#include "actions/material.h"

#include "workspace/memory_files.h"

#include <fmt/core.h>
#include <gmock/gmock.h>

namespace countersign::actions {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::vector<model::Material> material_for(
    std::map<std::string, std::string> files, Choice const& choice, std::vector<tools::Diagnostic> const& diagnostics = {})
{
    workspace::Snapshot const snapshot(
        std::make_shared<workspace::MemoryFiles>(std::move(files)), std::vector<std::shared_ptr<workspace::Document const>> {});
    agent::Task task;
    add_material(task, choice, snapshot, diagnostics);
    return task.material;
}

Choice choice_at(std::string path, ByteRange selection = {})
{
    Choice choice;
    choice.path = std::move(path);
    choice.selection = selection;
    return choice;
}

std::string named(std::vector<model::Material> const& material, std::string_view name)
{
    for (model::Material const& each : material) {
        if (each.name.find(name) != std::string::npos)
            return each.text;
    }
    return "(none)";
}

/// A function of some 160 bytes.
std::string function(int number)
{
    return fmt::format("int step_{}(int a)\n{{\n    int b = a * {};\n    if (b > 3)\n        return b;\n    return a; // {}\n}}\n\n",
        number, number, std::string(60, 'c'));
}

TEST(Material, a_small_file_is_shown_whole_with_its_outline_and_tests)
{
    std::string const text = "#include <string>\n\n" + function(1);
    auto const material = material_for(
        { { "src/a.cpp", text }, { "tests/a_test.cpp", "// tests of a\n" }, { "src/b_test.cpp", "" } }, choice_at("src/a.cpp"));
    ASSERT_EQ(material.size(), 4u);
    EXPECT_EQ(material[0].name, "src/a.cpp, the whole file");
    EXPECT_EQ(material[0].text, text);
    EXPECT_THAT(named(material, "outline of src/a.cpp"), HasSubstr("3-9 function step_1"));
    EXPECT_EQ(named(material, "tests of src/a.cpp"), "tests/a_test.cpp\n");
    EXPECT_EQ(named(material, "tests/a_test.cpp"), "// tests of a\n");
}

TEST(Material, of_a_large_file_the_symbol_at_the_place_its_imports_and_its_outline)
{
    std::string text = "#include <string>\n#include \"b.h\"\n\n";
    for (int i = 0; i < 400; ++i)
        text += function(i);
    std::size_t const at = text.find("int b = a * 77;");
    auto const material = material_for({ { "a.cpp", text } }, choice_at("a.cpp", { at, at }));
    EXPECT_EQ(named(material, "imports of a.cpp"), "#include <string>\n#include \"b.h\"\n");
    EXPECT_THAT(named(material, "outline"), HasSubstr("function step_0"));
    EXPECT_THAT(named(material, "outline"), HasSubstr("[cut"));
    std::string const shown = named(material, "a.cpp, lines ");
    EXPECT_TRUE(shown.starts_with("int step_77(int a)\n")) << shown;
    EXPECT_TRUE(shown.ends_with("}\n")) << shown;
    // What depends on the place comes last.
    EXPECT_THAT(material.back().name, HasSubstr("a.cpp, lines 620 to 626"));
}

TEST(Material, without_a_grammar_the_lines_around_the_place)
{
    std::string text;
    for (int i = 1; i <= 2'000; ++i)
        text += fmt::format("line {}\n", i);
    std::size_t const at = text.find("line 1000\n");
    auto const material = material_for({ { "notes.xyz", text } }, choice_at("notes.xyz", { at, at }));
    ASSERT_EQ(material.size(), 1u);
    EXPECT_EQ(material[0].name, "notes.xyz, lines 960 to 1040");
    EXPECT_THAT(material[0].text, HasSubstr("line 1000\n"));
    EXPECT_LT(material_for({ { "one.xyz", std::string(100'000, 'x') } }, choice_at("one.xyz", { 500, 600 }))[0].text.size(), 110'000u);
}

TEST(Material, what_else_is_reported_in_the_file)
{
    std::vector<tools::Diagnostic> const all { { "a.cpp", 3, 1, 3, 2, "warning", "clangd", "", "unused" },
        { "b.cpp", 1, 1, 1, 2, "error", "", "", "other file" }, { "a.cpp", 5, 1, 5, 2, "error", "", "", "chosen" } };
    Choice choice = choice_at("a.cpp");
    choice.diagnostics = { all[2] };
    EXPECT_EQ(named(material_for({ { "a.cpp", function(1) } }, choice, all), "reported"), "3:1 warning: unused\n");
}

TEST(Material, a_file_that_cannot_be_read_gives_nothing) { EXPECT_THAT(material_for({}, choice_at("none.cpp")), IsEmpty()); }

TEST(Material, tests_are_known_by_their_names_in_every_habit)
{
    std::vector<std::string> const all { "a/count.cpp", "a/count_test.cpp", "b/test_count.py", "b/count.test.ts", "c/CountTests.java",
        "c/count_spec.rb", "c/counter_test.cpp", "c/test.cpp", "c/latest_count.cpp", "a/tests/count.cpp" };
    EXPECT_THAT(tests_beside("a/count.cpp", all),
        ElementsAre("a/count_test.cpp", "b/test_count.py", "b/count.test.ts", "c/CountTests.java", "c/count_spec.rb"));
    EXPECT_THAT(tests_beside("a/count_test.cpp", all), IsEmpty());
    EXPECT_THAT(tests_beside("x/none.cpp", all), IsEmpty());
}

}
}
