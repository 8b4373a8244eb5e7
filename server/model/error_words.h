// What an error object of a server says, in all the shapes that servers send them. Pure.
#pragma once

#include "support/json.h"

#include <string>

namespace countersign::model {

struct ErrorWords {
    std::string code;
    std::string type;
    std::string message;
    int status = 0; ///< of HTTP, where the object has it; else 0
};

/// Of {"error":{...}}, {"error":"..."}, {"detail":...}, an array around one of them, or the object itself; empty where it says nothing.
ErrorWords words_of(Json const& value);

}
