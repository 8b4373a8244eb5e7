// Whether the workspace on disk was written to while a command worked on a view of it: then the view may have shown two states at once.
#pragma once

#include <chrono>
#include <ctime>

namespace countersign::sandbox::inner {

/// The time that the kernel would stamp on a file that is changed now.
timespec stamp_now();

/// Looks for files of `base` that were changed after `start`, for at most `budget`; `.git` and node_modules are passed by.
bool changed_since(int base, timespec start, std::chrono::microseconds budget);

}
