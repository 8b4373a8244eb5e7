// The rules' functions, for the table in registry.cpp. What each needs to be safe is said at the top of its .cpp.
#pragma once

#include "refactor/rule.h"

namespace countersign::refactor {

Result<Application> invert_if(Site const& site);
Result<Application> guard_clause(Site const& site);
Result<Application> remove_else_after_return(Site const& site);
Result<Application> merge_nested_ifs(Site const& site);
Result<Application> extract_variable(Site const& site);
Result<Application> inline_variable(Site const& site);
Result<Application> rename_local(Site const& site);

}
