// A file's syntax tree, or why there is none.
#pragma once

#include "tools/view.h"

#include "syntax/tree.h"

#include <string>

namespace countersign::tools {

/// Null if no grammar fits the file's name or first line.
syntax::Language const* language_of(std::string const& path, std::string_view text);

/// Errors: invalid_params (no grammar), too_large, timeout.
Result<syntax::Tree> parse(std::string const& path, Text const& text);

}
