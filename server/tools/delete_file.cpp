#include "tools/all_tools.h"
#include "tools/text_output.h"
#include "tools/view.h"

#include <fmt/core.h>

namespace countersign::tools {

namespace {

Result<std::string> delete_file(Context& context, Json const& arguments)
{
    std::string const path = TRY(path_argument(context, arguments));
    note_use(context, path);
    TRY(context.overlay.remove(path));
    return fmt::format("deleted {}", one_line(path));
}

}

constinit Tool const delete_file_tool {
    .name = "delete_file",
    .description = "Proposes to delete a text file.",
    .schema = R"({"type":"object","additionalProperties":false,"required":["path"],"properties":{
        "path":{"type":"string","description":"relative to the workspace"}}})",
    .effect = Effect::proposes,
    .call = delete_file,
};

}
