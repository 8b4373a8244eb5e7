// What the parts of a model's answer cost: reading events from bytes (limit: 200 MB/s and more), and decoding whole answers of each API.
#include "model/api_client.h"
#include "tests/support/model_streams.h"
#include "tests/unit/model/fake_http.h"

#include <benchmark/benchmark.h>

namespace {

using namespace countersign;

/// Some megabytes of what an explanation looks like on the wire.
std::string long_stream()
{
    std::string text;
    while (text.size() < 400'000)
        text += "It reads each character of the text, compares it, and counts those that are alike. ";
    return tests::stream_of(model::openai_api, text);
}

void events_read(benchmark::State& state)
{
    static std::string const stream = long_stream();
    auto const piece = static_cast<std::size_t>(state.range(0));
    for (auto _ : state) {
        model::SseReader reader;
        std::size_t bytes = 0;
        for (std::size_t at = 0; at < stream.size(); at += piece) {
            reader.push(std::string_view(stream).substr(at, piece), [&](model::StreamEvent const& event) {
                bytes += event.data.size();
                return true;
            });
        }
        if (bytes < stream.size() / 2)
            return state.SkipWithError("events were lost");
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(stream.size()) * static_cast<std::int64_t>(state.iterations()));
}
BENCHMARK(events_read)->ArgName("bytes")->Arg(100)->Arg(1400)->Arg(16384)->Unit(benchmark::kMillisecond);

void answer_decoded(benchmark::State& state)
{
    model::Api const& api = *model::apis()[static_cast<std::size_t>(state.range(0))];
    std::string const text(40'000, 'x');
    std::string const stream = tests::stream_of(api, text, { { "c1", "read_file", { { "path", "src/main.cpp" } } } });
    model::StillClock const clock;
    model::FakeHttp http;
    http.answers = { { 200, stream, { { "content-type", "text/event-stream" } }, {}, 1400 } };
    model::ApiClient client(model::setup_for(api), http, clock);
    for (auto _ : state) {
        http.requests.clear();
        auto const reply = client.attempt(model::Request {}, {}, {});
        if (!reply || reply->message.text.size() != text.size())
            return state.SkipWithError("the answer was not read");
    }
    state.SetLabel(std::string(api.name));
    state.SetBytesProcessed(static_cast<std::int64_t>(stream.size()) * static_cast<std::int64_t>(state.iterations()));
}
BENCHMARK(answer_decoded)->ArgName("api")->DenseRange(0, 3)->Unit(benchmark::kMicrosecond);

}
