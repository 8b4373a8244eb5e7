#include "builtin/framework.h"
#include "builtin/functions.h"
#include "builtin/listings.h"
#include "builtin/phrase.h"

#include <algorithm>
#include <fmt/core.h>

namespace countersign::builtin {

namespace {

int evidence(Project const& project) { return project.manifests.empty() && project.tests.empty() ? 2 : 10; }

std::vector<NamePattern> patterns(std::string_view) { return { { "", "_test.go" } }; }

std::string package_of(std::string_view text)
{
    for (std::string_view const line : support::split_lines(text)) {
        if (line.starts_with("package "))
            return std::string(
                support::trim(line.substr(8, line.find("//") == std::string_view::npos ? std::string_view::npos : line.find("//") - 8)));
    }
    return "main";
}

/// How many values a function gives back, from its result as written: "(int, error)", "error", "".
std::size_t result_count(std::string_view result)
{
    result = support::trim(result);
    if (result.empty())
        return 0;
    if (!result.starts_with('('))
        return 1;
    std::size_t count = 1;
    int depth = 0;
    for (char const c : result.substr(1, result.size() - 2)) {
        depth += c == '(' || c == '[' || c == '{' ? 1 : c == ')' || c == ']' || c == '}' ? -1 : 0;
        count += c == ',' && depth == 0 ? 1 : 0;
    }
    return result == "()" ? 0 : count;
}

/// The zero value of a type that is declared without another package.
Case make_case(TestContext const& context, Branch const& branch)
{
    Unit const& unit = context.unit;
    Case made;
    made.branch = &branch;
    made.why_no_call = unit.unreachable;
    if (made.why_no_call.empty() && unit.is_generic)
        made.why_no_call = "its type parameters have to be chosen";
    if (made.why_no_call.empty() && unit.class_name.find('[') != std::string::npos)
        made.why_no_call = "the type parameters of its receiver have to be chosen";
    std::vector<std::string> names;
    for (Parameter const& parameter : unit.parameters) {
        if (parameter.is_variadic)
            continue;
        std::string const name =
            parameter.name.empty() || parameter.name == "_" ? fmt::format("argument{}", names.size() + 1) : parameter.name;
        if (contains(parameter.type, ".") && made.why_no_call.empty())
            made.why_no_call = fmt::format("a value for {} of type {} has to be made first", name, parameter.type);
        auto const witness = witness_of(branch.condition);
        bool const is_integer = parameter.type == "int" || parameter.type == "int64" || parameter.type == "int32";
        if (is_integer && witness && witness->parameter == name)
            made.setup.push_back(fmt::format("{} := {}({})", name, parameter.type, witness->value));
        else
            made.setup.push_back(fmt::format("var {} {}", name, parameter.type));
        names.push_back(name);
    }
    std::string callee = unit.name;
    if (!unit.class_name.empty()) {
        made.setup.insert(made.setup.begin(), fmt::format("var subject {}", unit.class_name));
        callee = "subject." + unit.name;
    }
    if (!made.why_no_call.empty()) {
        made.setup.clear();
        return made;
    }
    made.call = fmt::format("{}({})", callee, support::join(names, ", "));
    std::size_t const results = result_count(unit.return_type);
    if (results > 0) {
        std::string blanks = "_";
        for (std::size_t i = 1; i < results; ++i)
            blanks += ", _";
        made.call = fmt::format("{} = {}", blanks, made.call);
    }
    return made;
}

Scaffold write(TestContext const& context)
{
    Scaffold scaffold;
    bool const is_external = context.existing && package_of(context.existing->text).ends_with("_test");
    std::string cases;
    for (Branch const& branch : context.unit.branches) {
        Case made = make_case(context, branch);
        if (is_external) {
            made.call.clear();
            made.setup.clear();
            made.why_no_call = "this file tests the package from outside";
        }
        std::string const subject = context.unit.class_name.empty() ? context.unit.name : context.unit.class_name + "_" + context.unit.name;
        made.name = fresh_name(context, fmt::format("Test{}_{}", pascal_case(subject), pascal_case(branch.name)));
        cases += fmt::format("\nfunc {}(t *testing.T) {{\n\tt.Skip(\"{}\")\n", made.name, todo_text(context.unit, branch));
        for (std::string const& line : made.setup)
            cases += fmt::format("\t{}\n", line);
        if (made.call.empty())
            cases += fmt::format("\t// TODO: call {}; {}.\n", context.unit.qualified("."), made.why_no_call);
        else
            cases += fmt::format("\t{}\n\t// TODO: compare with what it must be.\n", made.call);
        cases += "}\n";
        ++scaffold.case_count;
        scaffold.cases_without_call += made.call.empty() ? 1 : 0;
    }
    FileEdit file;
    file.reason = fmt::format("a case for each branch of {}", context.unit.name);
    if (context.existing) {
        std::string const& text = context.existing->text;
        file.path = context.existing->path;
        file.edits.push_back({ { text.size(), text.size() }, (text.ends_with('\n') ? "" : "\n") + cases });
    } else {
        // Go looks for tests beside the source.
        file.path = join_path(directory_of(context.source.path), std::string(stem_of(context.source.path)) + "_test.go");
        file.is_new = true;
        file.content = fmt::format("package {}\n\nimport \"testing\"\n{}", package_of(*context.source.text), cases);
    }
    scaffold.files.push_back(std::move(file));
    return scaffold;
}

}

Framework const go_test { "go test", "go ", &evidence, &patterns, &write };

}
