// What proposals cost: building, rendering and rebasing a large one, the diff beneath it, and keeping many of them pending.
#include "generated.h"
#include "review/rebase.h"
#include "review/review_document.h"
#include "session/open_proposals.h"
#include "support/hash.h"
#include "workspace/diff.h"

#include <benchmark/benchmark.h>
#include <fmt/core.h>
#include <malloc.h>
#include <map>

namespace {

using namespace countersign;

/// Every `step`-th line is another one.
std::string changed(std::string_view text, std::size_t step, std::size_t first)
{
    std::string result;
    std::size_t number = 0;
    for (std::string_view const line : support::split_lines(text)) {
        if (number++ % step == first)
            result += fmt::format("    changed({});\n", number);
        else
            result.append(line).append("\n");
    }
    return result;
}

workspace::FileChange modification(std::string path, std::string base, std::string proposed)
{
    workspace::FileChange change;
    change.path = std::move(path);
    change.base_hash = support::content_hash(base);
    change.base_text = std::move(base);
    change.new_text = std::move(proposed);
    return change;
}

/// 200 files of a hundred lines, with five hunks each.
std::vector<workspace::FileChange> thousand_hunks()
{
    std::vector<workspace::FileChange> changes;
    changes.reserve(200);
    std::string const base = bench::generated_source(95);
    for (int i = 0; i < 200; ++i)
        changes.push_back(modification(fmt::format("src/file_{}.cpp", i), base, changed(base, 20, 10)));
    return changes;
}

/// Built, rendered, and carried over to a hundred edits, each in another file, each followed by a look.
void thousand_hunks_built_rendered_and_rebased(benchmark::State& state)
{
    auto const changes = thousand_hunks();
    for (auto _ : state) {
        review::Proposal proposal = review::make_proposal("run", "/w", "refactor", "A large change", "", "nobody", changes);
        proposal.id = "7";
        std::size_t hunks = 0;
        for (review::ProposedFile const& file : proposal.files)
            hunks += file.hunks.size();
        std::size_t written = review::render_review_document(proposal).size();
        std::map<std::string, std::string> now;
        for (int edit = 0; edit < 100; ++edit) {
            std::string const path = fmt::format("src/file_{}.cpp", edit * 2);
            now[path] = "// typed\n" + changes[0].base_text;
            auto moved = review::rebase(proposal, { path }, [&](std::string const& asked) -> Result<std::string> { return now.at(asked); });
            if (!moved || !*moved)
                return state.SkipWithError("the hunks did not follow");
            proposal = std::move(**moved);
        }
        written += review::render_review_document(proposal).size();
        benchmark::DoNotOptimize(written);
        if (hunks != 1000)
            return state.SkipWithError("there are not a thousand hunks");
    }
}
BENCHMARK(thousand_hunks_built_rendered_and_rebased)->Unit(benchmark::kMillisecond);

void diff_of_ten_thousand_lines_that_differ_in_five_percent(benchmark::State& state)
{
    std::string const base = bench::generated_source(10'000);
    std::string const other = changed(base, 20, 3);
    for (auto _ : state)
        benchmark::DoNotOptimize(workspace::diff_lines(base, other));
}
BENCHMARK(diff_of_ten_thousand_lines_that_differ_in_five_percent)->Unit(benchmark::kMillisecond);

/// What a keystroke costs while proposals of many files wait: the look into the table.
void keystroke_beside_pending_proposals(benchmark::State& state)
{
    session::OpenProposals open;
    for (std::int64_t i = 1; i <= state.range(0); ++i) {
        review::Proposal proposal = review::make_proposal("run", "/w", "refactor", "A change", "", "nobody", thousand_hunks());
        proposal.id = std::to_string(i);
        open.put(std::move(proposal));
    }
    for (auto _ : state)
        benchmark::DoNotOptimize(open.touches("/w/src/another.cpp"));
}
BENCHMARK(keystroke_beside_pending_proposals)->ArgName("proposals")->Arg(1)->Arg(20);

/// What is allocated: small pieces, and large ones that have a mapping of their own.
std::size_t allocated()
{
    struct mallinfo2 const heap = mallinfo2();
    return heap.uordblks + heap.hblkhd;
}

/// A hundred pending proposals over 100 kB of text each: the heap that they take.
void hundred_pending_proposals_of_100_kB(benchmark::State& state)
{
    std::string base = bench::generated_source(5'000);
    base.resize(base.rfind('\n', 100'000) + 1);
    std::string const proposed = changed(base, 50, 7);
    std::size_t bytes = 0;
    for (auto _ : state) {
        std::size_t const before = allocated();
        session::OpenProposals open;
        for (int i = 0; i < 100; ++i) {
            std::vector<workspace::FileChange> changes { modification("src/a.cpp", base, proposed) };
            review::Proposal proposal = review::make_proposal("run", "/w", "refactor", "A change", "", "nobody", std::move(changes));
            proposal.id = std::to_string(i + 1);
            open.put(std::move(proposal));
        }
        bytes = allocated() - before;
        benchmark::DoNotOptimize(open.all());
    }
    state.counters["MB"] = static_cast<double>(bytes) / 1e6;
}
BENCHMARK(hundred_pending_proposals_of_100_kB)->Unit(benchmark::kMillisecond)->Iterations(3);

}
