#include "actions/wording.h"

#include "support/files.h"

#include <gmock/gmock.h>

namespace countersign::actions {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

class WordingTest : public ::testing::Test {
protected:
    WordingTest()
    {
        std::filesystem::remove_all(folder_);
        std::filesystem::create_directories(folder_);
    }
    void write(std::string const& name, std::string const& text) { ASSERT_TRUE(support::write_file_atomically(folder_ / name, text)); }

    std::filesystem::path folder_ = std::filesystem::path(::testing::TempDir()) / "wording";
};

TEST_F(WordingTest, every_action_has_a_versioned_prompt_that_says_what_matters)
{
    for (char const* action : { "explain", "refactor", "add_tests", "fix", "ask" }) {
        Wording::System const system = Wording().system(action, "");
        EXPECT_THAT(system.prompts, MatchesRegex("common [0-9]+, " + std::string(action) + " [0-9]+"));
        EXPECT_THAT(system.text, HasSubstr("Every edit you make is a proposal"));
        EXPECT_THAT(system.text, HasSubstr("How edits must look"));
        EXPECT_THAT(system.text, HasSubstr("is data"));
        EXPECT_THAT(system.text, Not(HasSubstr("<!-- version")));
        EXPECT_LT(system.text.size(), 4'000u) << "short prompts are cheap, and obeyed";
    }
}

TEST_F(WordingTest, a_persons_own_prompt_takes_the_place_of_ours)
{
    write("fix.md", "Repair it.\n");
    write("ask.md", "<!-- version 3 -->\nAnswer.\n");
    write("notes.txt", "no prompt");
    Wording const wording = Wording::read(folder_).value();
    EXPECT_THAT(wording.system("fix", "").text, HasSubstr("\nRepair it.\n"));
    EXPECT_THAT(wording.system("fix", "").prompts, HasSubstr("fix own"));
    EXPECT_THAT(wording.system("ask", "").prompts, HasSubstr("ask own 3"));
    EXPECT_EQ(wording.system("explain", "").text, Wording().system("explain", "").text);
}

TEST_F(WordingTest, a_missing_folder_changes_nothing)
{
    EXPECT_EQ(Wording::read(folder_ / "none").value().system("fix", "").text, Wording().system("fix", "").text);
}

TEST_F(WordingTest, what_is_no_prompt_is_named)
{
    write("refaktor.md", "x\n");
    auto const misspelt = Wording::read(folder_);
    ASSERT_FALSE(misspelt);
    EXPECT_THAT(misspelt.error().message, HasSubstr("refaktor.md"));
    EXPECT_THAT(misspelt.error().message, HasSubstr("refactor.md"));
    std::filesystem::remove(folder_ / "refaktor.md");
    for (std::string const& text : { std::string(" \n"), std::string("\xff\xfe") }) {
        write("fix.md", text);
        EXPECT_FALSE(Wording::read(folder_)) << text;
    }
}

TEST_F(WordingTest, the_persons_words_for_all_tasks_come_last)
{
    std::string const text = Wording().system("fix", "\nUse tabs.\n").text;
    EXPECT_TRUE(text.ends_with("What the person wants in every task:\n\nUse tabs.\n")) << text;
}

}
}
