#include "builtin/functions.h"
#include "builtin/metrics.h"
#include "builtin/source.h"

#include <gtest/gtest.h>

namespace countersign::builtin {
namespace {

/// Of the first callable in the text.
std::string measured(std::string const& path, std::string const& text)
{
    Source const source = parse_source(path, text);
    for (syntax::Symbol const& symbol : syntax::outline(*source.tree)) {
        if (symbol.is_callable())
            return to_string(measure(function_node(*source.tree, symbol), symbol.name, Vocabulary(*source.language), *source.text));
    }
    return "(no function)";
}

TEST(Metrics, straight_line_costs_nothing)
{
    EXPECT_EQ(measured("a.cpp", "int f() { return 1; }"), "cyclomatic 1, cognitive 0, nesting 0, 1 line");
}

TEST(Metrics, nesting_costs_more_than_a_row)
{
    EXPECT_EQ(measured("a.cpp", "void f() { if (a) {} if (b) {} if (c) {} }"), "cyclomatic 4, cognitive 3, nesting 1, 1 line");
    EXPECT_EQ(measured("a.cpp", "void f() { if (a) { if (b) { if (c) {} } } }"), "cyclomatic 4, cognitive 6, nesting 3, 1 line");
}

TEST(Metrics, else_if_chain_is_not_nesting)
{
    EXPECT_EQ(
        measured("a.cpp", "void f() { if (a) {} else if (b) {} else if (c) {} else {} }"), "cyclomatic 4, cognitive 4, nesting 1, 1 line");
    EXPECT_EQ(measured("a.py", "def f():\n    if a:\n        x\n    elif b:\n        y\n    else:\n        z\n"),
        "cyclomatic 3, cognitive 3, nesting 1, 7 lines");
    EXPECT_EQ(
        measured("A.java", "class A { void f() { if (a) {} else if (b) {} else {} } }"), "cyclomatic 3, cognitive 3, nesting 1, 1 line");
}

TEST(Metrics, run_of_like_operators_costs_one)
{
    EXPECT_EQ(measured("a.cpp", "bool f() { return a && b && c; }"), "cyclomatic 3, cognitive 1, nesting 0, 1 line");
    EXPECT_EQ(measured("a.cpp", "bool f() { return a && b || c && d; }"), "cyclomatic 4, cognitive 3, nesting 0, 1 line");
    EXPECT_EQ(measured("a.py", "def f():\n    return a and b or c\n"), "cyclomatic 3, cognitive 2, nesting 0, 2 lines");
    EXPECT_EQ(measured("a.cpp", "int f() { return a + b * c; }"), "cyclomatic 1, cognitive 0, nesting 0, 1 line");
}

TEST(Metrics, switch_costs_once_and_each_case_forks)
{
    EXPECT_EQ(measured("a.ts", "function f() { switch (a) { case 1: break; case 2: break; default: } }"),
        "cyclomatic 3, cognitive 1, nesting 1, 1 line");
    EXPECT_EQ(measured("a.rs", "fn f() { match a { 1 => {}, 2 => {}, _ => {} } }"), "cyclomatic 3, cognitive 1, nesting 1, 1 line");
}

TEST(Metrics, closure_nests_what_is_in_it)
{
    EXPECT_EQ(measured("a.js", "function f() { each(() => { if (a) {} }); }"), "cyclomatic 2, cognitive 2, nesting 2, 1 line");
}

TEST(Metrics, recursion_and_goto_cost_one_each)
{
    EXPECT_EQ(
        measured("a.c", "int f(int n) { if (n) goto end; f(n); end: return f(n - 1); }"), "cyclomatic 2, cognitive 3, nesting 1, 1 line");
}

TEST(Metrics, catch_and_loop_fork_and_nest)
{
    EXPECT_EQ(measured("a.py", "def f():\n    try:\n        g()\n    except E:\n        for x in y:\n            h()\n"),
        "cyclomatic 3, cognitive 3, nesting 2, 6 lines");
}

}
}
