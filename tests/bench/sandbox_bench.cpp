// What it costs to run a command confined: `true`, bare, under bubblewrap alone, and in the sandbox on a small and on a large workspace.
#include "sandbox/broker.h"
#include "sandbox/c_strings.h"
#include "sandbox/masked_files.h"

#include <benchmark/benchmark.h>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <spawn.h>
#include <sys/wait.h>

namespace countersign {

namespace {

namespace fs = std::filesystem;

class Workspace {
public:
    explicit Workspace(int files)
    {
        std::string pattern = "/tmp/countersign-bench-XXXXXX";
        root_ = ::mkdtemp(pattern.data());
        for (int index = 0; index < files; ++index) {
            fs::path const folder = root_ / std::to_string(index / 200) / std::to_string(index / 20 % 10);
            if (index % 20 == 0)
                fs::create_directories(folder);
            std::ofstream(folder / std::to_string(index)) << index;
        }
    }
    ~Workspace() { fs::remove_all(root_); }
    std::string path() const { return root_.string(); }

private:
    fs::path root_;
};

void spawn(std::vector<std::string> arguments, benchmark::State& state)
{
    std::vector<char*> const pointers = sandbox::c_strings(arguments);
    char* no_variables[] = { nullptr };
    for (auto _ : state) {
        pid_t process = 0;
        int status = -1;
        if (::posix_spawn(&process, pointers[0], nullptr, nullptr, pointers.data(), no_variables) == 0)
            ::waitpid(process, &status, 0);
        if (status != 0)
            state.SkipWithError("it did not run");
    }
}

void bare_command(benchmark::State& state) { spawn({ "/bin/true" }, state); }
BENCHMARK(bare_command)->Unit(benchmark::kMillisecond)->UseRealTime();

void bubblewrap_command(benchmark::State& state)
{
    spawn(
        { "/usr/bin/bwrap", "--unshare-all", "--die-with-parent", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "/bin/true" },
        state);
}
BENCHMARK(bubblewrap_command)->Unit(benchmark::kMillisecond)->UseRealTime();

void sandboxed_command(benchmark::State& state)
{
    Workspace const workspace(static_cast<int>(state.range(0)));
    sandbox::BrokerOptions options;
    options.executable = COUNTERSIGN_BINARY;
    auto const broker = sandbox::start_broker(options);
    sandbox::Request request;
    request.workspace = workspace.path();
    request.command.argv = { "/bin/true" };
    for (auto _ : state) {
        auto const outcome = broker ? (*broker)->run(request, {}) : tl::unexpected(broker.error());
        if (!outcome || outcome->status != 0)
            state.SkipWithError("it did not run");
    }
}
BENCHMARK(sandboxed_command)->Arg(10)->Arg(28'000)->ArgName("files")->Unit(benchmark::kMillisecond)->UseRealTime();

/// What passes between the end of a command that leaves 300 daemons, each deaf to everything but SIGKILL, and the outcome: all are dead by
/// then.
void three_hundred_daemons(benchmark::State& state)
{
    Workspace const workspace(10);
    sandbox::BrokerOptions options;
    options.executable = COUNTERSIGN_BINARY;
    auto const broker = sandbox::start_broker(options);
    sandbox::Request request;
    request.workspace = workspace.path();
    request.limits.processes = 1024;
    request.command.argv = { "/bin/sh", "-c",
        "i=0; while [ $i -lt 300 ]; do i=$((i+1)); (setsid sh -c 'trap \"\" TERM HUP; exec sleep 86000' >/dev/null 2>&1 &); done" };
    for (auto _ : state) {
        auto const begin = std::chrono::steady_clock::now();
        auto const outcome = broker ? (*broker)->run(request, {}) : tl::unexpected(broker.error());
        if (!outcome || outcome->status != 0)
            state.SkipWithError("it did not run");
        else
            state.SetIterationTime(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin - outcome->duration).count());
    }
}
BENCHMARK(three_hundred_daemons)->Unit(benchmark::kMillisecond)->UseManualTime();

void find_masked_files(benchmark::State& state)
{
    Workspace const workspace(28'000);
    sandbox::MaskedFiles files(workspace.path(), [](std::string const& path) { return path.ends_with(".env"); });
    for (auto _ : state)
        benchmark::DoNotOptimize(files.find());
}
BENCHMARK(find_masked_files)->Unit(benchmark::kMillisecond);

}

}
