#include "refactor/rules.h"

namespace countersign::refactor {

Result<Application> rename_local(Site const&) { return fail(ErrorCode::not_found, "not offered yet"); }

}
