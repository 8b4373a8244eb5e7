#include "tools/all_tools.h"
#include "tools/text_output.h"
#include "tools/view.h"

#include <fmt/core.h>

namespace countersign::tools {

namespace {

Result<std::string> list_files(Context& context, Json const& arguments)
{
    auto const glob = string_argument(arguments, "glob");
    auto const listing = TRY(files_matching(context, glob));
    if (listing.paths.empty() && listing.complete)
        return glob ? fmt::format("no file matches {}", one_line(*glob)) : std::string("the workspace has no files");
    Rows rows(context.output_limit);
    for (std::string const& path : listing.paths) {
        if (!rows.add(one_line(path)))
            break;
    }
    std::string notice;
    if (rows.is_full())
        notice = fmt::format("[cut: {} of {} files; narrow the glob]", rows.count(), listing.paths.size());
    else if (!listing.complete)
        notice = "[cut: the workspace has more files than are listed]";
    return std::move(rows).text(notice);
}

}

constinit Tool const list_files_tool {
    .name = "list_files",
    .description = "Lists files, one path a line, sorted, relative to the workspace. What .gitignore leaves out is not listed. "
                   "glob narrows it: * and ? stay within a folder, ** does not, as in src/**/*.{cpp,h}.",
    .schema = R"({"type":"object","additionalProperties":false,"properties":{
        "glob":{"type":"string","minLength":1,"description":"as in src/**/*.{cpp,h}; default every file"}}})",
    .effect = Effect::reads,
    .call = list_files,
};

}
