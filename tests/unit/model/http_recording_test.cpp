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
    std::string written(int number) const
    {
        return support::read_file(folder / ("000" + std::to_string(number) + ".http")).value_or("nothing");
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
        auto const recording = make_recording_http(http, folder, "openai");
        std::string const value = name == std::string("Authorization") ? "Bearer sk-secret/key" : "sk-secret/key";
        ASSERT_TRUE(recording->send(request(name, value), [](HttpHead const&, std::string_view) { return true; }, {}));
        EXPECT_EQ(written(1),
            "countersign recording 1\nopenai\n200\nx-echo: Bearer [key]\n\n"
            R"(data: "[key]" and "[key]" and "[key]", risky)");
    }
}

TEST_F(HttpRecordingTest, keeps_no_part_of_a_key_where_the_answer_was_cut)
{
    Answered answer { 200, "data: sk-secret/", {} };
    answer.problem = HttpProblem::cut;
    http.answers = { answer };
    auto const recording = make_recording_http(http, folder, "openai");
    EXPECT_FALSE(recording->send(request(), [](HttpHead const&, std::string_view) { return true; }, {}));
    EXPECT_EQ(written(1), "countersign recording 1\nopenai\n200\nx-countersign-problem: cut\n\ndata: [key]");
}

}
}
