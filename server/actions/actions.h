// The actions there are; each is defined in the .cpp of its name and listed in registry.cpp.
#pragma once

#include "actions/action.h"

namespace countersign::actions {

extern Action const explain_action;
extern Action const refactor_action;
extern Action const add_tests_action;
extern Action const fix_action;
extern Action const ask_action;

}
