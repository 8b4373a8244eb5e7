#include "tool_loop.h"

namespace countersign::builtin {
namespace {

Files cpp_project(std::string const& source)
{
    return {
        { "CMakeLists.txt", "find_package(GTest REQUIRED)\nadd_executable(tests\n  tests/other_test.cpp\n)\n" },
        { "src/clamp.h", "#pragma once\nnamespace math {\nint clamp(int n, std::vector<int> const& values);\n}\n" },
        { "src/clamp.cpp", source },
        { "tests/other_test.cpp",
            "#include \"other.h\"\n\n#include <gtest/gtest.h>\n\nTEST(Other, does_things)\n{\n    EXPECT_EQ(1, other());\n}\n" },
    };
}

TEST(AddTests, googletest_gets_a_new_file_that_the_build_knows)
{
    Played const run = run_at("add_tests", cpp_project(R"~(#include "clamp.h"

namespace math {

int clamp(int n, std::vector<int> const& values)
{
    if (n < 0)
        throw std::invalid_argument("negative");
    for (int value : values)
        $0n += value;
    return n;
}

}
)~"),
        "src/clamp.cpp");
    EXPECT_EQ(run.files.at("tests/clamp_test.cpp"), R"~(#include "clamp.h"

#include <gtest/gtest.h>

TEST(Clamp, clamp_n_below_0)
{
    GTEST_SKIP() << "TODO: say what clamp must do for 'n < 0' (line 7)";
    int n = -1;
    std::vector<int> values {};
    [[maybe_unused]] auto const result = math::clamp(n, values);
    // TODO: EXPECT_EQ(result, ...) once the value is known.
}

TEST(Clamp, clamp_no_round_for_each_value_in_values)
{
    GTEST_SKIP() << "TODO: say what clamp must do for no round of the loop for each 'value' in 'values' (line 9)";
    int n = 0;
    std::vector<int> values {};
    [[maybe_unused]] auto const result = math::clamp(n, values);
    // TODO: EXPECT_EQ(result, ...) once the value is known.
}

TEST(Clamp, clamp_several_rounds_for_each_value_in_values)
{
    GTEST_SKIP() << "TODO: say what clamp must do for several rounds of the loop for each 'value' in 'values' (line 9)";
    int n = 0;
    std::vector<int> values {};
    [[maybe_unused]] auto const result = math::clamp(n, values);
    // TODO: EXPECT_EQ(result, ...) once the value is known.
}

TEST(Clamp, clamp_none_of_the_conditions)
{
    GTEST_SKIP() << "TODO: say what clamp must do for none of the conditions (line 8)";
    int n = 0;
    std::vector<int> values {};
    [[maybe_unused]] auto const result = math::clamp(n, values);
    // TODO: EXPECT_EQ(result, ...) once the value is known.
}
)~");
    EXPECT_EQ(run.files.at("CMakeLists.txt"),
        "find_package(GTest REQUIRED)\nadd_executable(tests\n  tests/other_test.cpp\n  tests/clamp_test.cpp\n)\n");
    EXPECT_NE(run.text.find("4 cases for GoogleTest"), std::string::npos) << run.text;
    EXPECT_NE(run.text.find("No expectation was made up"), std::string::npos) << run.text;
}

TEST(AddTests, googletest_appends_to_the_units_own_file_in_its_habits)
{
    Files files = cpp_project("#include \"clamp.h\"\n\nvoid math::reset(int& n, Unknown const& u)\n{\n    $0n = 0;\n}\n");
    files["tests/clamp_test.cpp"] = "#include \"clamp.h\"\n#include <gtest/gtest.h>\n\nTEST_F(Clamp, Works) {\n  x();\n}\n";
    Played const run = run_at("add_tests", files, "src/clamp.cpp");
    EXPECT_EQ(run.count("create_file"), 0u);
    EXPECT_EQ(run.files.at("tests/clamp_test.cpp").substr(files["tests/clamp_test.cpp"].size()), R"~(
TEST(ClampCases, ResetUsualCase)
{
  GTEST_SKIP() << "TODO: say what reset must do for the usual case (line 4)";
  // TODO: call math::reset; a value for u of type Unknown const& has to be made first.
}
)~") << run.text;
    EXPECT_EQ(run.files.at("CMakeLists.txt"), files["CMakeLists.txt"]) << "the file is built already";
}

TEST(AddTests, googletest_does_not_call_what_a_test_cannot_reach)
{
    Played const hidden = run_at("add_tests", cpp_project("namespace {\nint f(int n) { $0return n; }\n}\n"), "src/clamp.cpp");
    EXPECT_NE(hidden.files.at("tests/clamp_test.cpp").find("it stands in an unnamed namespace"), std::string::npos) << hidden.text;
    Files files = cpp_project("#include \"clamp.h\"\nint Box::size() const { $0return 1; }\n");
    files["src/clamp.h"] = "#pragma once\nclass Box {\npublic:\n    Box();\n    int open();\nprivate:\n    int size() const;\n};\n";
    Played const private_one = run_at("add_tests", files, "src/clamp.cpp");
    EXPECT_NE(private_one.files.at("tests/clamp_test.cpp").find("it is private to its class"), std::string::npos) << private_one.text;
}

TEST(AddTests, googletest_makes_the_object_of_a_method)
{
    Files files = cpp_project("#include \"clamp.h\"\nint Box::open(bool really) { $0return really ? 1 : 2; }\n");
    files["src/clamp.h"] = "#pragma once\nclass Box {\npublic:\n    explicit Box(int size);\n    int open(bool really);\n};\n";
    Played const run = run_at("add_tests", files, "src/clamp.cpp");
    EXPECT_NE(run.files.at("tests/clamp_test.cpp")
                  .find("    Box object(0);\n    bool really = false;\n    [[maybe_unused]] auto const result = object.open(really);\n"),
        std::string::npos)
        << run.files.at("tests/clamp_test.cpp");
}

TEST(AddTests, cmake_that_globs_needs_no_edit)
{
    Files files = cpp_project("#include \"clamp.h\"\nint f() { $0return 1; }\n");
    files["CMakeLists.txt"] =
        "file(GLOB sources tests/*.cpp)\nadd_executable(tests ${sources})\ntarget_link_libraries(tests GTest::gtest)\n";
    Played const run = run_at("add_tests", files, "src/clamp.cpp");
    EXPECT_EQ(run.count("edit_file"), 0u);
    EXPECT_NE(run.text.find("finds test files by a pattern"), std::string::npos) << run.text;
}

TEST(AddTests, pytest_by_its_manifest)
{
    Played const run = run_at("add_tests",
        { { "pyproject.toml", "[tool.pytest.ini_options]\n" },
            { "src/shop/cart.py",
                "def total(prices: list[int], limit: int = 3, *, name: str) -> int:\n    if limit > 9:\n        $0return 0\n    return "
                "sum(prices)\n" },
            { "tests/test_other.py", "from shop.other import x\n\n\ndef test_x():\n  assert x()\n" } },
        "src/shop/cart.py");
    EXPECT_EQ(run.files.at("tests/test_cart.py"), R"~(import pytest

from shop.cart import total


@pytest.mark.skip(reason="TODO: say what total must do for 'limit > 9' (line 2)")
def test_total_limit_above_9():
  result = total(prices=[], limit=10, name="")
  # TODO: assert what result must be.


@pytest.mark.skip(reason="TODO: say what total must do for none of the conditions (line 3)")
def test_total_none_of_the_conditions():
  result = total(prices=[], name="")
  # TODO: assert what result must be.
)~") << run.text;
}

TEST(AddTests, unittest_goes_before_the_main_block)
{
    Played const run = run_at("add_tests",
        { { "cart.py",
              "class Cart:\n    def __init__(self, room):\n        self.room = room\n\n    def empty(self):\n        $0return not "
              "self.room\n" },
            { "test_cart.py",
                "import unittest\n\nfrom cart import other\n\n\nclass OtherTest(unittest.TestCase):\n    def test_other(self):\n        "
                "other()\n\n\nif __name__ == \"__main__\":\n    "
                "unittest.main()\n" } },
        "cart.py");
    EXPECT_EQ(run.files.at("test_cart.py"), R"~(import unittest

from cart import other
from cart import Cart


class OtherTest(unittest.TestCase):
    def test_other(self):
        other()


class CartEmptyBranchTest(unittest.TestCase):
    @unittest.skip("TODO: say what empty must do for the usual case (line 6)")
    def test_usual_case(self):
        subject = Cart(None)
        result = subject.empty()
        # TODO: assert what result must be.


if __name__ == "__main__":
    unittest.main()
)~") << run.text;
}

TEST(AddTests, unittest_is_there_for_a_python_project_without_any)
{
    Played const run = run_at("add_tests", { { "a.py", "def f():\n    return $01\n" } }, "a.py");
    EXPECT_NE(run.files.at("tests/test_a.py").find("import unittest\n\nfrom a import f\n"), std::string::npos) << run.text;
}

TEST(AddTests, jest_in_the_projects_quotes)
{
    Played const run = run_at("add_tests",
        { { "package.json", R"({"devDependencies": {"jest": "1"}})" },
            { "src/a.js",
                "/** @param {number} n */\nfunction half(n) {\n  return n > 0 ? n / 2 : $00;\n}\nmodule.exports = { half, other };\n" },
            { "test/b.test.js", "const { b } = require(\"../src/b\")\n\nit(\"works\", () => {\n  b()\n})\n" } },
        "src/a.js");
    EXPECT_EQ(run.files.at("test/a.test.js"), R"~(const { half } = require("../src/a")

describe("half, by branch", () => {
  it.skip("n > 0: TODO, say what is expected", () => {
    const result = half(1)
    // TODO: expect(result) to be what it must be.
  })

  it.skip("n > 0 does not hold: TODO, say what is expected", () => {
    const result = half(undefined)
    // TODO: expect(result) to be what it must be.
  })
})
)~") << run.text;
}

TEST(AddTests, vitest_imports_what_it_uses)
{
    Played const run = run_at("add_tests",
        { { "package.json", R"({"devDependencies": {"vitest": "1"}})" },
            { "src/a.ts",
                "type Kind = 'big' | 'small';\nexport async function size(kind: Kind, of: string[]): Promise<number> {\n  $0return "
                "of.length;\n}\n" } },
        "src/a.ts");
    EXPECT_EQ(run.files.at("src/a.test.ts"), R"~(import { describe, test } from 'vitest';
import { size } from './a';

describe('size, by branch', () => {
  test.skip('the usual case: TODO, say what is expected', async () => {
    const result = await size('big', []);
    // TODO: expect(result) to be what it must be.
  });
});
)~") << run.text;
}

TEST(AddTests, vitest_says_what_is_not_exported)
{
    Played const run = run_at("add_tests",
        { { "package.json", R"({"devDependencies": {"vitest": "1"}})" }, { "a.ts", "function f(n: number) {\n  $0return n;\n}\n" } },
        "a.ts");
    EXPECT_NE(run.files.at("a.test.ts").find("its file does not export it"), std::string::npos);
    EXPECT_EQ(run.files.at("a.test.ts").find("import { f }"), std::string::npos);
}

TEST(AddTests, go_calls_with_zero_values)
{
    Played const run = run_at("add_tests",
        { { "go.mod", "module m\n" },
            { "p/a.go",
                "package p\n\nfunc (b *Box) Put(n int, when time.Time) (int, error) {\n\treturn n, nil\n}\n\nfunc Half(n int, rest "
                "...string) (int, error) {\n\tif n < 2 {\n\t\t$0return 0, nil\n\t}\n\treturn n / 2, nil\n}\n" } },
        "p/a.go");
    EXPECT_EQ(run.files.at("p/a_test.go"),
        "package p\n\nimport \"testing\"\n\n"
        "func TestHalf_NBelow2(t *testing.T) {\n\tt.Skip(\"TODO: say what Half must do for 'n < 2' (line 8)\")\n\tn := int(1)\n\t_, _ = "
        "Half(n)\n"
        "\t// TODO: compare with what it must be.\n}\n\n"
        "func TestHalf_NoneOfTheConditions(t *testing.T) {\n\tt.Skip(\"TODO: say what Half must do for none of the conditions (line "
        "10)\")\n\tvar n int\n"
        "\t_, _ = Half(n)\n\t// TODO: compare with what it must be.\n}\n")
        << run.text;
}

TEST(AddTests, second_run_takes_fresh_names)
{
    Files files = cpp_project("#include \"clamp.h\"\nint f() { return 1; }\n");
    Json const header { { "action", "add_tests" }, { "path", "src/clamp.cpp" }, { "start_line", 2 }, { "end_line", 2 } };
    Played const first = ToolLoop(files).run(header);
    Played const second = ToolLoop(first.files).run(header);
    EXPECT_NE(second.files.at("tests/clamp_test.cpp").find("TEST(Clamp, f_usual_case_2)"), std::string::npos)
        << second.files.at("tests/clamp_test.cpp");
}

TEST(AddTests, says_why_it_proposes_nothing)
{
    EXPECT_NE(
        run_at("add_tests", { { "a.cpp", "int f() { $0return 1; }\n" } }, "a.cpp").text.find("no test framework was found that it knows"),
        std::string::npos);
    EXPECT_NE(run_at("add_tests", { { "a.cpp", "int a$0;\n" } }, "a.cpp").text.find("stands in no function"), std::string::npos);
    EXPECT_NE(run_at("add_tests", { { "a.rb", "def f\n  $01\nend\n" } }, "a.rb").text.find("not for Ruby"), std::string::npos);
}

TEST(AddTests, quotes_of_a_condition_cannot_break_out_of_the_text)
{
    Played const run = run_at("add_tests",
        { { "package.json", R"({"devDependencies": {"jest": "1"}})" },
            { "a.js", "module.exports = { f };\nfunction f(a) {\n  if (a === '\\'%s\"`') $0return 1;\n}\n" } },
        "a.js");
    EXPECT_NE(run.files.at("a.test.js").find(R"~(test.skip('a === \'\\\'%%s"\': TODO, say what is expected', () => {)~"), std::string::npos)
        << run.files.at("a.test.js");
}
TEST(AddTests, a_switch_without_default_and_a_try_have_a_way_past)
{
    Played const run = run_at("add_tests",
        { { "a.py",
            "def f(text):\n    match $0text:\n        case 'a':\n            return 1\n    try:\n        return int(text)\n    except "
            "ValueError:\n        return 0\n" } },
        "a.py");
    std::string const& test = run.files.at("tests/test_a.py");
    for (std::string const name :
        { "test_case_a(", "test_none_of_the_cases(", "test_what_is_tried_throws_nothing(", "test_what_is_tried_throws(" })
        EXPECT_NE(test.find(name), std::string::npos) << name << test;
    EXPECT_LT(test.find("test_case_a("), test.find("test_none_of_the_cases("));
}

TEST(AddTests, an_arrow_function_that_is_one_expression_has_its_branches)
{
    Played const run = run_at("add_tests",
        { { "package.json", R"({"devDependencies": {"jest": "1"}})" },
            { "a.js", "export const f = ({ n = 1 }, m) => m === 3 ? n : $02\n" } },
        "a.js");
    std::string const& test = run.files.begin()->first == "a.test.js" ? run.files.begin()->second : run.files.at("a.test.js");
    EXPECT_NE(test.find("f(undefined, 3)"), std::string::npos) << test;
    EXPECT_NE(test.find("m === 3 does not hold"), std::string::npos) << test;
}

}
}
