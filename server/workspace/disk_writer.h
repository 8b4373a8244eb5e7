// Writes approved changes to the disk, for `countersign run --apply` after a yes at the terminal. The language server never calls
// this: there the editor writes.
//
// All changes are written or none: new contents are staged beside their targets, every target is checked against its base, then each is
// exchanged with what was staged; the first one that fails puts the earlier ones back. A file is never rewritten in place, so a
// hard link elsewhere keeps its content. A crash between two exchanges can leave staged files, named `.<name>.countersign-<random>`.
#pragma once

#include "workspace/jail.h"
#include "workspace/overlay.h"

#include <vector>

namespace countersign::workspace {

/// Errors: stale (a file is not what the change was made for), denied (outside, protected, exists already), io.
Result<> write_changes(Jail const& jail, std::vector<FileChange> const& changes);

}
