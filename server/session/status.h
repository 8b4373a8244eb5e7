// `Countersign: status`: what is going on, and why nothing else is offered here. Always available, in every editor.
#pragma once

#include "session/code_actions.h"
#include "session/services.h"

#include <string>

namespace countersign::session {

struct StatusSources {
    MenuSources menu;
    Services const& services;
    Settings const& settings;
    std::string const& settings_problem;
};

/// Lines of plain text. `argument` is {uri, range} of the place that was asked about, or null.
std::string status_text(StatusSources const& sources, Json const& argument);

}
