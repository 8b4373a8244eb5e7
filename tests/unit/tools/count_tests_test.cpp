#include "tools/test_command.h"

#include <gtest/gtest.h>

namespace countersign::tools {
namespace {

TEST(CountTests, reads_the_summary_of_each_tool)
{
    EXPECT_EQ(count_tests("100% tests passed, 0 tests failed out of 7\n\nTotal Test time (real) =   0.01 sec\n"), "7 of 7 tests passed");
    EXPECT_EQ(count_tests("71% tests passed, 2 tests failed out of 7\n\nThe following tests FAILED:\n"), "2 of 7 tests failed");
    EXPECT_EQ(
        count_tests(
            "100% tests passed, 0 tests failed out of 3\n\nThe following tests did not run:\n\t  2 - b (Skipped)\n\t  3 - c (Skipped)\n"),
        "1 of 3 tests passed, 2 skipped");
    EXPECT_EQ(count_tests("5 passed in 0.02s\n"), "5 of 5 tests passed");
    EXPECT_EQ(count_tests("==== 1 failed, 5 passed, 3 skipped in 0.12s ====\n"), "1 of 9 tests failed, 3 skipped");
    EXPECT_EQ(count_tests("Ran 1 test in 0.000s\n\nOK\n"), "1 of 1 test passed");
    EXPECT_EQ(count_tests("Ran 5 tests in 0.001s\n\nFAILED (failures=1, errors=1)\n"), "2 of 5 tests failed");
    EXPECT_EQ(count_tests("test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured\n\ntest result: ok. 3 passed; 0 failed; 0 ignored\n"),
        "5 of 6 tests passed, 1 skipped");
    EXPECT_EQ(count_tests("Tests:       3 skipped, 5 passed, 8 total\n"), "5 of 8 tests passed, 3 skipped");
    EXPECT_EQ(count_tests("      Tests  1 failed | 5 passed (6)\n"), "1 of 6 tests failed");
    EXPECT_EQ(
        count_tests("# tests 4\n# suites 0\n# pass 3\n# fail 0\n# cancelled 0\n# skipped 1\n# todo 0\n"), "3 of 4 tests passed, 1 skipped");
    EXPECT_EQ(count_tests("Tests run: 8, Failures: 1, Errors: 0, Skipped: 1\n"), "1 of 8 tests failed, 1 skipped");
    EXPECT_EQ(count_tests("--- PASS: TestA (0.00s)\n--- SKIP: TestB (0.00s)\nPASS\n"), "1 of 2 tests passed, 1 skipped");
}

TEST(CountTests, says_nothing_of_what_it_does_not_know)
{
    for (char const* text : { "", "ok\n", "make: *** [test] Error 1\n", "passed\n", "\xFF\xFE" })
        EXPECT_EQ(count_tests(text), "") << text;
}

TEST(CountTests, takes_numbers_that_are_too_large_without_harm)
{
    EXPECT_NE(count_tests("Ran 99999999999999999999999 tests in 1s\n\nOK\n"), "");
}

}
}
