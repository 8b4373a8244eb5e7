// Characters that a reader does not see, or that make a line read other than it is: what may not be in a text unnoticed. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace countersign::workspace {

/// How many characters of `text` are bidirectional controls, tags outside a flag emoji, invisible operators, zero-width characters
/// that join no letters or emoji, C0 and C1 controls that are no white space.
std::size_t count_hidden(std::string_view text);

/// `text` with each of these written as \u{XX}, for a model: what it reads is then what a person sees. Everything else stays byte for byte.
std::string escape_hidden(std::string_view text);

}
