// What the credential files of a folder hold, for the redactor alone: it must know what it is to take out. Blocks on the disk; before a
// run.
#pragma once

#include <string>
#include <vector>

namespace countersign::workspace {

/// The contents of files beneath `root` (absolute) that credentials.h knows by name, ignored folders left out; none for a folder that
/// cannot be opened. Bounded in number and size.
std::vector<std::string> credential_texts(std::string const& root);

}
