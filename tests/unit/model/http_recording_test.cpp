#include "fake_http.h"

#include "model/http_recording.h"
#include "support/files.h"

#include <filesystem>
#include <gtest/gtest.h>

namespace countersign::model {
namespace {

class HttpRecordingTest : public testing::Test {
protected:
    HttpRecordingTest()
    {
        std::string name = (std::filesystem::temp_directory_path() / "countersign-XXXXXX").string();
        root_ = ::mkdtemp(name.data());
        folder = root_ / "recording";
    }
    ~HttpRecordingTest() override { std::filesystem::remove_all(root_); }

    static HttpRequest request(std::string header = "Authorization", std::string value = "Bearer sk-secret/key")
    {
        HttpRequest request;
        request.headers = { { std::move(header), std::move(value) } };
        return request;
    }
    static std::string said(Http& http)
    {
        std::string body;
        auto const sent = http.send(request(),
            [&](HttpHead const&, std::string_view bytes) {
                body += bytes;
                return true;
            },
            {});
        return sent ? std::to_string(sent->status) + " " + body : "problem " + std::to_string(static_cast<int>(sent.error().problem));
    }
    std::string written(int number) const
    {
        return support::read_file(folder / "run" / ("000" + std::to_string(number) + ".http")).value_or("nothing");
    }

    FakeHttp http;
    std::filesystem::path folder;

private:
    std::filesystem::path root_;
};

TEST_F(HttpRecordingTest, keeps_no_key_that_the_server_repeats)
{
    Answered answer { 200, R"(data: "sk-secret/key" and "sk-secret\/key" and "sk-secret\u002fkey", risky)",
        { { "x-echo", "Bearer sk-secret/key" }, { "set-cookie", "a=b" } } };
    answer.piece = 7;
    for (char const* name : { "Authorization", "x-api-key", "api-key" }) {
        std::filesystem::remove_all(folder);
        http.answers = { answer };
        auto const recording = Recording(folder, "run").make_http(http, { "openai", "m", 1 });
        std::string const value = name == std::string("Authorization") ? "Bearer sk-secret/key" : "sk-secret/key";
        ASSERT_TRUE(recording->send(request(name, value), [](HttpHead const&, std::string_view) { return true; }, {}));
        EXPECT_EQ(written(1),
            "countersign recording 1\nopenai\n200\nx-countersign-model: m\nx-countersign-place: 1\nx-echo: Bearer [key]\n\n"
            R"(data: "[key]" and "[key]" and "[key]", risky)");
    }
}

TEST_F(HttpRecordingTest, keeps_no_part_of_a_key_where_the_answer_was_cut)
{
    Answered answer { 200, "data: sk-secret/", {} };
    answer.problem = HttpProblem::cut;
    http.answers = { answer };
    auto const recording = Recording(folder, "run").make_http(http, { "openai", "m", 1 });
    EXPECT_FALSE(recording->send(request(), [](HttpHead const&, std::string_view) { return true; }, {}));
    EXPECT_EQ(written(1),
        "countersign recording 1\nopenai\n200\nx-countersign-model: m\nx-countersign-place: 1\nx-countersign-problem: cut\n\ndata: [key]");
}

TEST_F(HttpRecordingTest, numbers_the_answers_of_all_models_of_a_run_and_plays_to_each_its_own)
{
    FakeHttp other;
    http.answers = { { 503, "first" }, { 503, "second" } };
    other.answers = { { 200, "third" } };
    {
        Recording const recording(folder, "run");
        auto const one = recording.make_http(http, { "openai", "small", 1 });
        auto const two = recording.make_http(other, { "anthropic", "large", 2 });
        for (Http* each : { one.get(), one.get(), two.get() })
            said(*each);
    }
    auto const route = recorded_route(folder / "run").value();
    ASSERT_EQ(route.size(), 2u);
    EXPECT_EQ(route[0].provider + " " + route[0].model, "openai small");
    EXPECT_EQ(route[1].provider + " " + route[1].model, "anthropic large");
    auto const one = make_playing_http(folder / "run", route[0].place);
    auto const two = make_playing_http(folder / "run", route[1].place);
    EXPECT_EQ(said(*one), "503 first");
    EXPECT_EQ(said(*one), "503 second");
    EXPECT_EQ(said(*two), "200 third");
    EXPECT_EQ(said(*two), "problem 1");
}

TEST_F(HttpRecordingTest, plays_every_problem_and_what_the_reader_did_not_want_to_hear_out)
{
    HttpProblem const problems[] = { HttpProblem::resolve, HttpProblem::connect, HttpProblem::tls, HttpProblem::proxy,
        HttpProblem::connect_timeout, HttpProblem::silent, HttpProblem::stalled, HttpProblem::cut, HttpProblem::too_large,
        HttpProblem::other };
    {
        auto const recording = Recording(folder, "run").make_http(http, { "openai", "m", 1 });
        for (HttpProblem const problem : problems) {
            http.answers.front().problem = problem;
            said(*recording);
        }
        http.answers.front() = { 200, "data: nonsense" };
        EXPECT_FALSE(recording->send(request(), [](HttpHead const&, std::string_view) { return false; }, {}));
    }
    auto const playing = make_playing_http(folder / "run", 1);
    for (HttpProblem const problem : problems)
        EXPECT_EQ(said(*playing), "problem " + std::to_string(static_cast<int>(problem)));
    EXPECT_EQ(said(*playing), "200 data: nonsense");
}

TEST_F(HttpRecordingTest, keeps_runs_apart_and_asks_which_one_to_play)
{
    EXPECT_EQ(recorded_run(folder).error().code, ErrorCode::invalid_params);
    http.answers = { { 200, "first" } };
    said(*Recording(folder, "run-1").make_http(http, { "openai", "m", 1 }));
    EXPECT_EQ(recorded_run(folder).value(), folder / "run-1");
    http.answers = { { 200, "second" } };
    said(*Recording(folder, "run-2").make_http(http, { "openai", "m", 1 }));
    auto const several = recorded_run(folder);
    ASSERT_FALSE(several);
    EXPECT_NE(several.error().message.find("holds 2 runs"), std::string::npos) << several.error().message;
    EXPECT_NE(several.error().message.find("run-1, run-2"), std::string::npos) << several.error().message;
    EXPECT_EQ(said(*make_playing_http(recorded_run(folder / "run-1").value(), 1)), "200 first");
    EXPECT_EQ(said(*make_playing_http(recorded_run(folder / "run-2").value(), 1)), "200 second");
}

TEST_F(HttpRecordingTest, plays_one_of_an_older_version)
{
    ASSERT_TRUE(support::make_private_directory(folder));
    ASSERT_TRUE(support::write_file_atomically(folder / "0001.http", "countersign recording 1\nollama\n200\na: b\n\nHi"));
    auto const route = recorded_route(folder).value();
    ASSERT_EQ(route.size(), 1u);
    EXPECT_EQ(route.front().provider + "|" + route.front().model, "ollama|");
    EXPECT_EQ(said(*make_playing_http(folder, route.front().place)), "200 Hi");
}

}
}
