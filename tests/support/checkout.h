// Where the sources lie that a test reads, of this project and of its own data. Known to one file only, so that a compiler cache serves all
// others in any checkout.
#pragma once

#include <filesystem>

namespace countersign::tests {

/// The root of the checkout that this was built from; absolute.
std::filesystem::path checkout();

}
