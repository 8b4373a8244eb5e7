// Walks a workspace folder for Jail::list: by descriptors, breadth bounded, never through a link, leaving out what the
// repository ignores. Any thread.
#pragma once

#include "workspace/beneath.h"
#include "workspace/file_source.h"

#include <cstddef>

namespace countersign::workspace {

/// Where a listing stops with `complete` false instead of filling memory.
struct ListingLimits {
    std::size_t files = 200'000;
    std::size_t entries = 2'000'000; ///< looked at, ignored ones included
    std::size_t depth = 64;          ///< folders within each other
};

/// `credentials`, if it is given, gets the paths that are left out because of their names. Errors: as open_beneath, for the folder itself
/// only: a folder further down that cannot be read is passed over.
Result<FileSource::Listing> list_files(
    int folder, BeneathMethod method, ListingLimits const& limits, std::vector<std::string>* credentials = nullptr);

}
