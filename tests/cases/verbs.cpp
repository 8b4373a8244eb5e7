#include "tests/cases/verbs.h"

#include <algorithm>
#include <array>

namespace countersign::tests {

std::span<Verb const> verbs()
{
    static constexpr std::array table {
        Verb { "rule", "rule NAME [new_name=TEXT]: the file after the refactoring at the place, or why not", rule },
        Verb { "tool", "tool NAME, with the arguments as JSON in the script: the result and what it proposes", tool },
        Verb { "act",
            "act ACTION [rule=NAME] [name=TEXT], the instruction or the diagnostic in the script: what the built-in engine says and "
            "proposes",
            act },
        Verb {
            "offers", "offers [model] [diagnostic=WORD]: the menu at the place, with the reason where something is not offered", offers },
        Verb { "run", "run [steps=N] [calls=N] [repeats=N] [reads-only]: a run with the scripted model, as verb_run.cpp says", run },
    };
    return table;
}

Verb const* find_verb(std::string_view name)
{
    auto const found = std::find_if(verbs().begin(), verbs().end(), [&](Verb const& verb) { return verb.name == name; });
    return found == verbs().end() ? nullptr : &*found;
}

}
