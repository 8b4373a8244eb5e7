// What a keystroke costs, and what drawing the menu costs after it, in a file of ten thousand lines.
#include "actions/action.h"
#include "generated.h"
#include "session/open_files.h"
#include "workspace/edit_match.h"

#include <benchmark/benchmark.h>

namespace {

using namespace countersign;

constexpr char const* path = "/workspace/generated.cpp";

session::OpenFiles opened(std::string text)
{
    session::OpenFiles files;
    files.open(path, { .uri = std::string("file://") + path, .languageId = "cpp", .version = 1, .text = std::move(text) });
    return files;
}

protocol::DidChangeTextDocumentParams typed(std::int32_t version, std::uint32_t line, std::string text, std::uint32_t removed)
{
    protocol::TextDocumentContentChangePartial change;
    change.range = { { line, 4 }, { line, 4 + removed } };
    change.text = std::move(text);
    protocol::DidChangeTextDocumentParams params;
    params.textDocument.uri = std::string("file://") + path;
    params.textDocument.version = version;
    params.contentChanges.emplace_back(std::move(change));
    return params;
}

/// Types a character in the middle of the file and takes it away again; the tree follows.
void keystroke_with_reparse(benchmark::State& state)
{
    auto const lines = static_cast<std::size_t>(state.range(0));
    session::OpenFiles files = opened(bench::generated_source(lines));
    auto const middle = static_cast<std::uint32_t>(lines / 20 * 10 + 5);
    std::int32_t version = 1;
    bool insert = true;
    for (auto _ : state) {
        ++version;
        auto const changed =
            files.change(path, typed(version, middle, insert ? "x" : "", insert ? 0 : 1), protocol::PositionEncoding::utf16);
        if (!changed || !files.find(path)->tree)
            return state.SkipWithError("the change was not followed");
        insert = !insert;
    }
}
BENCHMARK(keystroke_with_reparse)->ArgName("lines")->Arg(1000)->Arg(10'000)->Unit(benchmark::kMicrosecond);

/// Everything that is offered at a place, as code actions ask for it.
void offers(benchmark::State& state)
{
    auto const lines = static_cast<std::size_t>(state.range(0));
    session::OpenFiles const files = opened(bench::generated_source(lines));
    session::OpenFile const& file = *files.find(path);
    std::size_t const middle = file.document->lines.start(lines / 20 * 10 + 8);
    for (auto _ : state) {
        auto const offered = actions::offer({ .path = "generated.cpp",
            .text = *file.document->text,
            .tree = &*file.tree,
            .no_tree_reason = {},
            .selection = { middle, middle },
            .diagnostics = {} });
        if (offered.empty())
            return state.SkipWithError("nothing was offered");
    }
}
BENCHMARK(offers)->ArgName("lines")->Arg(1000)->Arg(10'000)->Unit(benchmark::kMicrosecond);

std::string const wanted = "int step_400(std::vector<int> const& values, int limit)\n{\n    int sum = 400;\n";

void edit_found_exactly(benchmark::State& state)
{
    std::string const text = bench::generated_source(10'000);
    for (auto _ : state) {
        if (!workspace::match_edit(text, wanted, "int step_400() {\n    int sum = 0;\n"))
            return state.SkipWithError("not found");
    }
}
BENCHMARK(edit_found_exactly)->Unit(benchmark::kMicrosecond);

/// The last resort before giving up: nothing matches, and the most similar lines are named.
void edit_not_found(benchmark::State& state)
{
    std::string const text = bench::generated_source(10'000);
    for (auto _ : state) {
        if (workspace::match_edit(text, "int step_x(std::vector<int> const& values, int limit)\n{\n    int total = 400;\n", "int y;\n"))
            return state.SkipWithError("found what is not there");
    }
}
BENCHMARK(edit_not_found)->Unit(benchmark::kMillisecond);

}
