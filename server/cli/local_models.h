// Servers of models on this machine: found by looking, suggested in words, never used unasked.
#pragma once

#include <string>
#include <vector>

namespace countersign::cli {

enum class Ports {
    own,  ///< those that hardly anything else listens on: what a start of the server may look at
    usual ///< also those that every second web server of a developer has
};

/// A line for each server that answers on the loopback ports where such servers usually listen: what it is, and the settings that would
/// use it. Blocks for a quarter of a second at most; where nobody listens, no time at all. Starts no thread.
std::vector<std::string> find_local_models(Ports ports);

}
