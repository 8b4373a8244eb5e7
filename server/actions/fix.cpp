// Fix: for the diagnostics under the cursor, whichever server or compiler found them.
#include "actions/actions.h"
#include "actions/offers.h"

#include <fmt/core.h>

namespace countersign::actions {

namespace {

std::string title_of(std::span<tools::Diagnostic const> diagnostics)
{
    if (diagnostics.size() == 1)
        return fmt::format("Fix: {}", shortened(diagnostics.front().message, 60));
    return fmt::format("Fix {}", support::count_of(diagnostics.size(), "problem"));
}

void offer_fix(Place const& place, std::vector<Offer>& offers)
{
    Offer offer { .title = "Fix", .kind = std::string(kind_quickfix), .action = "fix" };
    if (place.diagnostics.empty())
        offer.disabled = "no problem is reported under the cursor";
    else
        offer.title = title_of(place.diagnostics);
    offers.push_back(std::move(offer));
}

Result<agent::Task> make_fix_task(Choice const& choice, workspace::Snapshot const& snapshot)
{
    if (choice.diagnostics.empty())
        return fail(ErrorCode::not_found, fmt::format("no problem is reported at this place in {}; there is nothing to fix", choice.path));
    return make_task_for("fix", fmt::format("{} in", title_of(choice.diagnostics)), choice, snapshot, false);
}

}

extern Action const fix_action {
    .name = "fix",
    .command = "countersign.fix",
    .offer = offer_fix,
    .make_task = make_fix_task,
};

}
