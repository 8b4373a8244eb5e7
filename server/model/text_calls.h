// Tools for models that cannot call any: another provider, asked without tools and told how to write calls as text. What the run sees is
// as with any other provider. Results are fenced here, since they become text here.
#pragma once

#include "model/fence.h"
#include "model/provider.h"

#include <memory>

namespace countersign::model {

std::unique_ptr<Provider> make_text_call_provider(std::unique_ptr<Provider> inner, Fence fence);

}
