// The provider without a model. It gets the same messages and answers with the same kind of tool calls as a model does, so
// the same loop, limits and gate apply; what it says names it as built in and no AI.
#pragma once

#include "model/provider.h"

#include <memory>

namespace countersign::builtin {

std::unique_ptr<model::Provider> make_provider();

}
