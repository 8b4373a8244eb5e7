// Looks through many files at once, on a few threads, and gives back rows in path order whatever the threads did.
//
// Used by search and references. Bounded by rows, bytes and time, so that a model's broad question over a large workspace
// gets a part of the answer that says so, not a long wait.
#pragma once

#include "tools/view.h"

#include <chrono>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace countersign::tools {

struct ScanLimits {
    std::size_t rows = 2000;
    std::size_t bytes = 128 * 1024 * 1024; ///< of the files together: the snapshot keeps what was read
    std::chrono::milliseconds duration = std::chrono::seconds(10);
    std::size_t threads = 4;
};

/// True once there is no more time, or the run was stopped: return what there is.
using Expired = std::function<bool()>;
/// The rows of one file. Called on several threads.
using ScanFile = std::function<std::vector<std::string>(std::string const& path, Text const& text, Expired const& expired)>;

struct Scan {
    std::vector<std::string> rows;
    std::size_t files = 0; ///< that rows come from
    std::string cut;       ///< why there may be more; empty if these are all
};

/// Files that cannot be read as text are left out. The observer is told of the files that rows come from. Errors: cancelled.
Result<Scan> scan(Context const& context, std::span<std::string const> paths, ScanLimits const& limits, ScanFile const& scan_file);

}
