// What recording costs a run, an approval its person, and looking at everything afterwards.
#include "ledger/ledger.h"
#include "ledger/spend.h"
#include "ledger/verify.h"
#include "support/hash.h"

#include <benchmark/benchmark.h>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

namespace {

using namespace countersign;

support::SystemClock const system_clock;

class Folder {
public:
    Folder() : path_(std::filesystem::temp_directory_path() / ("countersign-bench-" + support::random_hex(6))) { }
    ~Folder() { std::filesystem::remove_all(path_); }
    std::filesystem::path const& path() const { return path_; }

private:
    std::filesystem::path path_;
};

Json tool_call(std::int64_t number)
{
    return { { "run", "20260301-093000-4f2a" }, { "workspace", "/home/ada/project" }, { "tool", "read_file" },
        { "arguments", { { "path", "src/a.cpp" }, { "start_line", number } } }, { "outcome", "ok" }, { "ms", 1 },
        { "output", { { "hash", std::string(64, 'a') }, { "bytes", 4000 } } } };
}

void append(benchmark::State& state)
{
    Folder const folder;
    auto ledger = ledger::Ledger::open(folder.path(), system_clock);
    std::int64_t number = 0;
    for (auto _ : state) {
        if (!ledger || !(*ledger)->append("tool", tool_call(++number)))
            return state.SkipWithError("the event was not appended");
    }
}
BENCHMARK(append)->Unit(benchmark::kMicrosecond);

void append_durably(benchmark::State& state)
{
    Folder const folder;
    auto ledger = ledger::Ledger::open(folder.path(), system_clock);
    std::int64_t number = 0;
    for (auto _ : state) {
        if (!ledger || !(*ledger)->append_durably("approval", tool_call(++number)))
            return state.SkipWithError("the event was not appended");
    }
}
BENCHMARK(append_durably)->Unit(benchmark::kMicrosecond);

/// A million entries take a while to write: only when asked for, by COUNTERSIGN_BENCH_ENTRIES=1000000.
void more_if_asked(benchmark::internal::Benchmark* benchmark)
{
    if (char const* const asked = std::getenv("COUNTERSIGN_BENCH_ENTRIES"))
        benchmark->Arg(std::atoll(asked));
}

void verify(benchmark::State& state)
{
    Folder const folder;
    {
        auto ledger = ledger::Ledger::open(folder.path(), system_clock);
        for (std::int64_t i = 0; ledger && i < state.range(0); ++i) {
            if (!(*ledger)->append("tool", tool_call(i)))
                return state.SkipWithError("the event was not appended");
        }
    }
    for (auto _ : state) {
        auto const verdict = ledger::verify(folder.path());
        if (!verdict || !verdict->is_whole() || verdict->entries != state.range(0))
            return state.SkipWithError("the ledger does not verify");
    }
}
BENCHMARK(verify)->ArgName("entries")->Arg(1000)->Arg(20'000)->Apply(more_if_asked)->Unit(benchmark::kMillisecond);

void reserve_and_settle(benchmark::State& state)
{
    Folder const folder;
    auto spend = ledger::Spend::open(folder.path(), system_clock);
    ledger::SpendLimit const limits[] = { { .scope = ledger::SpendScope::run, .tokens = std::int64_t(1) << 50 },
        { .scope = ledger::SpendScope::day, .microdollars = std::int64_t(1) << 50 } };
    for (auto _ : state) {
        auto const reserved = (*spend)->reserve({ "run", "/home/ada/project" }, { .requests = 1, .input_tokens = 100 }, limits);
        if (!reserved || !(*spend)->settle(*reserved, { .requests = 1, .input_tokens = 90 }))
            return state.SkipWithError("the request was not counted");
    }
}
BENCHMARK(reserve_and_settle)->Unit(benchmark::kMicrosecond);

}
