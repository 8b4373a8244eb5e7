// What a run is asked to do: made by actions/, carried out by run().
#pragma once

#include "model/provider.h"
#include "tools/tool.h"

#include <string>
#include <vector>

namespace countersign::agent {

struct Task {
    std::string action;      ///< "refactor"
    std::string title;       ///< "Refactor `parse`"
    std::string system;      ///< the action's prompt
    std::string instruction; ///< the first user message: a line of JSON (see `header`), then prose
    std::vector<tools::Diagnostic> diagnostics;
    std::string model;
    bool proposes = true;                     ///< false: only tools that read are offered, as for an explanation
    std::string prompts {};                   ///< which ones `system` is made of: "common 2, refactor 1"
    std::vector<model::Material> material {}; ///< what a model is shown first; none for what is no model
};

/// The first line of `instruction`: what to do, where, in a form that the built-in provider and a test can read.
/// {"action":"refactor","path":"src/a.cpp","language":"cpp","start_line":3,"end_line":9,"start_byte":..,"end_byte":..,
///  "symbol":"parse","rule":"invert_if","name":"..","instruction":".."}; lines 1-based, bytes from the file's start.
/// An empty object if the first line is not such an object.
Json task_header(std::string_view instruction);

}
