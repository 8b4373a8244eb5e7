#include "tools/all_tools.h"
#include "tools/text_output.h"
#include "tools/view.h"

#include <fmt/core.h>

namespace countersign::tools {

namespace {

Result<std::string> move_file(Context& context, Json const& arguments)
{
    std::string const from = TRY(path_argument(context, arguments, "from"));
    std::string const to = TRY(path_argument(context, arguments, "to"));
    if (from == to)
        return fail(ErrorCode::invalid_params, fmt::format("to: is {} itself", one_line(from)));
    note_use(context, from);
    note_use(context, to);
    TRY(context.overlay.move(from, to));
    return fmt::format("moved {} to {}", one_line(from), one_line(to));
}

}

constinit Tool const move_file_tool {
    .name = "move_file",
    .description = "Proposes to move or rename a text file. Does not change what refers to it. Fails if the new path exists.",
    .schema = R"({"type":"object","additionalProperties":false,"required":["from","to"],"properties":{
        "from":{"type":"string","description":"relative to the workspace"},
        "to":{"type":"string","description":"relative to the workspace"}}})",
    .effect = Effect::proposes,
    .call = move_file,
};

}
