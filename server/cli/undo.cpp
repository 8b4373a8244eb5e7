// countersign undo: takes back what was approved, after a yes at the terminal, from the texts that each approval left in the state
// directory.
#include "review/undo.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/commands_gate.h"
#include "support/hash.h"
#include "workspace/disk_writer.h"
#include "workspace/jail.h"
#include "workspace/unified_diff.h"
#include "workspace/write_guard.h"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

namespace countersign::cli {

namespace {

struct Found {
    std::vector<review::Checkpoint> checkpoints;
    review::Undo undo;
    std::shared_ptr<workspace::Jail const> jail;
};

Result<Found> find(Process& process, review::Checkpoints const& checkpoints, UndoArguments const& arguments)
{
    Found found;
    found.jail = TRY(workspace::Jail::open(process.workspace));
    std::string const since =
        arguments.since.empty() ? std::string() : TRY(review::parse_since(arguments.since, process.services.clock->wall()));
    auto all = TRY(checkpoints.of_workspace(found.jail->root()));
    found.checkpoints = review::pick_checkpoints(std::move(all), arguments.proposal, since);
    if (found.checkpoints.empty())
        return fail(ErrorCode::not_found, fmt::format("nothing was applied in {} that could be undone", found.jail->root()));
    auto const current = [&](std::string const& path) -> Result<std::string> {
        TRY(found.jail->check_target(path));
        if (!found.jail->exists(path))
            return fail(ErrorCode::not_found, path);
        return *TRY(found.jail->read(path)).text;
    };
    auto const text_of = [&](std::string const& hash) { return checkpoints.text(hash); };
    found.undo = TRY(review::undo(found.checkpoints, text_of, current, review::CreatedFiles::remove));
    return found;
}

Result<> write(Process& process, review::Checkpoints const& checkpoints, Found const& found)
{
    session::State state(process.services);
    ledger::Ledger* const ledger = TRY(state.ledger());
    Json files = Json::array();
    std::vector<std::string> paths;
    for (workspace::FileChange const& change : found.undo.changes) {
        files.push_back({ { "path", change.path }, { "before", support::content_hash(change.base_text) },
            { "after", support::content_hash(change.new_text) } });
        paths.push_back(change.path);
    }
    review::Checkpoint checkpoint;
    checkpoint.title = "Undo";
    checkpoint.workspace = found.jail->root();
    checkpoint.approval = TRY(ledger->append_durably("approval",
        { { "undo", found.checkpoints.front().proposal }, { "client", "command line" }, { "workspace", found.jail->root() },
            { "files", std::move(files) } }));
    checkpoint = TRY(checkpoints.begin(std::move(checkpoint), review::planned(found.undo.changes)));
    auto const written = workspace::write_changes(*found.jail, found.undo.changes);
    TRY(ledger->append("applied", { { "approval", checkpoint.approval }, { "outcome", written ? "full" : written.error().message } }));
    TRY(checkpoints.finish(checkpoint, written ? paths : std::vector<std::string>()));
    return written;
}

}

int run_undo(Process& process, UndoArguments const& arguments)
{
    session::State state(process.services);
    auto const checkpoints = state.checkpoints();
    if (!checkpoints)
        return report(checkpoints.error());
    auto const found = find(process, **checkpoints, arguments);
    if (!found)
        return report(found.error());
    if (!found->undo.refused.empty())
        fmt::print(stderr, "This stays, because it cannot be taken back:\n{}", review::describe(found->undo.refused));
    if (found->undo.changes.empty()) {
        fmt::print(stderr, "Nothing was written: there is nothing to undo.\n");
        return exit_nothing;
    }
    std::string diff;
    for (workspace::FileChange const& change : found->undo.changes)
        diff += workspace::render(workspace::make_file_diff(change));
    print(shown_diff(diff, process));
    for (workspace::FileChange const& change : found->undo.changes) {
        if (auto const flag = workspace::flag_of(change))
            fmt::print(stderr, "Note: {}.\n", support::escape_for_display(flag->reason));
    }
    if (!asks_yes(fmt::format("Undo this in {} of {}?", support::count_of(found->undo.changes.size(), "file"), found->jail->root()))) {
        fmt::print(stderr, "Nothing was written.\n");
        return exit_nothing;
    }
    if (auto const written = write(process, **checkpoints, *found); !written)
        return report(written.error());
    fmt::print(stderr, "Undone in {}. Files that are open in an editor must be loaded again there.\n",
        support::count_of(found->undo.changes.size(), "file"));
    return exit_done;
}

}
