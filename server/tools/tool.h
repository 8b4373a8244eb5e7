// What a model may call in a run. One file a tool, one line in registry().
//
// A tool reads and writes the run's overlay, never the disk. Its failure is text for the model. Any thread: the agent
// calls several at a time.
#pragma once

#include "support/json.h"
#include "support/result.h"
#include "workspace/overlay.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace countersign::tools {

/// A finding of another server or compiler that the editor sent along.
struct Diagnostic {
    std::string path;
    std::size_t line = 0, column = 0;         ///< 1-based; column in bytes
    std::size_t end_line = 0, end_column = 0; ///< end exclusive
    std::string severity; ///< "error", "warning", "information", "hint"
    std::string source;   ///< "clangd"; may be empty
    std::string code;
    std::string message;
};

struct Context {
    workspace::Overlay& overlay;
    std::vector<Diagnostic> const& diagnostics;
    std::stop_token stop;
    std::size_t output_limit = 64 * 1024; ///< bytes of a result
};

enum class Effect { reads, proposes };

struct Tool {
    std::string_view name;
    std::string_view description; ///< what the model reads
    std::string_view schema;      ///< JSON Schema of the arguments, as text
    Effect effect;
    Result<std::string> (*call)(Context& context, Json const& arguments);
};

/// In the order that models and people see.
std::span<Tool const> registry();

/// Checks the arguments against the tool's schema (unknown and missing fields, types), then calls it and caps what comes back.
/// Errors: not_found (no such tool, with the names there are), invalid_params (the field's path), and the tool's own.
Result<std::string> call(Context& context, std::string_view name, Json const& arguments);

}
