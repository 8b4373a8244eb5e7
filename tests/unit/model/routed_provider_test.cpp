#include "fake_http.h"

#include "model/routed_provider.h"

#include <cmath>
#include <gtest/gtest.h>

namespace countersign::model {
namespace {

std::string const good = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi.\"},\"finish_reason\":\"stop\"}],"
                         "\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":10}}\n\n";

Answered status(int code, std::string body, std::vector<std::pair<std::string, std::string>> headers = {})
{
    Answered answer { code, std::move(body) };
    answer.headers = std::move(headers);
    return answer;
}

/// A provider over one or two fake servers, with a clock that waiting moves.
class RoutedProviderTest : public testing::Test {
protected:
    Route route(std::initializer_list<FakeHttp*> servers, Api const& api = openai_api)
    {
        Route route;
        int port = 1000;
        for (FakeHttp* server : servers) {
            ClientSetup setup = setup_for(api, "http://127.0.0.1:" + std::to_string(++port));
            setup.model = "gpt-5-mini";
            route.stops.push_back({ ApiClient(std::move(setup), *server, clock), nullptr, {} });
        }
        route.patience.clock = &clock;
        route.patience.random = [] { return 0.0; };
        route.patience.pause = [this](std::chrono::milliseconds time, std::stop_token) {
            waits.push_back(time.count());
            clock.at += time;
        };
        return route;
    }

    std::string ask(Provider& provider)
    {
        auto const reply = provider.complete({},
            [this](Delta const& delta) {
                if (auto const* notice = std::get_if<Notice>(&delta))
                    notices += (notice->restarts ? "restart: " : "") + notice->text + "\n";
            },
            {});
        return reply ? reply->message.text : support::to_string(reply.error());
    }
    std::string ask(Route given) { return ask(*make_routed_provider(std::move(given))); }

    StillClock clock;
    FakeHttp http, other;
    std::vector<long> waits;
    std::string notices;
};

TEST_F(RoutedProviderTest, tries_again_what_passes_by_itself)
{
    for (int code : { 408, 409, 429, 500, 502, 503, 504, 529 }) {
        http.answers = { status(code, "{}"), { 200, good } };
        EXPECT_EQ(ask(route({ &http })), "Hi.") << code;
    }
    http.answers = { { 200, "data: {\"choi" }, { 200, good } };
    EXPECT_EQ(ask(route({ &http })), "Hi.") << "a cut stream";
    Answered broken;
    broken.problem = HttpProblem::connect;
    http.answers = { broken, { 200, good } };
    EXPECT_EQ(ask(route({ &http })), "Hi.") << "no connection";
}

TEST_F(RoutedProviderTest, gives_up_after_two_more_attempts_and_doubles_the_wait)
{
    http.answers = { status(500, "{}") };
    EXPECT_TRUE(ask(route({ &http })).starts_with("provider: openai failed (HTTP 500)"));
    EXPECT_EQ(http.requests.size(), 3u);
    EXPECT_EQ(waits, (std::vector<long> { 500, 1000 }));
    EXPECT_EQ(wait_before_retry({}, 9, 0.0).count(), 8000);
    EXPECT_EQ(wait_before_retry({}, 0, 1.0).count(), 375);
}

TEST_F(RoutedProviderTest, does_not_try_again_what_stays_so)
{
    std::pair<Answered, char const*> const cases[] = {
        { status(400, R"({"error":{"message":"bad","type":"invalid_request_error"}})"), "refused the request (HTTP 400): bad." },
        { status(401,
              R"({"error":{"message":"Incorrect API key provided: sk-secret-key","type":"invalid_request_error","code":"invalid_api_key"}})"),
            "does not accept the key (HTTP 401): Incorrect API key provided: [key]. Set OPENAI_API_KEY" },
        { status(402, "{}"), "no credit left (HTTP 402)" },
        { status(403, "{}"), "does not allow this" },
        { status(404, R"({"error":{"message":"The model does not exist","code":"model_not_found"}})"),
            "does not know the model gpt-5-mini" },
        { status(404, R"({"error":"model 'x' not found"})"), "model 'x' not found" },
        { status(413, "<html>nginx</html>"), "the request is too large" },
        { status(429, R"({"error":{"message":"quota","code":"insufficient_quota"}})"), "no credit left (HTTP 429): quota" },
        { status(500, "{}", { { "x-should-retry", "false" } }), "failed (HTTP 500)" },
        { status(400,
              R"({"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 210000 tokens > 200000 maximum"}})"),
            "the conversation is too long for the model gpt-5-mini" },
        { status(302, "", { { "location", "https://evil.example/" } }), "points elsewhere" },
        { status(404, "<!doctype html><html>Not found</html>"), "something that is not its API (HTTP 404): a web page" },
        { { 200, "<html><body>Log in</body></html>", { { "content-type", "text/html" } } }, "something that is not its API: a web page" },
    };
    for (auto const& [answer, wanted] : cases) {
        FakeHttp server;
        server.answers = { answer };
        std::string const said = ask(route({ &server }));
        EXPECT_NE(said.find(wanted), std::string::npos) << said;
        // The run shortens what is too long; the other causes end it.
        bool const is_too_long = said.find("conversation is too long") != std::string::npos;
        EXPECT_TRUE(said.starts_with(is_too_long ? "too_large: openai " : "provider: openai ")) << said;
        EXPECT_EQ(said.find("sk-secret-key"), std::string::npos);
        EXPECT_EQ(server.requests.size(), 1u) << said;
    }
}

TEST_F(RoutedProviderTest, waits_as_long_as_the_server_asks)
{
    std::pair<std::vector<std::pair<std::string, std::string>>, long> const cases[] = {
        { { { "retry-after-ms", "250" }, { "retry-after", "9" } }, 250 },
        { { { "retry-after", "7" } }, 7000 },
        { { { "retry-after", "1.5" } }, 1500 },
        { { { "retry-after", "0" } }, 500 },
        { { { "retry-after", "-3" } }, 500 },
        { { { "retry-after", "soon" } }, 500 },
        { { { "retry-after", "Fri, 15 Jan 2027 08:00:30 GMT" } }, 30000 },
    };
    for (auto const& [headers, wanted] : cases) {
        waits.clear();
        http.answers = { status(429, "{}", headers), { 200, good } };
        EXPECT_EQ(ask(route({ &http })), "Hi.");
        EXPECT_EQ(waits, std::vector<long> { wanted }) << headers.front().second;
    }
    waits.clear();
    http.answers = { status(429, R"({"error":{"message":"Rate limit reached. Please try again in 1.2s."}})"), { 200, good } };
    EXPECT_EQ(ask(route({ &http })), "Hi.");
    EXPECT_EQ(waits, std::vector<long> { 1200 });
    http.answers = { status(429, "{}", { { "retry-after", "3600" } }) };
    EXPECT_NE(ask(route({ &http })).find("it asks to wait 3600 seconds"), std::string::npos) << "nobody waits that long";
}

TEST_F(RoutedProviderTest, goes_to_the_next_model_after_an_outage_and_stays_there)
{
    http.answers = { status(529, "{}") };
    other.answers = { { 200, good } };
    auto const provider = make_routed_provider(route({ &http, &other }));
    EXPECT_EQ(ask(*provider), "Hi.");
    EXPECT_EQ(ask(*provider), "Hi.");
    EXPECT_EQ(http.requests.size(), 3u);
    EXPECT_EQ(other.requests.size(), 2u);
    EXPECT_NE(notices.find("is overloaded; asking OpenAI gpt-5-mini now"), std::string::npos) << notices;

    FakeHttp refusing, unused;
    refusing.answers = { status(401, "{}") };
    EXPECT_TRUE(ask(route({ &refusing, &unused })).starts_with("provider: openai does not accept the key"));
    EXPECT_TRUE(unused.requests.empty()) << "a wrong key is no outage";
}

TEST_F(RoutedProviderTest, says_that_the_turn_begins_again_when_text_was_shown)
{
    http.answers = { { 200, "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Half\"}}]}\n\n" }, { 200, good } };
    EXPECT_EQ(ask(route({ &http })), "Hi.");
    EXPECT_TRUE(notices.starts_with("restart: OpenAI gpt-5-mini ended its answer before it was complete; trying again in 0.5 s"))
        << notices;
}

TEST_F(RoutedProviderTest, keeps_to_the_limits_of_a_minute)
{
    RateWindow window;
    http.answers = { { 200, good } };
    Route given = route({ &http });
    given.stops.front().rate = &window;
    given.stops.front().limits.requests_per_minute = 2;
    auto const provider = make_routed_provider(std::move(given));
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(ask(*provider), "Hi.");
    EXPECT_EQ(waits, std::vector<long> { 60000 });

    RateWindow tokens;
    RateLimits const limits { 1000, 100 };
    RateWindow::Moment const begin {};
    EXPECT_EQ(tokens.book(limits, 60, begin).count(), 0);
    EXPECT_EQ(tokens.book(limits, 40, begin + std::chrono::seconds(10)).count(), 0);
    EXPECT_EQ(tokens.book(limits, 1, begin + std::chrono::seconds(20)).count(), 40000);
    EXPECT_EQ(tokens.book(limits, 1, begin + std::chrono::seconds(60)).count(), 0) << "the first has left the window";
    EXPECT_EQ(tokens.book(limits, 5000, begin + std::chrono::seconds(61)).count(), 59000) << "too large for any minute: once it is empty";
    EXPECT_EQ(tokens.book(limits, 5000, begin + std::chrono::seconds(200)).count(), 0);
}

/// Totals in memory, with the contract of the real ones.
class FakeSpend final : public ledger::Spend {
public:
    Result<ledger::Spent> total(ledger::SpendScope, ledger::SpendPlace const&) const override { return sum; }
    Result<ledger::SpendReservation> reserve(
        ledger::SpendPlace const& place, ledger::Spent const& estimate, std::span<ledger::SpendLimit const> limits) override
    {
        for (ledger::SpendLimit const& limit : limits) {
            if ((limit.microdollars > 0 && sum.microdollars + estimate.microdollars > limit.microdollars)
                || (limit.tokens > 0
                    && sum.input_tokens + sum.output_tokens + estimate.input_tokens + estimate.output_tokens > limit.tokens)
                || (limit.requests > 0 && sum.requests + 1 > limit.requests))
                return fail(ErrorCode::budget, "the budget is used up");
        }
        add(estimate, 1);
        return ledger::SpendReservation { place, "", estimate };
    }
    Result<> settle(ledger::SpendReservation const& reservation, ledger::Spent const& actual) override
    {
        add(reservation.estimate, -1);
        add(actual, 1);
        return {};
    }
    ledger::Spent sum;

private:
    void add(ledger::Spent const& other, int sign)
    {
        sum.requests += sign * other.requests;
        sum.input_tokens += sign * other.input_tokens;
        sum.output_tokens += sign * other.output_tokens;
        sum.microdollars += sign * other.microdollars;
        sum.unpriced_requests += sign * other.unpriced_requests;
    }
};

TEST_F(RoutedProviderTest, never_passes_a_budget_of_money)
{
    FakeSpend spend;
    Prices const prices;
    std::string const dear = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi.\"},\"finish_reason\":\"stop\"}],"
                             "\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":400}}\n\n";
    http.answers = { { 200, dear } };
    Route given = route({ &http });
    ledger::SpendLimit limit;
    limit.scope = ledger::SpendScope::run;
    limit.microdollars = 8'700;
    given.meter.emplace(MeterSetup { &spend, {}, { limit }, &prices }, clock);
    auto const provider = make_routed_provider(std::move(given));
    int answered = 0;
    std::string said;
    while (answered < 100 && (said = ask(*provider)) == "Hi.")
        ++answered;
    EXPECT_EQ(said, "budget: the budget is used up");
    // 100 tokens at $0.25 and 400 at $2 a million are 825 millionths.
    EXPECT_EQ(answered, 10);
    EXPECT_EQ(http.requests.size(), 10u) << "the refused request never left";
    EXPECT_LE(spend.sum.microdollars, 8'700);
    EXPECT_NE(notices.find("85 % of the budget of this run is used up"), std::string::npos) << notices;
    EXPECT_LT(Json::parse(http.requests.back().body)["max_tokens"].get<int>(), 8192) << "the last reply may only be as long as is left";
}

TEST_F(RoutedProviderTest, holds_no_limit_of_money_over_an_unknown_price)
{
    FakeSpend spend;
    Prices const prices;
    http.answers = { { 200, good } };
    ledger::SpendLimit limit;
    limit.microdollars = 1'000'000;
    for (bool const has_limit : { true, false }) {
        ClientSetup setup = setup_for(openai_api);
        setup.model = "somebodys-own-model";
        Route given = route({});
        given.stops.push_back({ ApiClient(setup, http, clock), nullptr, {} });
        given.meter.emplace(
            MeterSetup { &spend, {}, has_limit ? std::vector { limit } : std::vector<ledger::SpendLimit> {}, &prices }, clock);
        std::string const said = ask(std::move(given));
        if (has_limit)
            EXPECT_TRUE(said.starts_with("budget: the price of openai somebodys-own-model is not known")) << said;
        else
            EXPECT_EQ(said, "Hi.");
    }
    EXPECT_EQ(spend.sum.unpriced_requests, 1);
    EXPECT_EQ(spend.sum.microdollars, 0);
}

TEST_F(RoutedProviderTest, a_refused_request_costs_nothing_and_a_cut_one_stays_booked)
{
    FakeSpend spend;
    Prices const prices;
    Route given = route({ &http });
    given.policy.retries = 0;
    given.meter.emplace(MeterSetup { &spend, {}, {}, &prices }, clock);
    auto const provider = make_routed_provider(std::move(given));
    http.answers = { status(500, "{}") };
    ask(*provider);
    EXPECT_EQ(spend.sum.microdollars, 0);
    http.answers = { { 200, "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Half\"}}]}\n\n" } };
    ask(*provider);
    EXPECT_GT(spend.sum.microdollars, 10'000) << "8192 tokens may have been written";
}

TEST_F(RoutedProviderTest, an_answer_that_ends_in_an_error_stays_booked_once_it_had_begun)
{
    std::string const piece = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Half\"}}]}\n\n";
    std::string const error = "data: {\"error\":{\"type\":\"server_error\",\"message\":\"lost\"}}\n\n";
    std::string const ended = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"error\"}]}\n\n";
    std::pair<std::string, bool> const cases[] = { { piece + error, true }, { piece + ended, true }, { error, false } };
    for (auto const& [body, is_booked] : cases) {
        FakeSpend spend;
        Prices const prices;
        Route given = route({ &http });
        given.policy.retries = 0;
        given.meter.emplace(MeterSetup { &spend, {}, {}, &prices }, clock);
        http.answers = { { 200, body } };
        ask(std::move(given));
        EXPECT_EQ(spend.sum.microdollars > 10'000, is_booked) << body;
        EXPECT_EQ(spend.sum.requests, 1) << body;
    }
}

TEST(Prices, are_those_of_the_persons_file_first_and_never_made_up)
{
    auto const file = Prices::parse(R"({"sample_spec":{"input_cost_per_token":0,"output_cost_per_token":0},
        "gpt-5":{"input_cost_per_token":1e-6,"output_cost_per_token":2e-6,"cache_read_input_token_cost":1e-7},
        "ollama/llama3":{"input_cost_per_token":0,"output_cost_per_token":0},"embed":{"mode":"embedding"}})");
    ASSERT_TRUE(file) << file.error().message;
    EXPECT_EQ(file->find("openai", "gpt-5")->output, 2e-6);
    EXPECT_EQ(file->find("openai", "gpt-5-2025-08-07")->output, 2e-6) << "a date in the name";
    EXPECT_EQ(file->find("ollama", "llama3")->output, 0);
    EXPECT_FALSE(file->find("openai", "embed"));
    EXPECT_FALSE(file->find("openai", "sample_spec"));
    EXPECT_FALSE(file->find("openai", "gpt-99"));
    EXPECT_NEAR(Prices().find("anthropic", "claude-haiku-4-5-20251001")->output, 5e-6, 1e-12);
    EXPECT_FALSE(Prices::parse("[]"));
    EXPECT_FALSE(Prices::parse("{}"));
    EXPECT_FALSE(Prices::parse("{"));
    Usage usage;
    usage.input_tokens = 1000;
    usage.cached_input_tokens = 400;
    usage.output_tokens = 10;
    EXPECT_NEAR(cost_of(usage, *file->find("openai", "gpt-5")), 600e-6 + 40e-6 + 20e-6, 1e-9);
}

}
}
