#include "builtin/framework.h"
#include "builtin/phrase.h"
#include "builtin/python_scaffold.h"

#include <fmt/core.h>

namespace countersign::builtin {

namespace {

/// It comes with Python, so a project without any other framework can use it.
int evidence(Project const& project) { return project.test_contains("unittest.TestCase") || project.test_contains("(TestCase)") ? 12 : 1; }

Scaffold write(TestContext const& context)
{
    Scaffold scaffold;
    std::string const indent = indentation_of(context, "    ");
    std::string const subject = context.unit.class_name.empty() ? context.unit.name : context.unit.class_name + "_" + context.unit.name;
    std::string cases = fmt::format("\n\nclass {}(unittest.TestCase):\n", fresh_name(context, pascal_case(subject) + "BranchTest"));
    bool is_first = true;
    for (Branch const& branch : context.unit.branches) {
        Case made = python::make_case(context, branch);
        made.name = fmt::format("test_{}", branch.name);
        cases += fmt::format("{}{}@unittest.skip(\"{}\")\n{}def {}(self):\n", is_first ? "" : "\n", indent, todo_text(context.unit, branch),
            indent, made.name);
        for (std::string const& line : python::body(context, made))
            cases += fmt::format("{}{}{}\n", indent, indent, line);
        is_first = false;
        ++scaffold.case_count;
        scaffold.cases_without_call += made.call.empty() ? 1 : 0;
    }
    std::vector<std::string> imports;
    if (!context.existing || !contains(context.existing->text, "import unittest"))
        imports.push_back("import unittest");
    std::string const import = context.unit.unreachable.empty() ? python::import_line(context) : std::string();
    if (!import.empty()) {
        if (!imports.empty() && !context.existing)
            imports.push_back("");
        imports.push_back(import);
    }
    bool const is_new = !context.existing;
    FileEdit file = python::file_edit(context, imports, cases, "tests");
    if (is_new)
        file.content += fmt::format("\n\nif __name__ == \"__main__\":\n{}unittest.main()\n", indent);
    scaffold.files.push_back(std::move(file));
    return scaffold;
}

}

Framework const unittest { "unittest", "python ", &evidence, &python::patterns, &write };

}
