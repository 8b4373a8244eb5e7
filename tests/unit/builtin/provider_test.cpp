#include "tool_loop.h"

namespace countersign::builtin {
namespace {

std::string last_words(std::string const& task)
{
    model::Request request;
    request.messages.push_back({ model::Role::user, task, {}, {} });
    auto const reply = make_provider()->complete(request, {}, {});
    return reply && reply->message.calls.empty() ? reply->message.text : "(calls)";
}

TEST(Provider, says_that_it_is_no_model)
{
    EXPECT_FALSE(make_provider()->is_model());
    EXPECT_EQ(make_provider()->name(), "builtin");
}

TEST(Provider, stop_request_cancels)
{
    std::stop_source source;
    source.request_stop();
    auto const reply = make_provider()->complete({}, {}, source.get_token());
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().code, ErrorCode::cancelled);
}

TEST(Provider, task_that_is_none_ends_with_words)
{
    for (std::string const task : { "", "hello", "[]", "{\"action\":\"explain\"}", "{\"action\":\"explain\",\"path\":7}", "{" }) {
        std::string const words = last_words(task);
        EXPECT_NE(words.find("built-in engine cannot"), std::string::npos) << task << ": " << words;
    }
    EXPECT_NE(last_words(R"({"action":"sing","path":"a.cpp"})").find("does not know the action `sing`"), std::string::npos);
}

TEST(Provider, wrong_types_in_the_task_are_as_good_as_missing)
{
    Files const files { { "a.cpp", "int f() { return 1; }\n" } };
    Json const header { { "action", "explain" }, { "path", "a.cpp" }, { "start_line", -4 }, { "start_byte", "x" }, { "diagnostics", 3 },
        { "rule", Json::array() } };
    EXPECT_NE(ToolLoop(files).run(header).text.find("a.cpp"), std::string::npos);
}

TEST(Provider, question_after_the_end_is_answered_honestly)
{
    model::Request request;
    request.messages.push_back({ model::Role::user, R"({"action":"fix","path":"a.cpp"})", {}, {} });
    auto const provider = make_provider();
    request.messages.push_back(provider->complete(request, {}, {})->message);
    request.messages.push_back({ model::Role::user, "And now?", {}, {} });
    EXPECT_NE(provider->complete(request, {}, {})->message.text.find("does not converse"), std::string::npos);
}

TEST(Provider, every_action_says_when_the_file_cannot_be_read)
{
    for (std::string const action : { "explain", "refactor", "add_tests", "fix", "ask" }) {
        Json const header { { "action", action }, { "path", "gone.cpp" }, { "instruction", "explain" },
            { "diagnostics", Json::array({ { { "line", 1 }, { "message", "x" } } }) } };
        Played const run = ToolLoop({}).run(header);
        EXPECT_NE(run.text.find("could not be read: there is no gone.cpp"), std::string::npos) << action << ": " << run.text;
        EXPECT_NE(run.text.find("no AI"), std::string::npos) << action;
    }
}

TEST(Provider, long_file_is_read_page_by_page_and_whole)
{
    std::string text;
    for (int i = 0; i < 4000; ++i)
        text += fmt::format("int f{}(int n) {{ return n + {}; }}\r\n", i, i);
    Files files { { "a.cpp", text } };
    Json header { { "action", "explain" }, { "path", "a.cpp" }, { "start_line", 4000 }, { "end_line", 4000 } };
    ToolLoop loop(files);
    loop.page_size = 20000;
    Played const run = loop.run(header);
    EXPECT_NE(run.text.find("`f3999` is a function"), std::string::npos) << run.text;
    EXPECT_GT(run.count("read_file"), 5u);
    EXPECT_LE(run.turns, 4u) << "the pages after the first are asked for together";
}

TEST(Provider, survives_hostile_text_in_every_action)
{
    std::string deep;
    for (int i = 0; i < 20000; ++i)
        deep += "if(a){";
    std::vector<std::string> const texts { std::string(100000, '('), "int f() {" + deep, std::string("int f(\0) { return 1; }", 22),
        "\xff\xfe int f() { if (a) return 1; else return 2; }", "[[[[", "int f() { return \"`\" ? 1 : 2; }" };
    for (std::string const& text : texts) {
        for (std::string const action : { "explain", "refactor", "add_tests", "fix" }) {
            Json const header { { "action", action }, { "path", "a.cpp" }, { "language", "cpp" }, { "start_line", 1 }, { "end_line", 1 },
                { "start_byte", 9 }, { "end_byte", 9 },
                { "diagnostics",
                    Json::array({ { { "line", 1 }, { "column", 9 }, { "message", "expected ';'" } },
                        { { "line", 99 }, { "column", 99 }, { "message", "did you mean 'x'" } } }) } };
            ToolLoop loop({ { "a.cpp", text } });
            loop.page_size = 1 << 20;
            EXPECT_FALSE(loop.run(header).text.empty());
        }
    }
}

}
}
