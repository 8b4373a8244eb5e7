#include "review/sides.h"

#include "review/file_state.h"

namespace countersign::review {

Sides sides(ProposedFile const& file)
{
    FileState const state(file);
    return { .before = state.with([](Hunk const&) { return false; }), .after = state.with(is_pending) };
}

}
