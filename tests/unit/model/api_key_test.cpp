#include "model/api_key.h"

#include <chrono>
#include <filesystem>
#include <fmt/core.h>
#include <fstream>
#include <gmock/gmock.h>
#include <unistd.h>

namespace countersign::model {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;

std::string answer_of(std::string const& command, std::chrono::milliseconds limit = 30s)
{
    auto const started = KeyCommand::start(command);
    if (!started)
        return started.error().message;
    auto const answer = (*started)->answer(limit, {});
    return answer ? *answer : answer.error().message;
}

TEST(KeyCommand, gives_the_first_line)
{
    EXPECT_EQ(answer_of("echo sk-1; echo more"), "sk-1");
    EXPECT_THAT(answer_of("exit 3"), HasSubstr("exit status 3"));
    EXPECT_THAT(answer_of("echo a b"), HasSubstr("holds no key"));
    EXPECT_THAT(answer_of("sleep 1000", 1ms), HasSubstr("took longer"));
}

TEST(KeyCommand, runs_once_and_from_the_start_on)
{
    std::string const counted = fmt::format("{}/countersign-key-{}", ::testing::TempDir(), ::getpid());
    auto const started = KeyCommand::start(fmt::format("echo x >> '{}'; echo sk-1", counted));
    ASSERT_TRUE(started);
    while (!std::filesystem::exists(counted))
        ::usleep(1000);
    EXPECT_EQ(*(*started)->answer(30s, {}), "sk-1");
    EXPECT_EQ(*(*started)->answer(30s, {}), "sk-1");
    EXPECT_EQ(std::filesystem::file_size(counted), 2u);
    std::filesystem::remove(counted);
}

TEST(KeyCommand, is_waited_for_again_when_a_run_was_stopped_meanwhile)
{
    std::string const gate = fmt::format("{}/countersign-gate-{}", ::testing::TempDir(), ::getpid());
    auto const started = KeyCommand::start(fmt::format("until [ -e '{}' ]; do sleep 0.01; done; echo sk-2", gate));
    ASSERT_TRUE(started);
    std::stop_source stopped;
    stopped.request_stop();
    EXPECT_EQ((*started)->answer(30s, stopped.get_token()).error().code, ErrorCode::cancelled);
    std::ofstream(gate) << "x";
    EXPECT_EQ(*(*started)->answer(30s, {}), "sk-2");
    std::filesystem::remove(gate);
}

}
}
