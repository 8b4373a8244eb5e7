#include "tests/support/checkout.h"

namespace countersign::tests {

std::filesystem::path checkout() { return COUNTERSIGN_SOURCE_DIR; }

}
