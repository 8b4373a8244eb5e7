// What the first user message asks for: its first line, as agent/task.h describes it, read into fields.
#pragma once

#include "support/json.h"
#include "support/result.h"
#include "support/text.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace countersign::builtin {

/// A finding that the task is about. Lines and columns are 1-based, columns in bytes, ends exclusive; 0 is unknown.
struct Diagnostic {
    std::size_t line = 0, column = 0;
    std::size_t end_line = 0, end_column = 0;
    std::string severity, source, code, message;
};

struct Task {
    std::string action;
    std::string path;
    std::string language;                     ///< a folder's name under grammars/; empty if we have none for the file
    std::size_t start_line = 0, end_line = 0; ///< 1-based; 0 if the task does not say
    ByteRange selection;
    bool has_bytes = false; ///< `selection` was given
    std::string symbol;
    std::string rule;
    std::string name;
    std::string instruction;
    std::vector<Diagnostic> diagnostics;
};

/// Errors: invalid_params, for a person.
Result<Task> read_task(std::string_view text);

}
