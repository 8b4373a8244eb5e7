// Document URIs and the paths that they name.
//
// Clients spell one file in many ways (`%3A` or `:`, `%C3%BC` or `ü`, `file:///x` or `file://localhost/x`), so a URI is
// never a key: its path is. Only `file` is ours; any other scheme is refused with a sentence that says what to do.
// Nothing is resolved here: `..`, links and what may be opened are the business of the workspace's jail.
#pragma once

#include "support/result.h"

#include <string>
#include <string_view>

namespace countersign::protocol {

/// The absolute path, percent-decoded once; an encoded slash becomes a slash like any other. It need not be valid
/// UTF-8. A drive letter (`file:///c%3A/x`) has no meaning on this system: the path is `/c:/x`.
/// Errors: invalid_params (no URI, a broken escape, a NUL, a query or a fragment), denied (not a file of this machine).
Result<std::string> path_from_uri(std::string_view uri);

/// The `file` URI of an absolute path; all but letters, digits, `-._~/` is percent-encoded.
std::string uri_from_path(std::string_view path);

/// Both name a file, and the same path.
bool same_file(std::string_view uri, std::string_view other);

}
