#include "workspace/file_source.h"

namespace countersign::workspace {

Result<> FileSource::check_readable(std::string const&) const { return {}; }

Result<> FileSource::check_target(std::string const&) const { return {}; }

}
