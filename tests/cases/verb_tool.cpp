// `tool NAME`: calls one tool with the JSON in the script section, as a model would, and then shows what it proposes as a diff.
#include "tests/cases/verbs.h"
#include "tests/cases/workspace.h"

#include "tools/tool.h"

namespace countersign::tests {

std::string tool(Case const& test_case)
{
    auto const arguments = support::parse_json(test_case.script.empty() ? "{}" : test_case.script);
    if (!arguments)
        return to_string(arguments.error()) + "\n";
    workspace::Overlay overlay(snapshot_of(test_case));
    std::vector<tools::Diagnostic> const diagnostics = diagnostics_of(test_case, test_case.argument("diagnostic"));
    tools::Context context { overlay, diagnostics, {} };
    auto const text = tools::call(context, test_case.words().empty() ? "" : test_case.words()[0], *arguments);
    return with_line_feed(text ? *text : to_string(text.error())) + diff_of(overlay.changes());
}

}
