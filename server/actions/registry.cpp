#include "actions/actions.h"

#include <algorithm>
#include <array>

namespace countersign::actions {

std::span<Action const> registry()
{
    static std::array<Action, 5> const actions { explain_action, refactor_action, add_tests_action, fix_action, ask_action };
    return actions;
}

Action const* find_action(std::string_view name)
{
    auto const found = std::find_if(registry().begin(), registry().end(), [&](Action const& action) { return action.name == name; });
    return found == registry().end() ? nullptr : &*found;
}

std::vector<Offer> offer(Place const& place)
{
    std::vector<Offer> offers;
    for (Action const& action : registry())
        action.offer(place, offers);
    return offers;
}

}
