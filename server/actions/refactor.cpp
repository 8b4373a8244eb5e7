// Refactor: improves a symbol without changing what it does, and the single mechanical refactorings at the cursor.
#include "actions/actions.h"
#include "actions/offers.h"
#include "refactor/rule.h"

#include <fmt/core.h>

namespace countersign::actions {

namespace {

void offer_refactor(Place const& place, std::vector<Offer>& offers)
{
    auto const symbol = symbol_at(place, true);
    Offer whole { .title = fmt::format("Refactor {}", place_name(place, symbol)),
        .kind = fmt::format("{}.refactor", kind_rewrite),
        .action = "refactor" };
    if (place.tree == nullptr)
        whole.disabled = place.no_tree_reason;
    else if (!symbol && place.selection.size() == 0)
        whole.disabled = "the cursor is not inside a function";
    offers.push_back(std::move(whole));

    if (place.tree == nullptr)
        return;
    for (refactor::Rule const& rule : refactor::rules()) {
        if (rule.needs_name || !rule.apply({ *place.tree, place.selection, {}, refactor::Effort::glance }))
            continue;
        offers.push_back({ .title = fmt::format("Refactor: {}", rule.title),
            .kind = fmt::format("{}.{}", kind_rewrite, rule.name),
            .action = "refactor",
            .rule = std::string(rule.name) });
    }
}

/// `--instruction "invert if"` names a rule as well as a menu does.
refactor::Rule const* named_rule(Choice const& choice)
{
    if (!choice.rule.empty())
        return refactor::find_rule(choice.rule);
    for (refactor::Rule const& rule : refactor::rules()) {
        if (choice.instruction == rule.name || choice.instruction == rule.title)
            return &rule;
    }
    return nullptr;
}

Result<agent::Task> make_refactor_task(Choice const& choice, workspace::Snapshot const& snapshot)
{
    refactor::Rule const* const rule = named_rule(choice);
    if (rule == nullptr && !choice.rule.empty()) {
        std::vector<std::string> names;
        for (refactor::Rule const& known : refactor::rules())
            names.emplace_back(known.name);
        return fail(ErrorCode::invalid_params,
            fmt::format("there is no refactoring named \"{}\"; there are: {}", choice.rule, support::join(names, ", ")));
    }
    Choice resolved = choice;
    if (rule != nullptr) {
        resolved.rule = rule->name;
        resolved.instruction.clear();
    }
    std::string title = rule != nullptr ? fmt::format("Refactor: {} in", rule->title) : "Refactor";
    return make_task_for("refactor", std::move(title), resolved, snapshot, true);
}

}

extern Action const refactor_action {
    .name = "refactor",
    .command = "countersign.refactor",
    .offer = offer_refactor,
    .make_task = make_refactor_task,
};

}
