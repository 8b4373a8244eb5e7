#include "tools/all_tools.h"
#include "tools/schema.h"
#include "tools/text_output.h"

#include "support/log.h"

#include <array>
#include <exception>
#include <fmt/core.h>

namespace countersign::tools {

std::span<Tool const> registry()
{
    static std::array const tools {
        read_file_tool,
        list_files_tool,
        search_tool,
        outline_tool,
        references_tool,
        diagnostics_tool,
        edit_file_tool,
        create_file_tool,
        delete_file_tool,
        move_file_tool,
        run_command_tool,
        run_tests_tool,
    };
    return tools;
}

Tool const* find_tool(std::span<Tool const> tools, std::string_view name)
{
    for (Tool const& tool : tools) {
        if (tool.name == name)
            return &tool;
    }
    return nullptr;
}

namespace {

Result<std::string> call_checked(Context& context, Tool const& tool, Json const& arguments)
{
    Json const schema = TRY(support::parse_json(tool.schema));
    TRY(check_schema(schema, arguments));
    if (context.stop.stop_requested())
        return fail(ErrorCode::cancelled, "the run was stopped before this call ran");
    return capped(TRY(tool.call(context, arguments)), context.output_limit);
}

}

Result<std::string> call(Context& context, std::span<Tool const> tools, std::string_view name, Json const& arguments)
{
    Tool const* tool = find_tool(tools, name);
    if (!tool) {
        std::vector<std::string> names;
        for (Tool const& known : tools)
            names.emplace_back(known.name);
        return fail(ErrorCode::not_found,
            fmt::format("there is no tool \"{}\"; there are {}", one_line(name.substr(0, 80)), support::join(names, ", ")));
    }
    // The boundary: a defect in a tool must not take the run, let alone the server, with it.
    try {
        return call_checked(context, *tool, arguments);
    } catch (std::exception const& exception) {
        log::error("the tool {} threw: {}", tool->name, exception.what());
        return fail(ErrorCode::internal, fmt::format("the tool {} failed: {}", tool->name, exception.what()));
    } catch (...) {
        log::error("the tool {} threw", tool->name);
        return fail(ErrorCode::internal, fmt::format("the tool {} failed", tool->name));
    }
}

Result<std::string> call(Context& context, std::string_view name, Json const& arguments)
{
    return call(context, registry(), name, arguments);
}

}
