// Explain: tells what a symbol, a selection or a file does. Works in every language; proposes nothing.
#include "actions/actions.h"
#include "actions/offers.h"

#include <fmt/core.h>

namespace countersign::actions {

namespace {

void offer_explain(Place const& place, std::vector<Offer>& offers)
{
    offers.push_back({ .title = fmt::format("Explain {}", place_name(place, symbol_at(place, false))),
        .kind = fmt::format("{}.explain", kind_rewrite),
        .action = "explain" });
}

Result<agent::Task> make_explain_task(Choice const& choice, workspace::Snapshot const& snapshot)
{
    agent::Task task = TRY(make_task_for("explain", "Explain", choice, snapshot, false));
    task.proposes = false;
    return task;
}

}

extern Action const explain_action {
    .name = "explain",
    .command = "countersign.explain",
    .offer = offer_explain,
    .make_task = make_explain_task,
};

}
