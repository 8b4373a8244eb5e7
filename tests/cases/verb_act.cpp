// `act`: an action from the person's choice to the proposal, on the built-in engine, as `countersign run` does it; the script is the
// instruction, or what the compiler says for fix. `offers`: the menu at the same place.
#include "tests/cases/verbs.h"
#include "tests/cases/workspace.h"

#include "actions/action.h"
#include "agent/run.h"
#include "builtin/builtin.h"

#include <algorithm>
#include <fmt/core.h>

namespace countersign::tests {

namespace {

/// The marked place, or the whole first file.
ByteRange selection_of(Case const& test_case, WorkspaceFile const& file)
{
    return test_case.mark ? test_case.mark->range : ByteRange { 0, file.text.size() };
}

WorkspaceFile const& file_of(Case const& test_case) { return test_case.files[test_case.mark ? test_case.mark->file : 0]; }

}

std::string act(Case const& test_case)
{
    auto const words = test_case.words();
    actions::Action const* const action = words.empty() ? nullptr : actions::find_action(words.front());
    if (action == nullptr || test_case.files.empty())
        return "act needs an action and a file\n";
    WorkspaceFile const& file = file_of(test_case);
    actions::Choice choice;
    choice.path = file.path;
    choice.selection = selection_of(test_case, file);
    choice.rule = test_case.argument("rule");
    choice.name = test_case.argument("name");
    choice.instruction = support::trim(test_case.script);
    choice.diagnostics = diagnostics_of(test_case, action->name == "fix" ? choice.instruction : test_case.argument("diagnostic"));

    auto const snapshot = snapshot_of(test_case);
    auto const task = action->make_task(choice, *snapshot);
    if (!task)
        return support::to_string(task.error()) + "\n";
    support::SystemClock const clock;
    auto const transcript = agent::Transcript::discard();
    auto const provider = builtin::make_provider();
    agent::Outcome const outcome = agent::run(*task, *provider, snapshot, {}, clock, *transcript, [](agent::Progress const&) {}, {});
    std::string text = task->title + "\n";
    if (outcome.ended != agent::Ended::done)
        text += fmt::format("ended: {}: {}\n", agent::to_string(outcome.ended), outcome.error);
    return text + with_line_feed(outcome.text) + diff_of(outcome.changes);
}

std::string offers(Case const& test_case)
{
    if (test_case.files.empty())
        return "offers needs a file\n";
    WorkspaceFile const& file = file_of(test_case);
    auto const text = std::make_shared<std::string const>(file.text);
    syntax::Language const* const language = syntax::find_language(file.path);
    auto const tree = language == nullptr ? Result<syntax::Tree>(fail(ErrorCode::not_found, "there is no grammar for this kind of file"))
                                          : syntax::Tree::parse(*language, text);
    auto const diagnostics = diagnostics_of(test_case, test_case.argument("diagnostic"));
    auto const words = test_case.words();
    actions::Place const place { .path = file.path,
        .text = *text,
        .tree = tree ? &*tree : nullptr,
        .no_tree_reason = tree ? std::string_view() : std::string_view(tree.error().message),
        .selection = selection_of(test_case, file),
        .diagnostics = diagnostics,
        .is_model = std::find(words.begin(), words.end(), "model") != words.end() };
    std::string menu;
    for (actions::Offer const& offer : actions::offer(place))
        menu += fmt::format("{}{}\n", offer.title, offer.disabled.empty() ? "" : fmt::format(" (not offered: {})", offer.disabled));
    return menu;
}

}
