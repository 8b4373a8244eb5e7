// A whole run, two reads side by side, an edit and a last word, over each API, with an accident on the way from the server in one of its
// turns, or two: it proposes exactly what it would without, or nothing, with a named error. COUNTERSIGN_MANGLES says how many runs in all.
#include "tests/unit/agent/run_fixture.h"

#include "model/fence.h"
#include "model/routed_provider.h"
#include "tests/support/model_streams.h"
#include "tests/unit/model/fake_http.h"

#include <cstdlib>
#include <gtest/gtest.h>
#include <random>

namespace countersign::agent {
namespace {

using model::Answered;
using model::HttpProblem;

int wanted_runs()
{
    char const* const number = std::getenv("COUNTERSIGN_MANGLES");
    return number != nullptr ? std::atoi(number) : 800;
}

std::string replaced(std::string text, std::string_view from, std::string_view to)
{
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
    return text;
}

class Accidents {
public:
    Accidents(model::Api const& api, unsigned seed) : is_sse_(api.framing == model::Framing::sse), random_(seed) { }

    unsigned pick(std::size_t count) { return static_cast<unsigned>(random_() % count); }

    void happen(Answered& answer)
    {
        switch (pick(9)) {
        case 0:
            answer.piece = 1 + pick(9);
            break;
        case 1:
            answer.body = replaced(answer.body, "\n", is_sse_ && pick(2) == 0 ? "\r" : "\r\n");
            break;
        case 2:
            answer.body = "\xEF\xBB\xBF" + answer.body;
            break;
        case 3:
            answer.body.resize(pick(answer.body.size() + 1));
            break;
        case 4:
            answer.problem = pick(2) == 0 ? HttpProblem::cut : HttpProblem::stalled;
            answer.body.resize(pick(answer.body.size() + 1));
            break;
        case 5:
            answer.body.insert(between_events(answer.body), is_sse_ ? ": ping\n\n" : "\n");
            break;
        case 6:
            answer.body.insert(between_events(answer.body), is_sse_ ? "data: {\"oops\n\n" : "{oops\n");
            break;
        case 7:
            answer.body.insert(between_events(answer.body),
                is_sse_
                    ? "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n"
                    : "{\"error\":\"Overloaded\"}\n");
            break;
        default:
            answer.status = std::array { 400, 401, 413, 429, 500, 503, 529, 301 }[pick(8)];
            break;
        }
    }

private:
    std::string_view end() const { return is_sse_ ? "\n\n" : "\n"; }

    std::size_t next_event(std::string const& body, std::size_t at) const
    {
        std::size_t const found = body.find(end(), at);
        return found == std::string::npos ? body.size() : found + end().size();
    }

    std::size_t between_events(std::string const& body)
    {
        std::vector<std::size_t> places { 0 };
        for (std::size_t at = next_event(body, 0); at < body.size(); at = next_event(body, at))
            places.push_back(at);
        return places[pick(places.size())];
    }

    bool is_sse_;
    std::mt19937 random_;
};

class MangledRun : public RunTest {
protected:
    std::vector<std::string> turns(model::Api const& api)
    {
        return { tests::stream_of(api, "Let me look — first.",
                     { { "r1", "read_file", { { "path", "a.txt" } } }, { "r2", "read_file", { { "path", "b.txt" } } } }),
            tests::stream_of(
                api, "", { { "e1", "edit_file", { { "path", "a.txt" }, { "old_text", "one\n" }, { "new_text", "eins — café 😀\n" } } } }),
            tests::stream_of(api, "Done: one line is in German now.") };
    }

    Outcome run_over(model::Api const& api, std::deque<Answered> answers)
    {
        model::FakeHttp http;
        http.answers = std::move(answers);
        model::Route route;
        route.stops.push_back({ model::ApiClient(model::setup_for(api), http, clock_), nullptr, {} });
        route.patience = { &clock_, [](std::chrono::milliseconds, std::stop_token) {}, [] { return 0.5; } };
        route.policy.retries = 0;
        auto const provider = model::make_fenced_provider(model::make_routed_provider(std::move(route)), model::Fence("k"));
        MemoryTranscript transcript;
        return agent::run(task_, *provider, snapshot_, limits_, clock_, transcript, {}, {});
    }
};

TEST_F(MangledRun, proposes_the_right_edit_or_none)
{
    limits_.duration = std::chrono::hours(1);
    int right = 0, failed = 0, runs = 0;
    for (model::Api const* api : model::apis()) {
        std::vector<std::string> const clean = turns(*api);
        Outcome const wanted = run_over(*api, { { 200, clean[0] }, { 200, clean[1] }, { 200, clean[2] } });
        ASSERT_EQ(wanted.ended, Ended::done) << api->name << ": " << wanted.error;
        ASSERT_EQ(wanted.changes.size(), 1u);
        for (int seed = 0; seed < wanted_runs() / static_cast<int>(model::apis().size()); ++seed) {
            SCOPED_TRACE(std::string(api->name) + " seed " + std::to_string(seed));
            ++runs;
            Accidents accidents(*api, static_cast<unsigned>(seed));
            std::deque<Answered> answers { { 200, clean[0] }, { 200, clean[1] }, { 200, clean[2] } };
            accidents.happen(answers[accidents.pick(answers.size())]);
            if (accidents.pick(3) == 0)
                accidents.happen(answers[accidents.pick(answers.size())]);
            Outcome const outcome = run_over(*api, answers);
            if (outcome.ended != Ended::done) {
                ++failed;
                ASSERT_FALSE(outcome.error.empty());
                continue;
            }
            ++right;
            ASSERT_EQ(outcome.changes.size(), 1u);
            ASSERT_EQ(outcome.changes.front().path, "a.txt");
            ASSERT_EQ(outcome.changes.front().new_text, wanted.changes.front().new_text);
            ASSERT_EQ(outcome.text, wanted.text);
        }
    }
    std::printf("%d runs: %d as without an accident, %d with a named error\n", runs, right, failed);
    EXPECT_GT(right, runs / 10);
    EXPECT_GT(failed, runs / 10);
}

}
}
