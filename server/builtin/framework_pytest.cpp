#include "builtin/framework.h"
#include "builtin/phrase.h"
#include "builtin/python_scaffold.h"

#include <fmt/core.h>

namespace countersign::builtin {

namespace {

int evidence(Project const& project)
{
    int score = project.manifest_contains("pytest") ? 6 : 0;
    score += project.test_contains("import pytest") ? 10 : 0;
    // Plain functions with plain asserts are pytest's habit.
    score += project.test_contains("\ndef test_") ? 5 : 0;
    for (TextFile const& manifest : project.manifests)
        score += manifest.path.ends_with("conftest.py") || manifest.path.ends_with("pytest.ini") ? 8 : 0;
    return score;
}

Scaffold write(TestContext const& context)
{
    Scaffold scaffold;
    std::string const indent = indentation_of(context, "    ");
    std::string cases;
    for (Branch const& branch : context.unit.branches) {
        Case made = python::make_case(context, branch);
        std::string const unit =
            slug(context.unit.class_name.empty() ? context.unit.name : context.unit.class_name + "_" + context.unit.name);
        made.name = fresh_name(context, fmt::format("test_{}_{}", unit, branch.name));
        cases += fmt::format("\n\n@pytest.mark.skip(reason=\"{}\")\ndef {}():\n", todo_text(context.unit, branch), made.name);
        for (std::string const& line : python::body(context, made))
            cases += fmt::format("{}{}\n", indent, line);
        ++scaffold.case_count;
        scaffold.cases_without_call += made.call.empty() ? 1 : 0;
    }
    std::vector<std::string> imports;
    if (!context.existing || !contains(context.existing->text, "import pytest"))
        imports.push_back("import pytest");
    std::string const import = context.unit.unreachable.empty() ? python::import_line(context) : std::string();
    if (!import.empty()) {
        if (!imports.empty() && !context.existing)
            imports.push_back("");
        imports.push_back(import);
    }
    scaffold.files.push_back(python::file_edit(context, imports, cases, "tests"));
    return scaffold;
}

}

Framework const pytest { "pytest", "python ", &evidence, &python::patterns, &write };

}
