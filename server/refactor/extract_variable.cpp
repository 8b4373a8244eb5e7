#include "refactor/rules.h"

namespace countersign::refactor {

Result<Application> extract_variable(Site const&) { return fail(ErrorCode::not_found, "not offered yet"); }

}
