// Numbers about one function: how long, how deep, how many ways lead through it.
#pragma once

#include "builtin/vocabulary.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace countersign::builtin {

struct Metrics {
    std::size_t lines = 0;
    std::size_t cyclomatic = 1; ///< McCabe: one more than the places where the way forks
    /// As SonarSource's white paper counts it: a break in the linear flow costs one, one more for each level that it is nested in; a
    /// run of like logical operators, an else and a jump to a label cost one whatever the depth; recursion costs one.
    std::size_t cognitive = 0;
    std::size_t deepest = 0; ///< levels of branches, loops, switches, handlers and inner functions
};

/// Of the function whose definition is `function` and whose name is `name` (to see recursion).
Metrics measure(syntax::Node function, std::string_view name, Vocabulary const& vocabulary, std::string_view source);

/// "cyclomatic 4, cognitive 5, nesting 2, 18 lines".
std::string to_string(Metrics const& metrics);

}
