#include "tools/all_tools.h"
#include "tools/text_output.h"
#include "tools/view.h"

#include "support/text.h"

#include <fmt/core.h>

namespace countersign::tools {

namespace {

Result<std::string> create_file(Context& context, Json const& arguments)
{
    std::string const path = TRY(path_argument(context, arguments));
    auto const& content = arguments.at("content").get_ref<std::string const&>();
    note_use(context, path);
    TRY(context.overlay.create(path, content));
    return fmt::format("created {} ({})", one_line(path), support::count_of(support::split_lines(content).size(), "line"));
}

}

constinit Tool const create_file_tool {
    .name = "create_file",
    .description = "Proposes a new text file with this content; folders are made as needed. Fails if the path exists: use edit_file then.",
    .schema = R"({"type":"object","additionalProperties":false,"required":["path","content"],"properties":{
        "path":{"type":"string","description":"relative to the workspace"},
        "content":{"type":"string","description":"the whole text"}}})",
    .effect = Effect::proposes,
    .call = create_file,
};

}
