// What of this machine a command sees besides the workspace: the system, a few files of /etc, and the toolchains that the person installed
// under HOME, read-only and without the credential files among them. And the variables that it gets, made from nothing.
// Looked up by the broker, for each command anew: a toolchain may have been installed meanwhile.
#pragma once

#include "sandbox/messages.h"

#include <map>

namespace countersign::sandbox {

struct Surroundings {
    std::vector<Bind> binds;
    std::vector<std::string> hidden;                             ///< paths inside that are shown as empty files
    std::vector<std::pair<std::string, std::string>> home_links; ///< name in the inner home directory, target
    std::vector<std::pair<std::string, std::string>> environment;
};

/// `environment` is the person's: only PATH and HOME are read. PATH entries in the workspace are left out.
Surroundings look_around(std::map<std::string, std::string> const& environment, std::string const& workspace);

/// A variable that a caller may not set: it would load code into every program, or point one at another's configuration.
bool is_loading_variable(std::string_view name);

}
