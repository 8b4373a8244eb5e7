// The part of JSON Schema that tool arguments need, and a strict check of a value against it.
//
// Known keywords: type (object, array, string, integer, boolean), properties, required, additionalProperties: false, items,
// minimum, minLength. Others (description) are for the model only.
#pragma once

#include "support/json.h"
#include "support/result.h"

#include <string>

namespace countersign::tools {

/// Errors: invalid_params naming the field's path and what was expected: "argv[1]: expected a string, got the number 3".
Result<> check_schema(Json const& schema, Json const& value, std::string const& path = {});

}
