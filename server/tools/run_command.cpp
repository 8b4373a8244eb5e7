#include "sandbox/policy.h"
#include "tools/all_tools.h"
#include "tools/command_call.h"
#include "tools/view.h"

#include <algorithm>
#include <fmt/core.h>

namespace countersign::tools {

namespace {

constexpr std::size_t longest_seconds = 600;

Result<std::string> run_command(Context& context, Json const& arguments)
{
    auto argv = arguments.at("argv").get<std::vector<std::string>>();
    TRY(sandbox::check_argv(argv));
    std::string directory;
    if (arguments.contains("directory"))
        directory = TRY(path_argument(context, arguments, "directory"));
    CommandCall call = TRY(make_call(context, "run_command", std::move(argv), std::move(directory)));
    if (auto const seconds = number_argument(arguments, "timeout_seconds"))
        call.request.limits.wall_time = std::chrono::seconds(std::min(*seconds, longest_seconds));
    sandbox::Outcome const outcome = TRY(run_and_note(context, call, sandbox::describe));
    bool const keeps = arguments.contains("keep_changes") && arguments.at("keep_changes").get<bool>();
    return render(context, outcome, keeps ? keep_changes(context, outcome) : list_changes(outcome));
}

}

constinit Tool const run_command_tool {
    .name = "run_command",
    .description =
        "Runs one program in a sandbox: a copy-on-write view of the workspace with unsaved buffers and this run's edits in it, no "
        "network, standard input empty. Nothing that it changes reaches the disk. Give the arguments one by one, not as a text "
        "for a shell. A person may be asked first. Returns how it ended and what it printed.",
    .schema = R"({"type":"object","additionalProperties":false,"required":["argv"],"properties":{
        "argv":{"type":"array","items":{"type":"string"},"description":"the program and its arguments, as in [\"clang-format\",\"-i\",\"src/a.cpp\"]"},
        "directory":{"type":"string","description":"where it runs, relative to the workspace; default its root"},
        "timeout_seconds":{"type":"integer","minimum":1,"description":"default 120, at most 600"},
        "keep_changes":{"type":"boolean","description":"true: propose what it changed; default false: drop it"}}})",
    .effect = Effect::runs,
    .call = run_command,
};

}
