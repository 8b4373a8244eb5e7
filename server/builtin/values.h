// Values that a test can hand to a function without knowing what it is for: zero, empty, false, by the type that is written.
#pragma once

#include "builtin/side_effects.h"

#include <optional>
#include <string>
#include <string_view>

namespace countersign::builtin {

/// An expression of the type in the language ("python", "typescript", ...); nothing if we cannot be sure that it compiles.
std::optional<std::string> value_of_type(std::string_view language, std::string_view type);

/// The type without const, references and spaces around: "std::vector<int>" of "std::vector<int> const&". For C and C++.
std::string plain_cpp_type(std::string_view type);

bool is_number_type(std::string_view language, std::string_view type);

}
