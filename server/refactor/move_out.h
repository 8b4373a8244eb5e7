// Statements that leave their block for the one around it: which names would then meet, and which things would live longer.
#pragma once

#include "refactor/grammar_table.h"

#include <string>
#include <vector>

namespace countersign::refactor {

/// Why `statements` cannot move from their own block to the end of, or into, the block inside `around` (a function, a loop, a block with
/// its header): they declare a name that occurs elsewhere in `around`, or a type or function. Empty if they can.
/// `inside` is where the statements are now.
std::string name_clash(
    Grammar const& grammar, std::string_view text, std::vector<syntax::Node> const& statements, ByteRange inside, syntax::Node around);

/// Whether one of them declares a name in its block.
bool declares(Grammar const& grammar, std::vector<syntax::Node> const& statements);

}
