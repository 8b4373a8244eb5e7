// The two texts of a proposed file that a side-by-side view shows: what it says, and what it would say with all that is pending.
// For session/, which serves them to editors. Pure, any thread; no disk: the left side is the text that the hunks were made for.
#pragma once

#include "review/proposal.h"

#include <string>

namespace countersign::review {

struct Sides {
    std::string before; ///< empty for a file that would be created
    std::string after;  ///< empty for a file that would be removed
};
Sides sides(ProposedFile const& file);

}
