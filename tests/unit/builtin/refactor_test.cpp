#include "tool_loop.h"

namespace countersign::builtin {
namespace {

TEST(Refactor, applies_improving_rules_to_the_end_and_says_why)
{
    Played const run = run_at("refactor", { { "a.cpp", R"(int f(int a, int b)
{
    if (a) {
        return 1;
    } else {
        if (b) {
            if (a > b) {
                $0return 2;
            }
        }
        return 3;
    }
}

int untouched(int a)
{
    if (a) {
        return 1;
    } else {
        return 2;
    }
}
)" } },
        "a.cpp");
    EXPECT_EQ(run.files.at("a.cpp"), R"(int f(int a, int b)
{
    if (a) {
        return 1;
    }
    if (b && a > b) {
        return 2;
    }
    return 3;
}

int untouched(int a)
{
    if (a) {
        return 1;
    } else {
        return 2;
    }
}
)");
    EXPECT_NE(run.text.find("Refactor `f`: 2 changes."), std::string::npos) << run.text;
    EXPECT_NE(run.text.find("- line 5: "), std::string::npos) << run.text;
    EXPECT_NE(run.text.find("no AI was involved"), std::string::npos) << run.text;
}

TEST(Refactor, proposes_nothing_and_says_what_it_looked_for)
{
    Played const run = run_at("refactor", { { "a.py", "def f(a):\n    return $0a\n" } }, "a.py");
    EXPECT_EQ(run.count("edit_file"), 0u);
    EXPECT_NE(run.text.find("nothing in `f` that the built-in rules would improve (looked at lines 1 to 2 for: "), std::string::npos)
        << run.text;
    EXPECT_NE(run.text.find("merge nested ifs"), std::string::npos) << run.text;
}

TEST(Refactor, carries_out_one_rule_only)
{
    Played const run = run_at("refactor", { { "a.js", "function f(a) {\n  $0if (a) {\n    one();\n  } else {\n    two();\n  }\n}\n" } },
        "a.js", { { "rule", "invert_if" } });
    EXPECT_EQ(run.files.at("a.js"), "function f(a) {\n  if (!a) {\n    two();\n  } else {\n    one();\n  }\n}\n") << run.text;
    EXPECT_NE(run.text.find("Invert if: 1 change."), std::string::npos) << run.text;
}

TEST(Refactor, renames_every_place_of_a_local)
{
    Played const run = run_at("refactor",
        { { "a.py", "def f():\n    $0count = 1\n    x = 1\n    y = 2\n    z = 3\n    w = 4\n    return count + x + y + z + w\n" } }, "a.py",
        { { "rule", "rename_local" }, { "name", "total" } });
    EXPECT_EQ(
        run.files.at("a.py"), "def f():\n    total = 1\n    x = 1\n    y = 2\n    z = 3\n    w = 4\n    return total + x + y + z + w\n")
        << run.text;
    EXPECT_EQ(run.count("edit_file"), 2u) << "the places stand far apart";
}

TEST(Refactor, gives_the_rules_own_reason_when_it_does_not_apply)
{
    Played const run = run_at("refactor", { { "a.js", "f($0);\n" } }, "a.js", { { "rule", "invert_if" } });
    EXPECT_EQ(run.count("edit_file"), 0u);
    EXPECT_NE(run.text.find("Invert if: nothing is proposed, because "), std::string::npos) << run.text;
}

TEST(Refactor, unknown_rule_is_named)
{
    EXPECT_NE(
        run_at("refactor", { { "a.js", "f($0);\n" } }, "a.js", { { "rule", "make_better" } }).text.find("no rule called `make_better`"),
        std::string::npos);
}

TEST(Refactor, stops_honestly_when_an_edit_is_refused)
{
    Files files { { "a.py", "def f(a):\n    if a:\n        return 1\n    else:\n        $0return 2\n" } };
    Json const header = header_at("refactor", files, "a.py");
    ToolLoop loop(files);
    loop.failures["edit_file"] = "stale: a.py changed";
    Played const run = loop.run(header);
    EXPECT_NE(run.text.find("was stopped: an edit was refused (stale: a.py changed)"), std::string::npos) << run.text;
    EXPECT_EQ(run.count("edit_file"), 1u) << "it does not try again";
}

TEST(Refactor, whole_file_when_the_cursor_stands_in_nothing)
{
    Played const run =
        run_at("refactor", { { "a.py", "$0\n\ndef f(a):\n    if a:\n        return 1\n    else:\n        return 2\n" } }, "a.py");
    EXPECT_EQ(run.files.at("a.py"), "\n\ndef f(a):\n    if a:\n        return 1\n    return 2\n") << run.text;
}

TEST(Refactor, says_why_a_file_has_no_tree)
{
    EXPECT_NE(run_at("refactor", { { "a.txt", "$0words\n" } }, "a.txt").text.find("`a.txt` has no syntax tree: there is no grammar"),
        std::string::npos);
}

}
}
