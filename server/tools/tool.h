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

class Commands;

/// A finding of another server or compiler that the editor sent along.
struct Diagnostic {
    std::string path;
    std::size_t line = 0, column = 0;         ///< 1-based; column in bytes
    std::size_t end_line = 0, end_column = 0; ///< end exclusive
    std::string severity;                     ///< "error", "warning", "information", "hint"
    std::string source;                       ///< "clangd"; may be empty
    std::string code;
    std::string message;
};

/// Hears what a result was made from, so that a transcript can hold it for a replay. A file that a scan looked at without finding
/// anything is not named: leaving it out gives the same result. Called from the tools' threads.
class Observer {
public:
    virtual ~Observer() = default;
    /// `path` is resolved; what the snapshot says of it (a text, an error) was used.
    virtual void used(std::string const& path) = 0;
    /// The snapshot's list of files was used.
    virtual void listed() = 0;
};

struct Context {
    workspace::Overlay& overlay;
    std::vector<Diagnostic> const& diagnostics;
    std::stop_token stop;
    std::size_t output_limit = 64 * 1024; ///< bytes of a result
    Observer* observer = nullptr;         ///< may be null
    Commands* commands = nullptr;         ///< null: none can be run here
};

enum class Effect {
    reads,
    proposes,
    runs, ///< a command; may propose what it changed
};

struct Tool {
    std::string_view name;
    std::string_view description; ///< what the model reads
    std::string_view schema;      ///< JSON Schema of the arguments, as text
    Effect effect;
    Result<std::string> (*call)(Context& context, Json const& arguments);
};

/// In the order that models and people see.
std::span<Tool const> registry();
/// Null if none has this name.
Tool const* find_tool(std::span<Tool const> tools, std::string_view name);

/// Checks the arguments against the tool's schema (unknown and missing fields, types), then calls it and caps what comes back. Never
/// throws. Errors: not_found (no such tool, with the names there are), invalid_params (the field's path), internal (the tool threw), and
/// the tool's own.
Result<std::string> call(Context& context, std::string_view name, Json const& arguments);
Result<std::string> call(Context& context, std::span<Tool const> tools, std::string_view name, Json const& arguments);

}
