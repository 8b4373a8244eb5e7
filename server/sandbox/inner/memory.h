// How much memory all processes of the sandbox hold together. There is no limit in the kernel for that without a control group of our own,
// and a limit of addresses would stop sanitizers and runtimes that only reserve.
#pragma once

#include <cstdint>

namespace countersign::sandbox::inner {

/// Whether the processes that this one sees, itself apart, hold more than `limit` bytes. Shared pages are counted once.
bool memory_exceeds(std::uint64_t limit);

}
