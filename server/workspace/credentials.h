// Names that tools neither read nor write whatever the rules of a repository say: files that hold credentials, and git's own.
//
// The list is data, matched without regard to case at any depth, because a disk may not distinguish it either. It is
// asked twice: for the path as it was requested, and for the one that the kernel opened.
#pragma once

#include "support/result.h"

#include <string_view>

namespace countersign::workspace {

/// Whether the file's name, or that of a folder it is in, says that it holds credentials: ".env", "deploy/.ssh/config".
bool is_credential(std::string_view path);

/// Whether a component is ".git", also as case-blind, HFS+ and NTFS disks would read it (".GIT", "git~1", ".git ").
bool is_git_internal(std::string_view path);

/// Whether it is a file that sets our own policy, in a repository or in a home folder: it is read, but no run may propose to change it.
bool is_own_configuration(std::string_view path);

/// Errors: denied, naming the path and why.
Result<> check_not_protected(std::string_view path);

}
