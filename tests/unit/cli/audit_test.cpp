#include "cli/audit.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace countersign::cli {
namespace {

using ::testing::HasSubstr;

std::string time_of(std::string_view text)
{
    auto const time = parse_time(text, std::chrono::system_clock::time_point(std::chrono::seconds(1'800'000'000)));
    return time ? *time : to_string(time.error().code).data();
}

TEST(AuditArguments, times_are_dates_beginnings_of_times_and_ages)
{
    EXPECT_EQ(time_of("2026-03-01"), "2026-03-01");
    EXPECT_EQ(time_of("2026-03-01T09:30"), "2026-03-01T09:30");
    EXPECT_EQ(time_of("2026-03-01T09:30:00Z"), "2026-03-01T09:30:00");
    EXPECT_EQ(time_of("2026-03-01T09:30:00.125Z"), "2026-03-01T09:30:00.125Z");
    EXPECT_EQ(time_of("0s"), "2027-01-15T08:00:00.000Z");
    EXPECT_EQ(time_of("2h"), "2027-01-15T06:00:00.000Z");
    EXPECT_EQ(time_of("7d"), "2027-01-08T08:00:00.000Z");
    for (char const* wrong :
        { "", "d", "-1d", "7", "7y", "2026", "2026-3-1", "2026-03-01 09:30", "99999999999999999999d", "2026-03-01T09:30:00.125Zx" })
        EXPECT_EQ(time_of(wrong), "invalid_params") << wrong;
}

TEST(AuditArguments, a_known_hash_is_a_number_and_64_digits)
{
    auto const known = parse_known("12:" + std::string(64, 'a'));
    ASSERT_TRUE(known);
    EXPECT_EQ(known->sequence, 12);
    for (std::string const& wrong : { std::string("12"), "12:" + std::string(63, 'a'), ":" + std::string(64, 'a'),
             "0:" + std::string(64, 'a'), "12:" + std::string(64, 'g'), "1x:" + std::string(64, 'a'), std::string() })
        EXPECT_FALSE(parse_known(wrong)) << wrong;
}

TEST(AuditText, an_event_on_one_line_cannot_move_the_terminals_cursor)
{
    std::string const line = to_line({ 3, "2026-03-01T09:30:00.000Z", "tool", { { "tool", "read_file" }, { "path", "a\x1b[2J\nb" } } });
    EXPECT_EQ(line.find('\x1b'), std::string::npos);
    EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
}

TEST(AuditText, says_what_was_found_or_what_cannot_be)
{
    ledger::Verdict verdict;
    verdict.entries = verdict.last = 5;
    verdict.first = 1;
    EXPECT_THAT(to_text(verdict, "ledger.db"), HasSubstr("This cannot show"));
    verdict.findings.push_back({ ledger::Damage::changed, 3, "", "entry 3 was changed" });
    EXPECT_THAT(to_text(verdict, "ledger.db"), HasSubstr("  changed   entry 3 was changed\n"));
    EXPECT_THAT(to_text(verdict, "ledger.db"), HasSubstr("NOT as it was written"));
    EXPECT_EQ(to_json(verdict)["whole"], false);
}

}
}
