"""Workspaces for the wire tests."""

CLAMP = """\
#include "clamp.h"

// Keeps `value` at or above `low`.
int at_least(int value, int low)
{
    if (value < low) {
        return low;
    } else {
        return value;
    }
}
"""

CLAMP_INVERTED = CLAMP.replace(
    """\
    if (value < low) {
        return low;
    } else {
        return value;
    }
""",
    """\
    if (value >= low) {
        return value;
    } else {
        return low;
    }
""",
)

# Two places that a refactoring improves, too far apart to share a hunk.
REPORT = """\
#include <string>
#include <vector>

std::string report(std::vector<int> const& numbers, bool loud)
{
    if (numbers.empty()) {
        return "nothing";
    } else {
        if (numbers.front() == 0)
            return "zero first";
    }

    int sum = 0;
    for (int number : numbers)
        sum += number;

    int product = 1;
    for (int number : numbers)
        product *= number;

    int largest = numbers.front();
    for (int number : numbers) {
        if (number > largest)
            largest = number;
    }

    if (loud) {
        return "SUM " + std::to_string(sum) + " PRODUCT " + std::to_string(product);
    } else {
        int rest = sum - largest;
        return "sum without the largest " + std::to_string(rest);
    }
}
"""

PYTHON = '''\
def at_least(value, low):
    """Keeps `value` at or above `low`."""
    if value < low:
        return low
    else:
        return value
'''

CPP_PROJECT = {"clamp.cpp": CLAMP, "clamp.h": "#pragma once\n\nint at_least(int value, int low);\n", "report.cpp": REPORT}

# The built-in engine adds tests to a framework that the project has.
GTEST_PROJECT = {
    **CPP_PROJECT,
    "CMakeLists.txt": """\
cmake_minimum_required(VERSION 3.16)
project(numbers LANGUAGES CXX)
add_library(numbers clamp.cpp report.cpp)
target_include_directories(numbers PUBLIC .)
find_package(GTest REQUIRED)
enable_testing()
add_executable(numbers_tests
  tests/report_test.cpp
)
target_link_libraries(numbers_tests PRIVATE numbers GTest::gtest_main)
add_test(NAME numbers_tests COMMAND numbers_tests)
""",
    "tests/report_test.cpp": """\
#include <gtest/gtest.h>
#include <string>
#include <vector>

std::string report(std::vector<int> const& numbers, bool loud);

TEST(Report, says_nothing_of_nothing)
{
    EXPECT_EQ(report({}, false), "nothing");
}
""",
}
