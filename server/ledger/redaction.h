// Takes secrets out of an event before it is written: every text in it, keys included, goes through the function that the ledger
// was opened with. Numbers and the shape stay.
#pragma once

#include "support/json.h"

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace countersign::ledger {

/// What nests deeper than JSON may is replaced by a text that says so.
Json redacted(Json value, std::function<std::string(std::string_view)> const& redact);

}
