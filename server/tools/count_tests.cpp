// What test tools print of how many passed: one row a tool, tried in order. The last match counts, and those of several runs (a
// module each) are added up where the row says so.
#include "tools/test_command.h"

#include "support/text.h"

#include <array>
#include <cstdlib>
#include <fmt/core.h>
#include <re2/re2.h>

namespace countersign::tools {

namespace {

struct Row {
    char const* summary;  ///< finds a summary; group 1 is the text that the others look at
    char const* passed;   ///< group 1 is a number in it; empty: total minus the others
    char const* failed;   ///< all matches are added
    char const* skipped;  ///< all matches are added
    char const* total;    ///< empty: the sum of the others
    bool adds_up = false; ///< summaries of several runs are added
};

constexpr std::array<Row, 9> rows { {
    // CTest: "100% tests passed, 0 tests failed out of 7", and a list of "(Skipped)" afterwards.
    { R"((?ms)(\d+% tests passed, \d+ tests failed out of \d+.*))", "", R"((\d+) tests failed)", R"(\((Skipped|Disabled)\))",
        R"(out of (\d+))" },
    // pytest: "==== 5 passed, 3 skipped in 0.12s ====", quiet without the rule.
    { R"((?m)^(?:=+ )?((?:\d+ (?:passed|failed|skipped|errors?|xfailed|xpassed|deselected|warnings?)(?:, )?)+) in [\d.]+s)",
        R"((\d+) (?:passed|xpassed))", R"((\d+) (?:failed|error))", R"((\d+) (?:skipped|xfailed))", "" },
    // unittest: "Ran 7 tests in 0.001s" and "OK (skipped=3)" or "FAILED (failures=1, errors=2)".
    { R"((?s)(Ran \d+ tests? in .*))", "", R"((?:failures|errors)=(\d+))", R"(skipped=(\d+))", R"(Ran (\d+) test)" },
    // Cargo: "test result: ok. 5 passed; 0 failed; 1 ignored; ...", one for each target.
    { R"((?m)^test result: \w+\. (.*)$)", R"((\d+) passed)", R"((\d+) failed)", R"((\d+) ignored)", "", true },
    // Jest and Vitest: "Tests:       3 skipped, 5 passed, 8 total"; "Tests  5 passed | 3 skipped (8)".
    { R"((?m)^\s*Tests:?\s+(.*(?:total|\(\d+\)).*)$)", R"((\d+) passed)", R"((\d+) failed)", R"((\d+) (?:skipped|todo))", "" },
    // node --test: "# pass 5".
    { R"((?ms)^(?:#|ℹ) (tests \d+.*))", R"((?:#|ℹ) pass (\d+))", R"((?:#|ℹ) fail (\d+))", R"((?:#|ℹ) (?:skipped|todo) (\d+))", "" },
    // Mocha: "5 passing (10ms)".
    { R"((?ms)^\s+(\d+ passing.*))", R"((\d+) passing)", R"((\d+) failing)", R"((\d+) pending)", "" },
    // Maven: "Tests run: 8, Failures: 0, Errors: 0, Skipped: 1"; the last one sums up.
    { R"((?m)(Tests run: \d+, Failures: \d+, Errors: \d+, Skipped: \d+))", "", R"((?:Failures|Errors): (\d+))", R"(Skipped: (\d+))",
        R"(Tests run: (\d+))" },
    // go test -v: a line for each test.
    { R"((?ms)^(--- (?:PASS|FAIL|SKIP): .*))", R"((--- PASS):)", R"((--- FAIL):)", R"((--- SKIP):)", "" },
} };

/// Numbers are added; a match that is no number counts as one.
std::size_t sum(std::string_view text, char const* pattern)
{
    if (*pattern == '\0')
        return 0;
    re2::RE2 const expression(pattern, re2::RE2::Quiet);
    re2::StringPiece rest(text.data(), text.size());
    std::string found;
    std::size_t total = 0;
    while (re2::RE2::FindAndConsume(&rest, expression, &found)) {
        char* end = nullptr;
        std::size_t const number = std::strtoul(found.c_str(), &end, 10);
        total += end == found.c_str() ? 1 : number;
    }
    return total;
}

struct Counts {
    std::size_t passed = 0, failed = 0, skipped = 0;
};

Counts count(std::string_view summary, Row const& row)
{
    Counts counts { sum(summary, row.passed), sum(summary, row.failed), sum(summary, row.skipped) };
    if (*row.total != '\0') {
        std::size_t const total = sum(summary, row.total), others = counts.failed + counts.skipped;
        counts.passed = total > others ? total - others : 0;
    }
    return counts;
}

}

std::string count_tests(std::string_view output)
{
    for (Row const& row : rows) {
        re2::RE2 const expression(row.summary, re2::RE2::Quiet);
        re2::StringPiece rest(output.data(), output.size());
        std::string summary;
        Counts counts;
        bool is_found = false;
        while (re2::RE2::FindAndConsume(&rest, expression, &summary)) {
            Counts const one = count(summary, row);
            counts = row.adds_up ? Counts { counts.passed + one.passed, counts.failed + one.failed, counts.skipped + one.skipped } : one;
            is_found = true;
        }
        if (!is_found)
            continue;
        std::size_t const total = counts.passed + counts.failed + counts.skipped;
        if (counts.failed > 0)
            return fmt::format("{} of {} failed{}", counts.failed, support::count_of(total, "test"),
                counts.skipped > 0 ? fmt::format(", {} skipped", counts.skipped) : "");
        if (counts.skipped > 0)
            return fmt::format("{} of {} passed, {} skipped", counts.passed, support::count_of(total, "test"), counts.skipped);
        return fmt::format("{} of {} passed", counts.passed, support::count_of(total, "test"));
    }
    return {};
}

}
