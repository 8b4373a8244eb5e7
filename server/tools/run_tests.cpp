#include "tools/all_tools.h"
#include "tools/command_call.h"
#include "tools/test_command.h"
#include "tools/view.h"

#include "sandbox/policy.h"
#include "support/text.h"

#include <fmt/core.h>

namespace countersign::tools {

namespace {

/// Building comes first, often from nothing.
constexpr std::chrono::seconds longest { 600 };

std::string detail_of(sandbox::Outcome const& outcome)
{
    std::string const counted = count_tests(outcome.output);
    if (counted.empty())
        return sandbox::describe(outcome);
    return succeeded(outcome) ? counted : fmt::format("{} ({})", counted, sandbox::describe(outcome));
}

/// The interpreter itself says so, and nothing else.
bool has_no_module(sandbox::Outcome const& outcome)
{
    std::string_view const said = support::trim(outcome.output);
    return outcome.ending == sandbox::Ending::exited && outcome.status == 1 && said.find(": No module named ") != std::string_view::npos
        && said.find('\n') == std::string_view::npos;
}

Result<std::string> run_tests(Context& context, Json const& arguments)
{
    std::string path;
    if (arguments.contains("path"))
        path = TRY(path_argument(context, arguments));
    TestCommand const found = TRY(find_test_command(context, path));
    CommandCall call = TRY(make_call(context, "run_tests", found.argv, found.directory));
    call.request.command.environment = found.environment;
    call.request.limits.wall_time = longest;
    call.may_ask = !arguments.contains("ask") || arguments.at("ask").get<bool>();
    sandbox::Outcome outcome = TRY(run_and_note(context, call, detail_of, found.otherwise.empty() ? nullptr : has_no_module));
    if (!found.otherwise.empty() && has_no_module(outcome)) {
        call.request.command.argv = found.otherwise;
        outcome = TRY(run_and_note(context, call, detail_of));
    }
    std::string const counted = count_tests(outcome.output);
    return fmt::format(
        "{}{}{}\n{}", sandbox::shown(call.request.command.argv), counted.empty() ? "" : ": ", counted, render(context, outcome, {}));
}

}

constinit Tool const run_tests_tool {
    .name = "run_tests",
    .description =
        "Builds the project if need be and runs its tests in the sandbox, on unsaved buffers and this run's edits, by the project's "
        "own test command (CMake, Cargo, Go, Maven, Gradle, npm, pytest, unittest or make). Returns how many passed and what was "
        "printed; the proposal will say how they ended. A person may be asked first.",
    .schema = R"({"type":"object","additionalProperties":false,"properties":{
        "path":{"type":"string","description":"a file or folder of the project to test, where the workspace holds several; default the root"},
        "ask":{"type":"boolean","description":"false: do not run where a person would have to be asked; default true"}}})",
    .effect = Effect::runs,
    .call = run_tests,
};

}
