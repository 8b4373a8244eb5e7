// What is known of programs, as data: the rows that classify() goes by. Internal to sandbox/.
//
// Names are separated by blanks. A program's name is compared without its folder and its version (python3.11 is python); one that ends in
// `*` stands for all that begin so.
#pragma once

#include "sandbox/policy.h"

#include <span>
#include <string_view>

namespace countersign::sandbox {

struct CommandRow {
    std::string_view programs;
    /// What among the arguments makes it so: a word that is the first argument that is no option; "--option", also shortened or with
    /// "=value" behind it; "-x", also within a group like -lx; "-word". Empty: the program alone does.
    std::string_view marks;
    CommandKind kind;
    std::string_view why;
    bool starts_others = false; ///< a program among its arguments is classified too
};

std::span<CommandRow const> command_rows();

}
