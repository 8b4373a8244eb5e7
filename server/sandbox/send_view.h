// The workspace sent, entry by entry, to an inner program that cannot see it: in a container nothing of the host is mounted, so neither
// credentials nor sockets of the workspace can be reached there.
#pragma once

#include "sandbox/messages.h"

namespace countersign::sandbox {

/// Files, folders and links beneath `workspace` but for `left_out`; what cannot be read is left out, too.
/// Errors: too_large (more entries or bytes than a copy may have), not_found, io (the other end is gone).
Result<> send_view(int to, std::string const& workspace, std::vector<std::string> const& left_out, Limits const& limits);

/// Whether the workspace has a regular file with this content and executable bit at `path`.
bool is_on_disk(std::string const& workspace, Changed const& changed);

}
