// Opening, making and removing names beneath a descriptor, never through a link that leads elsewhere. The inner program's counterpart of
// the jail: it writes into the view before a command runs, where a symbolic link of the repository may lie in the way.
#pragma once

#include "support/fd.h"

#include <string>
#include <sys/types.h>

namespace countersign::sandbox::inner {

/// A relative path of plain names: no empty part, no "." or "..", no NUL. At most 4095 bytes.
bool is_plain_path(std::string const& path);

/// openat2 beneath `root`. The descriptor is empty with errno set if that fails.
support::UniqueFd open_beneath(int root, std::string const& path, int flags, mode_t mode = 0);
/// openat2 with `root` as the root of absolute links: for the host's own tree.
support::UniqueFd open_in_root(int root, std::string const& path, int flags);
/// The folder that holds `path`, made with its parents if need be.
support::UniqueFd make_parent_beneath(int root, std::string const& path);
/// The last part of a path.
std::string last_name(std::string const& path);

/// Creates or replaces a file; one that was executable stays so. Errors: io.
Result<> write_beneath(int root, std::string const& path, std::string_view bytes, bool executable);
/// Removes a file, or a folder with all that is in it; nothing there is no error. Errors: io.
Result<> remove_beneath(int root, std::string const& path);

}
