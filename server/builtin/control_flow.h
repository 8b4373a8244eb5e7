// What a function does, step by step, in words: conditions, loops, early returns, throws, with the source's own expressions.
#pragma once

#include "builtin/vocabulary.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace countersign::builtin {

/// One item of the walk, without number or full stop handling: "If `n < 0`, throws `std::out_of_range(...)`."
struct Step {
    std::string text;
    std::vector<Step> inner;
};

/// The steps of a function's body. `is_expression_language`: what stands last is the value (Rust, Ruby).
std::vector<Step> steps_of(syntax::Node body, Vocabulary const& vocabulary, std::string_view source);

/// As a numbered Markdown list, at most `limit` items in all; what was left out is said.
std::string to_markdown(std::vector<Step> const& steps, std::size_t limit = 60);

}
