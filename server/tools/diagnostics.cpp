#include "tools/all_tools.h"
#include "tools/text_output.h"
#include "tools/view.h"

#include <fmt/core.h>

namespace countersign::tools {

namespace {

/// "error [clangd unused]: message", with what there is.
std::string describe(Diagnostic const& diagnostic)
{
    std::string origin = diagnostic.source;
    if (!diagnostic.code.empty())
        origin += (origin.empty() ? "" : " ") + diagnostic.code;
    return fmt::format("{}{}: {}", diagnostic.severity.empty() ? "error" : one_line(diagnostic.severity),
        origin.empty() ? "" : fmt::format(" [{}]", one_line(origin)), one_line(diagnostic.message));
}

Result<std::string> diagnostics(Context& context, Json const& arguments)
{
    std::string const path = TRY(path_argument(context, arguments));
    Rows rows(context.output_limit);
    std::size_t count = 0;
    for (Diagnostic const& diagnostic : context.diagnostics) {
        if (diagnostic.path != path)
            continue;
        ++count;
        rows.add(fmt::format(
            "{}:{}-{}:{} {}", diagnostic.line, diagnostic.column, diagnostic.end_line, diagnostic.end_column, describe(diagnostic)));
    }
    if (count == 0)
        return fmt::format("the editor reported nothing for {}", one_line(path));
    return std::move(rows).text(rows.is_full() ? fmt::format("[cut: {} of {} diagnostics]", rows.count(), count) : "");
}

}

constinit Tool const diagnostics_tool {
    .name = "diagnostics",
    .description =
        "Returns what compilers and linters in the editor report for a file: line:column-line:column (1-based, end exclusive) severity "
        "[source code]: message. They are of the file as it was when the run began, before this run's edits.",
    .schema = R"({"type":"object","additionalProperties":false,"required":["path"],"properties":{
        "path":{"type":"string","description":"relative to the workspace"}}})",
    .effect = Effect::reads,
    .call = diagnostics,
};

}
