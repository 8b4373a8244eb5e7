// The JSON forms of what stands in a transcript, both ways. Decoders are strict: a field of the wrong type is an error that
// names it, never a default.
#pragma once

#include "agent/run.h"
#include "agent/task.h"
#include "support/json.h"
#include "workspace/encoding.h"

#include <nlohmann/json.hpp>

namespace countersign::agent {

Json to_json(Error const& error);
Json to_json(workspace::TextFormat const& format);
Json to_json(Task const& task);
Json to_json(Limits const& limits);
/// Changes are in it as path, kind and hash; their texts are not.
Json to_json(Outcome const& outcome);

/// Errors of all: invalid_params naming the field.
Result<Error> error_from_json(Json const& value);
Result<workspace::TextFormat> format_from_json(Json const& value);
Result<Task> task_from_json(Json const& value);
Result<Limits> limits_from_json(Json const& value);

}
