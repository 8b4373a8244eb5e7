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
        int first = numbers.front();
        if (first == 0)
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
