// The ways through a function that its text shows: what a test suite would want one case for.
#pragma once

#include "builtin/side_effects.h"
#include "builtin/vocabulary.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace countersign::builtin {

struct Branch {
    std::size_t line = 0;  ///< 1-based
    std::string title;     ///< "`n < 0`", "no round of the loop for each `x` in `items`", "none of the conditions above"
    std::string name;      ///< lower-case words joined by "_": "n_below_0"
    std::string condition; ///< the source's own, if it is one that must hold; else empty
    bool throws = false;   ///< the branch's first thing is to throw
};

inline constexpr std::size_t branches_limit = 24;

/// In source order, names distinct, at most branches_limit; a function without any has the one branch "the usual case".
std::vector<Branch> branches_of(syntax::Node body, Vocabulary const& vocabulary, std::string_view source);

/// The value that makes a plain comparison with a whole number true, for the parameter that it names: {"n", -1} for "n < 0".
struct Witness {
    std::string parameter;
    long long value = 0;
};
std::optional<Witness> witness_of(std::string_view condition);

}
