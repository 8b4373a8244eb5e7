// What a case can do. One file a verb (verb_<name>.cpp), one line in verbs().
//
// A verb gets the whole case and returns text, which is compared with what the case wants. Failure is text too, as a
// person would see it: "denied: the if has no else branch". A verb keeps nothing between cases.
#pragma once

#include "tests/support/case_file.h"

#include <span>
#include <string>
#include <string_view>

namespace countersign::tests {

struct Verb {
    std::string_view name;
    std::string_view usage;
    std::string (*run)(Case const& test_case);
};

std::span<Verb const> verbs();
Verb const* find_verb(std::string_view name);

std::string act(Case const& test_case);
std::string offers(Case const& test_case);
std::string rule(Case const& test_case);
std::string tool(Case const& test_case);
std::string run(Case const& test_case);

}
