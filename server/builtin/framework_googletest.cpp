#include "builtin/cmake.h"
#include "builtin/framework.h"
#include "builtin/listings.h"
#include "builtin/phrase.h"
#include "builtin/values.h"

#include <algorithm>
#include <fmt/core.h>

namespace countersign::builtin {

namespace {

int evidence(Project const& project)
{
    int score = 0;
    for (std::string_view const word : { "GTest", "gtest", "googletest" })
        score += project.manifest_contains(word) ? 5 : 0;
    return score + (project.test_contains("gtest/gtest.h") ? 10 : 0);
}

std::vector<NamePattern> patterns(std::string_view)
{
    return { { "", "_test.cpp" }, { "", "_tests.cpp" }, { "test_", ".cpp" }, { "", "Test.cpp" }, { "", "_test.cc" }, { "", ".test.cpp" },
        { "", "-test.cpp" } };
}

/// Suites of the existing file: TEST and TEST_F of one name do not go together.
bool has_fixture(std::string_view text, std::string_view suite)
{
    for (std::string_view const macro : { "TEST_F(", "TEST_P(", "TYPED_TEST(" }) {
        if (contains(text, fmt::format("{}{},", macro, suite)))
            return true;
    }
    return false;
}

std::string first_suite(std::string_view text)
{
    auto const place = text.find("\nTEST(");
    if (place == std::string_view::npos)
        return {};
    std::string_view const rest = text.substr(place + 6);
    return std::string(support::trim(rest.substr(0, rest.find(','))));
}

std::string suite_of(TestContext const& context)
{
    std::string suite = context.existing ? first_suite(context.existing->text) : std::string();
    if (suite.empty())
        suite = pascal_case(context.unit.class_name.empty() ? stem_of(context.source.path) : std::string_view(context.unit.class_name));
    if (context.existing && has_fixture(context.existing->text, suite))
        suite += "Cases";
    return suite;
}

/// Whether the project writes RejectsGarbage rather than rejects_garbage.
bool uses_pascal_case(TestContext const& context)
{
    for (TextFile const& test : context.project.tests) {
        for (auto place = test.text.find("TEST"); place != std::string::npos; place = test.text.find("TEST", place + 1)) {
            auto const comma = test.text.find(',', place);
            auto const name = comma == std::string::npos ? comma : test.text.find_first_not_of(" \n", comma + 1);
            if (name != std::string::npos && comma < place + 80)
                return test.text[name] >= 'A' && test.text[name] <= 'Z';
        }
    }
    return false;
}

/// How a test includes the header of the source: as the source itself does, unless another test shows a root further up.
std::string include_of(TestContext const& context)
{
    std::string const& header = context.project.header_path;
    if (header.empty())
        return {};
    std::vector<std::string const*> texts;
    for (TextFile const& test : context.project.tests)
        texts.push_back(&test.text);
    texts.push_back(context.source.text.get());
    for (std::string const* text : texts) {
        for (std::string_view const line : support::split_lines(*text)) {
            std::string_view const words = support::trim(line);
            if (!words.starts_with("#include \""))
                continue;
            std::string_view const path = words.substr(10, words.find('"', 10) - 10);
            if (path.ends_with(file_name_of(header)) && header.ends_with(path.substr(path.starts_with("../") ? path.rfind("../") + 3 : 0)))
                return std::string(path);
        }
    }
    // Another header from the same folder tells the root.
    for (TextFile const& test : context.project.tests) {
        for (std::string_view const line : support::split_lines(test.text)) {
            std::string_view const words = support::trim(line);
            if (!words.starts_with("#include \""))
                continue;
            std::string_view const path = words.substr(10, words.find('"', 10) - 10);
            std::string_view const folder = directory_of(path);
            if (directory_of(header).ends_with(folder))
                return join_path(folder, file_name_of(header));
        }
    }
    return std::string(file_name_of(header));
}

/// `int n = 0` for each argument; an lvalue, so that references bind too.
std::vector<std::string> declarations(Arguments const& arguments, std::vector<std::string>& names)
{
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < arguments.values.size(); ++i) {
        Parameter const& parameter = *arguments.parameters[i];
        std::string const name = parameter.name.empty() ? fmt::format("argument_{}", i + 1) : parameter.name;
        std::string const type = plain_cpp_type(arguments.types[i]);
        names.push_back(name);
        if (arguments.values[i] == "{}")
            lines.push_back(fmt::format("{} {} {{}}", type, name));
        else
            lines.push_back(fmt::format("{} {} = {}", type, name, arguments.values[i]));
    }
    return lines;
}

Case make_case(TestContext const& context, Branch const& branch)
{
    Unit const& unit = context.unit;
    Case made;
    made.branch = &branch;
    made.why_no_call = unit.unreachable;
    if (made.why_no_call.empty() && unit.is_generic)
        made.why_no_call = "it is a template, and its arguments have to be chosen";
    if (made.why_no_call.empty() && !std::all_of(unit.name.begin(), unit.name.end(), is_identifier_byte))
        made.why_no_call = "it has no plain name";
    if (made.why_no_call.empty() && (unit.name == unit.class_name))
        made.why_no_call = "it is a constructor";
    if (made.why_no_call.empty() && context.project.header_path.empty())
        made.why_no_call = "no header that declares it was found";
    if (!made.why_no_call.empty())
        return made;

    Arguments const arguments = arguments_for(context, unit.parameters, &branch);
    made.why_no_call = arguments.why;
    std::string callee = unit.qualified("::");
    std::vector<std::string> names;
    std::vector<std::string> setup = declarations(arguments, names);
    bool const needs_object = !unit.class_name.empty() && !unit.shape.is_static;
    if (needs_object && made.why_no_call.empty()) {
        bool const is_default = unit.shape.constructors.empty()
            || std::any_of(unit.shape.constructors.begin(), unit.shape.constructors.end(), [](std::vector<Parameter> const& parameters) {
                   return std::all_of(
                       parameters.begin(), parameters.end(), [](Parameter const& parameter) { return !parameter.default_value.empty(); });
               });
        std::string const type = unit.scope.empty() ? unit.class_name : unit.scope + "::" + unit.class_name;
        std::string initial = "{}";
        if (!is_default) {
            Arguments const of_object = arguments_for(context, unit.shape.constructors.front(), nullptr);
            if (of_object.why.empty())
                initial = fmt::format("({})", support::join(of_object.values, ", "));
            else
                made.why_no_call = of_object.why;
        }
        if (!unit.shape.is_known)
            made.why_no_call = fmt::format("the definition of {} was not found", unit.class_name);
        setup.insert(setup.begin(), initial == "{}" ? fmt::format("{} object", type) : fmt::format("{} object{}", type, initial));
        callee = "object." + unit.name;
    }
    if (!made.why_no_call.empty())
        return made;
    made.setup = std::move(setup);
    made.call = fmt::format("{}({})", callee, support::join(names, ", "));
    return made;
}

bool gives_nothing(Unit const& unit) { return unit.return_type == "void"; }

std::string render(TestContext const& context, std::string_view suite, Case const& made, std::string_view indent)
{
    std::string text = fmt::format("\nTEST({}, {})\n{{\n", suite, made.name);
    text += fmt::format("{}GTEST_SKIP() << \"{}\";\n", indent, todo_text(context.unit, *made.branch));
    for (std::string const& line : made.setup)
        text += fmt::format("{}{};\n", indent, line);
    if (made.call.empty())
        text += fmt::format("{}// TODO: call {}; {}.\n", indent, context.unit.qualified("::"), made.why_no_call);
    else if (gives_nothing(context.unit))
        text += fmt::format("{}{};\n{}// TODO: state what it must have done.\n", indent, made.call, indent);
    else
        text += fmt::format("{0}[[maybe_unused]] auto const result = {1};\n{0}// TODO: EXPECT_EQ(result, ...) once the value is known.\n",
            indent, made.call);
    return text + "}\n";
}

Scaffold write(TestContext const& context)
{
    Scaffold scaffold;
    std::string const suite = suite_of(context);
    std::string const indent = indentation_of(context, "    ");
    bool const is_pascal = uses_pascal_case(context);
    std::string body;
    for (Branch const& branch : context.unit.branches) {
        Case made = make_case(context, branch);
        std::string name = fmt::format("{}_{}", context.unit.name, branch.name);
        if (!std::all_of(name.begin(), name.end(), [](char c) { return is_identifier_byte(c) && static_cast<unsigned char>(c) < 0x80; }))
            name = "operator_" + branch.name;
        made.name = fresh_name(context, is_pascal ? pascal_case(name) : name);
        body += render(context, suite, made, indent);
        ++scaffold.case_count;
        scaffold.cases_without_call += made.call.empty() ? 1 : 0;
    }

    FileEdit file;
    std::string const include = include_of(context);
    if (context.existing) {
        file.path = context.existing->path;
        std::string const& text = context.existing->text;
        bool const has_end = text.empty() || text.ends_with('\n');
        file.edits.push_back({ { text.size(), text.size() }, (has_end ? "" : "\n") + body });
        bool const has_include = include.empty() || contains(text, std::string(file_name_of(include)) + "\"");
        if (!has_include)
            file.edits.insert(file.edits.begin(), { { 0, 0 }, fmt::format("#include \"{}\"\n", include) });
    } else {
        file.path = new_test_path(context.project, context.source.path, patterns(context.source.path), "tests");
        file.is_new = true;
        file.content =
            (include.empty() ? std::string() : fmt::format("#include \"{}\"\n\n", include)) + "#include <gtest/gtest.h>\n" + body;
    }
    file.reason = fmt::format("a case for each branch of {}", context.unit.name);
    bool const is_new = file.is_new;
    std::string const path = file.path;
    scaffold.files.push_back(std::move(file));
    if (is_new)
        register_in_cmake(context.project, path, scaffold);
    return scaffold;
}

}

Framework const googletest { "GoogleTest", "cpp c ", &evidence, &patterns, &write };

}
