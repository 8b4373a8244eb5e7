// What a person is told of an answer that is none.
#include "fake_http.h"

#include <gtest/gtest.h>

namespace countersign::model {
namespace {

class FailureTest : public testing::Test {
protected:
    std::string told(Answered answer, Api const& api = openai_api)
    {
        http.answers = { std::move(answer) };
        ApiClient client(setup_for(api), http, clock);
        auto const attempted = client.attempt(Request {}, {}, {});
        return attempted ? "no failure" : to_error(attempted.error(), client.asked()).message;
    }
    std::string told(int status, std::string body) { return told({ status, std::move(body), {} }); }

    FakeHttp http;
    StillClock clock;
};

TEST_F(FailureTest, shows_no_part_of_a_key_that_crosses_the_cut)
{
    std::string const key = setup_for(openai_api).key;
    for (std::size_t before = 560; before < 620; ++before) {
        std::string const words = std::string(before, '.') + key + std::string(100, '.');
        EXPECT_EQ(told(401, words).find("sk-s"), std::string::npos) << before;
        EXPECT_EQ(told(401, R"({"error":{"message":")" + words + R"("}})").find("sk-s"), std::string::npos) << before;
        EXPECT_EQ(told({ 200, "data: {\"error\":\"" + words + "\"}\n\n" }).find("sk-s"), std::string::npos) << before;
    }
    for (std::size_t before = 60; before < 220; ++before) {
        EXPECT_EQ(told({ 200, std::string(before, '.') + key }).find("sk-s"), std::string::npos) << before;
        Answered answer { 500, "{}", { { "x-request-id", std::string(before, '.') + key } } };
        EXPECT_EQ(told(answer).find("sk-s"), std::string::npos) << before;
    }
}

}
}
