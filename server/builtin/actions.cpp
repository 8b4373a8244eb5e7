#include "builtin/actions.h"

#include "builtin/add_tests.h"
#include "builtin/ask.h"
#include "builtin/explain.h"
#include "builtin/fix.h"
#include "builtin/refactor.h"

#include <array>
#include <utility>

namespace countersign::builtin {

namespace {

constexpr std::array<std::pair<std::string_view, ActionFunction>, 5> actions { {
    { "explain", &explain },
    { "refactor", &refactor },
    { "add_tests", &add_tests },
    { "fix", &fix },
    { "ask", &ask },
} };

}

ActionFunction find_action(std::string_view name)
{
    for (auto const& [known, function] : actions) {
        if (known == name)
            return function;
    }
    return nullptr;
}

}
