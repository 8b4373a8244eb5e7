// The view where nothing can be mounted: a copy of the workspace, sent by the broker, in a folder that holds nothing else.
#pragma once

#include "sandbox/inner/root.h"

namespace countersign::sandbox::inner {

/// Takes entries from `in` until all are there. Layers::base stays empty: what a file was, the broker knows. Errors: too_large, io.
Result<Layers> receive_view(int in, Job const& job);

}
