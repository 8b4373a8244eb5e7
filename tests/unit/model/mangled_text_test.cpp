// Thousands of mangled replies of models that write calls as text: each is read without a crash, what is read is a call or has a problem,
// and neither line ends nor the absence of tools that edit make another call of it.
#include "model/text_forms.h"

#include "support/text.h"

#include <array>
#include <gtest/gtest.h>
#include <random>

namespace countersign::model {
namespace {

constexpr std::array<std::string_view, 29> lines { "src/a.cpp", "And in `src/b.py`:", "Makefile", "```", "```cpp", "````",
    "```file README.md", "```tool", "```diff", "<<<<<<< SEARCH", "=======", ">>>>>>> REPLACE", "*** Begin Patch", "*** Update File: a.txt",
    "*** Add File: n.txt", "*** End Patch", "--- a/x", "+++ b/x", "@@ -1 +1 @@", "<think>", "</think>",
    "<tool_call>{\"name\":\"x\"}</tool_call>", "", "-old", "src/a.cpp\n<<<<<<< SEARCH\nint a;\n=======\nint b;\n>>>>>>> REPLACE",
    "<<<<<<< SEARCH\nx\n=======\n>>>>>>> REPLACE",
    "*** Begin Patch\n*** Update File: a.txt\n@@\n-x\n+y\n\n*** Delete File: b\n*** End Patch",
    "```diff\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-x\n+y\n--- a/y\n+++ /dev/null\n```", "```file a.md\n```sh\nmake\n```\n```" };

std::string mangled(std::mt19937& random)
{
    std::string text;
    for (std::size_t left = random() % 16; left > 0; --left)
        (text += lines[random() % lines.size()]) += random() % 40 == 0 ? "" : "\n";
    for (std::size_t left = random() % 4; left > 0 && !text.empty(); --left)
        text[random() % text.size()] = "`<>*+- /.\t\xC3"[random() % 11];
    return text;
}

std::string shown(TextCalls const& found)
{
    std::string text;
    for (ToolCall const& call : found.calls)
        text += call.name + call.arguments.dump(-1, ' ', false, Json::error_handler_t::replace) + call.problem + "\n";
    return text;
}

TEST(MangledText, is_read_into_calls_or_problems)
{
    std::size_t whole = 0, problems = 0;
    std::mt19937 random(7);
    for (int round = 0; round < 20'000; ++round) {
        std::string const text = mangled(random);
        TextCalls const found = parse_text_calls(text);
        for (ToolCall const& call : found.calls) {
            ASSERT_TRUE(call.arguments.is_object()) << text;
            ASSERT_FALSE(call.problem.empty() && call.name.empty()) << text;
            ++(call.problem.empty() ? whole : problems);
        }
        std::string returned;
        for (std::string_view line : support::split_lines(text))
            (returned += line) += "\r\n";
        ASSERT_EQ(shown(parse_text_calls(returned)), shown(found)) << text;
        for (ToolCall const& call : parse_text_calls(text, EditForms::prose).calls)
            ASSERT_TRUE(call.name != whole_file_call && call.name != "apply_patch" && !call.name.ends_with("_file")) << text;
    }
    EXPECT_GT(whole, 5000u);
    EXPECT_GT(problems, 5000u);
}

}
}
