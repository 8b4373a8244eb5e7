// What the jail and the redactor cost: an open through the jail beside a plain one, and texts with and without secrets.
#include "workspace/jail.h"
#include "workspace/redactor.h"

#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <stdlib.h>

namespace countersign {
namespace {

/// A folder with a file three levels down, as the sources of most projects lie.
class OneFile {
public:
    OneFile()
    {
        std::string pattern = (std::filesystem::temp_directory_path() / "countersign-bench-XXXXXX").string();
        root_ = ::mkdtemp(pattern.data());
        std::filesystem::create_directories(root_ / "src/server/room");
        std::ofstream(root_ / path) << "int x;\n";
    }
    ~OneFile()
    {
        std::error_code ignored;
        std::filesystem::remove_all(root_, ignored);
    }
    OneFile(OneFile const&) = delete;
    OneFile& operator=(OneFile const&) = delete;
    std::string root() const { return root_.string(); }

    static constexpr char const* path = "src/server/room/file.cpp";

private:
    std::filesystem::path root_;
};

void open_plainly(benchmark::State& state)
{
    OneFile const file;
    support::UniqueFd const root(::open(file.root().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    for (auto _ : state) {
        support::UniqueFd const fd(::openat(root.get(), OneFile::path, O_RDONLY | O_CLOEXEC));
        benchmark::DoNotOptimize(fd.get());
    }
}
BENCHMARK(open_plainly);

void open_through_the_jail(benchmark::State& state, workspace::BeneathMethod method)
{
    OneFile const file;
    auto const jail = *workspace::Jail::open(file.root(), method);
    for (auto _ : state) {
        auto const path = jail->resolve(OneFile::path);
        auto const fd = workspace::open_beneath(jail->descriptor(), *path, O_RDONLY, method, workspace::Links::refuse);
        benchmark::DoNotOptimize(fd->get());
    }
}
BENCHMARK_CAPTURE(open_through_the_jail, openat2, workspace::BeneathMethod::openat2);
BENCHMARK_CAPTURE(open_through_the_jail, walk, workspace::BeneathMethod::walk);

void redact_code(benchmark::State& state)
{
    workspace::Redactor redactor;
    redactor.know_file("DATABASE_PASSWORD=correct horse battery\nAPI_KEY=q9W8e7R6t5Y4u3I2\n");
    std::string text;
    for (int i = 0; text.size() < 4'000'000; ++i)
        text += "    if (auto const found = values.find(key_" + std::to_string(i)
            + "); found != values.end())\n        return found->second;\n";
    for (auto _ : state)
        benchmark::DoNotOptimize(redactor.redact(text));
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}
BENCHMARK(redact_code)->Unit(benchmark::kMillisecond);

}
}
