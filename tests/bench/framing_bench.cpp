// Ten thousand frames that arrive in pieces, as a pipe delivers them while the other side is busy.
#include "protocol/framing.h"

#include <benchmark/benchmark.h>

namespace {

using namespace countersign;

void frames_in_pieces(benchmark::State& state)
{
    constexpr std::size_t frames = 10'000;
    auto const piece = static_cast<std::size_t>(state.range(0));
    std::string stream;
    for (std::size_t i = 0; i < frames; ++i)
        stream += protocol::frame(R"({"jsonrpc":"2.0","method":"textDocument/didChange","params":{"contentChanges":[{"text":")"
            + std::string(i % 200, 'x') + "\"}]}}");
    for (auto _ : state) {
        protocol::Framer framer;
        std::size_t bodies = 0;
        for (std::size_t at = 0; at < stream.size(); at += piece) {
            framer.push(std::string_view(stream).substr(at, piece));
            while (auto body = framer.next()) {
                if (!*body)
                    break;
                ++bodies;
            }
        }
        if (bodies != frames)
            return state.SkipWithError("frames were lost");
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(frames) * static_cast<std::int64_t>(state.iterations()));
}

BENCHMARK(frames_in_pieces)->ArgName("bytes")->Arg(7)->Arg(4096)->Arg(65536)->Unit(benchmark::kMillisecond);

}
