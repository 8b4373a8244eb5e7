#include "refactor/rule.h"
#include "tool_loop.h"

namespace countersign::builtin {
namespace {

Played asked(std::string const& text, std::string const& instruction, std::string const& path = "a.py")
{
    return run_at("ask", { { path, text } }, path, { { "instruction", instruction } });
}

TEST(Ask, carries_out_what_it_knows)
{
    std::string const branch = "def f(a):\n    $0if a:\n        x()\n    else:\n        y()\n";
    EXPECT_EQ(asked(branch, "Please invert this if.").files.at("a.py"), "def f(a):\n    if not a:\n        y()\n    else:\n        x()\n");
    EXPECT_EQ(asked("def f():\n    $0count = 1\n    return count\n", "rename to total").files.at("a.py"),
        "def f():\n    total = 1\n    return total\n");
    EXPECT_EQ(asked("def f():\n    $0count = 1\n    return count\n", "Rename count to total").files.at("a.py"),
        "def f():\n    total = 1\n    return total\n");
    EXPECT_NE(asked(branch, "what does this do?").text.find("## What it does"), std::string::npos);
    EXPECT_NE(asked(branch, "explain this function").text.find("## What it does"), std::string::npos);
    EXPECT_NE(asked(branch, "add tests").text.find("Add tests for `f`"), std::string::npos);
}

TEST(Ask, extracts_under_the_name_that_is_asked_for)
{
    Played const run = asked("def f(a, b):\n    return [[a + b]]\n", "extract variable as sum_of_both");
    EXPECT_NE(run.files.at("a.py").find("sum_of_both = a + b"), std::string::npos) << run.text;
}

TEST(Ask, understands_what_it_lists)
{
    for (refactor::Rule const& rule : refactor::rules()) {
        std::string const instruction = std::string(rule.title) + (rule.needs_name ? " to total" : "");
        std::string const text = asked("def f(a):\n    $0if a:\n        x()\n", instruction).text;
        EXPECT_EQ(text.find("I did not understand"), std::string::npos) << instruction;
        EXPECT_EQ(run_at("refactor", { { "a.py", "def f(a):\n    $0if a:\n        x()\n" } }, "a.py", { { "instruction", instruction } })
                      .text.find("I did not understand"),
            std::string::npos)
            << instruction;
    }
}

TEST(Ask, half_understood_is_not_understood)
{
    std::string const text = "def f(a):\n    $0if a:\n        x()\n    else:\n        y()\n";
    for (std::string const instruction : { "explain it in Klingon", "invert the if but keep the logging", "do not rename to total",
             "add tests and deploy them", "fix the climate", "never refactor this", "", "....", "rename" }) {
        Played const run = asked(text, instruction);
        EXPECT_TRUE(run.calls.empty()) << instruction << ": " << run.text;
        EXPECT_NE(run.text.find("no AI, no language model"), std::string::npos) << instruction;
        EXPECT_NE(run.text.find("`invert if`"), std::string::npos) << "it lists what it can do";
    }
}

TEST(Ask, long_text_is_no_short_instruction)
{
    std::string words;
    for (int i = 0; i < 100000; ++i)
        words += "explain this ";
    EXPECT_TRUE(asked("def f():\n    $0pass\n", words).calls.empty());
}

}
}
