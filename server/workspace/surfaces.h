// The write guard's list: which names are run or obeyed by other programs. Data only; write_guard asks it.
#pragma once

#include "workspace/write_guard.h"

#include <optional>
#include <string_view>

namespace countersign::workspace {

/// What a folded path (folded_name.h) is by its name and folders alone.
std::optional<Surface> surface_by_name(std::string_view folded_path);

}
