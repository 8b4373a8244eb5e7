// Opens a path beneath a folder's descriptor so that the kernel, not a comparison of strings, keeps it inside.
//
// Two methods, one behaviour, but that the walk refuses every symbolic link: openat2 (Linux 5.6) resolves the whole path
// under RESOLVE_BENEATH; the walk opens each component by itself with O_NOFOLLOW. Only for the jail and its listing. Any thread.
#pragma once

#include "support/fd.h"

#include <string>
#include <string_view>

namespace countersign::workspace {

enum class BeneathMethod { openat2, walk };
enum class Links { follow_inside, refuse };

/// Whether this kernel (and a seccomp filter around us) has openat2.
bool has_openat2(int folder);

/// Opens `path` (relative, no ".." in it; "" is the folder) with `flags`, to which O_CLOEXEC, O_NOCTTY and O_NONBLOCK are added: a fifo
/// or a device never blocks. Errors: not_found, denied (outside, another file system, a link), invalid_params (name too long), io.
Result<support::UniqueFd> open_beneath(int folder, std::string const& path, int flags, BeneathMethod method, Links links);

/// "a fifo", "a folder", ...: what is there instead of a regular file.
std::string_view file_type(unsigned mode);

}
