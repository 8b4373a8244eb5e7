// Add tests: proposes a test file, or cases in one, in the project's own framework and habits.
#include "actions/actions.h"
#include "actions/offers.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>

namespace countersign::actions {

namespace {

/// What the built-in engine knows a test framework for; a model is offered every language.
constexpr std::array<std::string_view, 6> built_in_languages { "cpp", "python", "javascript", "typescript", "tsx", "go" };

std::string why_not(Place const& place, std::optional<syntax::Symbol> const& symbol)
{
    if (place.tree == nullptr)
        return std::string(place.no_tree_reason);
    std::string const& language = place.tree->language().name;
    if (!place.is_model && std::find(built_in_languages.begin(), built_in_languages.end(), language) == built_in_languages.end())
        return fmt::format("the built-in engine writes no tests for {} yet; a language model can", place.tree->language().display_name);
    if (!symbol)
        return "the cursor is not inside a function";
    return {};
}

void offer_add_tests(Place const& place, std::vector<Offer>& offers)
{
    auto const symbol = symbol_at(place, true);
    offers.push_back({ .title = fmt::format("Add tests for {}", place_name(place, symbol)),
        .kind = fmt::format("{}.add_tests", kind_rewrite),
        .action = "add_tests",
        .disabled = why_not(place, symbol) });
}

Result<agent::Task> make_add_tests_task(Choice const& choice, workspace::Snapshot const& snapshot)
{
    return make_task_for("add_tests", "Add tests for", choice, snapshot, true);
}

}

extern Action const add_tests_action {
    .name = "add_tests",
    .command = "countersign.addTests",
    .offer = offer_add_tests,
    .make_task = make_add_tests_task,
};

}
