// What a function does beside giving back a value, as far as its text shows: writes outside itself, input and output, throws,
// memory, and state that the whole program shares.
#pragma once

#include "builtin/vocabulary.h"
#include "syntax/tree.h"

#include <string>
#include <string_view>
#include <vector>

namespace countersign::builtin {

/// What is known of one parameter.
struct Parameter {
    std::string name; ///< empty for an unnamed one
    std::string type; ///< as written; empty where the language or the author has none
    std::string default_value;
    bool is_receiver = false; ///< self, this
    bool is_variadic = false;
    bool is_optional = false; ///< TypeScript's `x?`
    /// The caller can see what the function writes to it: a reference or pointer that is not const.
    bool is_mutable_reference = false;
};

/// In order, receivers included.
std::vector<Parameter> parameters_of(syntax::Node function, Vocabulary const& vocabulary, std::string_view source);

/// One sentence each, in a fixed order of kinds; empty if nothing was seen.
std::vector<std::string> side_effects(
    syntax::Tree const& tree, syntax::Node function, std::vector<Parameter> const& parameters, Vocabulary const& vocabulary);

/// Distinct callees in order of first use, with the line (1-based) of that use.
struct Callee {
    std::string name; ///< as written
    std::size_t line = 0;
};
std::vector<Callee> callees_of(syntax::Node function, Vocabulary const& vocabulary, std::string_view source);

}
