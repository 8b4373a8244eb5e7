// An Http that answers with what a test wrote, in pieces of any size, and remembers what it was asked.
#pragma once

#include "model/api_client.h"
#include "support/clock.h"

#include <deque>
#include <string>
#include <vector>

namespace countersign::model {

struct Answered {
    int status = 200;
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers { { "content-type", "text/event-stream" } };
    std::optional<HttpProblem> problem {}; ///< after the body
    std::size_t piece = 1'000'000;
};

class FakeHttp final : public Http {
public:
    tl::expected<HttpHead, HttpFailure> send(HttpRequest const& request, OnPiece const& on_piece, std::stop_token) override
    {
        requests.push_back(request);
        Answered const answer = answers.size() > 1 ? take() : answers.front();
        HttpHead const head { answer.status, answer.headers };
        for (std::size_t at = 0; at < answer.body.size(); at += answer.piece) {
            if (!on_piece(head, std::string_view(answer.body).substr(at, answer.piece)))
                return tl::unexpected(HttpFailure { HttpProblem::stopped, {} });
        }
        if (answer.problem)
            return tl::unexpected(HttpFailure { *answer.problem, "as the test wants it" });
        return head;
    }

    std::deque<Answered> answers { {} }; ///< the last one is given again and again
    std::vector<HttpRequest> requests;

private:
    Answered take()
    {
        Answered answer = answers.front();
        answers.pop_front();
        return answer;
    }
};

class StillClock final : public support::Clock {
public:
    std::chrono::steady_clock::time_point now() const override { return at; }
    std::chrono::system_clock::time_point wall() const override { return std::chrono::system_clock::from_time_t(1'800'000'000); }
    std::chrono::steady_clock::time_point at {};
};

inline ClientSetup setup_for(Api const& api, std::string_view base = "http://127.0.0.1:9")
{
    ClientSetup setup;
    setup.api = &api;
    setup.base = parse_base_url(base).value();
    setup.model = "model-1";
    setup.key = "sk-secret-key";
    setup.context_tokens = 4096;
    return setup;
}

/// Shown as text: "text Hello\ncall id read_file {..}\nstop tool_use\nusage 3 2 1", or "cause: detail".
inline std::string shown(Attempted const& attempted)
{
    if (!attempted)
        return std::string(in_short(attempted.error().cause)) + ": " + attempted.error().detail;
    constexpr char const* stops[] = { "end_turn", "tool_use", "length", "refusal" };
    std::string text;
    if (!attempted->message.text.empty())
        text += "text " + attempted->message.text + "\n";
    for (ToolCall const& call : attempted->message.calls)
        text += "call " + call.id + " " + call.name + " " + (call.problem.empty() ? call.arguments.dump() : "PROBLEM") + "\n";
    Usage const& usage = attempted->usage;
    return text + "stop " + stops[static_cast<int>(attempted->stop)] + "\nusage " + std::to_string(usage.input_tokens) + " "
        + std::to_string(usage.output_tokens) + " " + std::to_string(usage.cached_input_tokens) + "\n";
}

}
