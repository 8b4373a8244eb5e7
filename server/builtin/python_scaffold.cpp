#include "builtin/python_scaffold.h"

#include "builtin/listings.h"
#include "builtin/phrase.h"

#include <algorithm>
#include <fmt/core.h>

namespace countersign::builtin::python {

namespace {

/// `import a.b` and `from a.b import c` in a line of a test.
std::string_view imported_module(std::string_view line)
{
    line = support::trim(line);
    for (std::string_view const word : { "from ", "import " }) {
        if (!line.starts_with(word))
            continue;
        std::string_view const rest = line.substr(word.size());
        return rest.substr(0, rest.find_first_of(" ,;"));
    }
    return {};
}

std::string dotted(std::string_view path)
{
    std::string name(path.substr(0, path.size() - (path.ends_with(".py") ? 3 : 0)));
    std::replace(name.begin(), name.end(), '/', '.');
    if (name.ends_with(".__init__"))
        name.resize(name.size() - 9);
    return name;
}

}

std::vector<NamePattern> patterns(std::string_view) { return { { "test_", ".py" }, { "", "_test.py" } }; }

std::string module_name(TestContext const& context)
{
    std::string const whole = dotted(context.source.path);
    // Another test's import of this or a neighbouring module shows where the packages begin.
    for (TextFile const& test : context.project.tests) {
        for (std::string_view const line : support::split_lines(test.text)) {
            std::string_view const module = imported_module(line);
            if (module.empty())
                continue;
            if (whole == module || whole.ends_with("." + std::string(module)))
                return std::string(module);
        }
    }
    for (TextFile const& test : context.project.tests) {
        for (std::string_view const line : support::split_lines(test.text)) {
            std::string_view const first = imported_module(line).substr(0, imported_module(line).find('.'));
            if (first.empty())
                continue;
            auto const place = whole.find(std::string(first) + ".");
            if (place != std::string::npos && (place == 0 || whole[place - 1] == '.'))
                return whole.substr(place);
        }
    }
    for (std::string_view const root : { "src.", "lib.", "python." }) {
        if (whole.starts_with(root))
            return whole.substr(root.size());
    }
    return whole;
}

std::string imported_name(Unit const& unit) { return unit.class_name.empty() ? unit.name : unit.class_name; }

std::string import_line(TestContext const& context)
{
    std::string const name = imported_name(context.unit);
    if (context.existing) {
        // Imported by name already, on whatever line of a longer import.
        std::string_view const text = context.existing->text;
        std::string_view const head = text.substr(0, after_imports(text));
        for (auto place = head.find(name); place != std::string_view::npos; place = head.find(name, place + 1)) {
            bool const begins = place > 0 && !is_identifier_byte(head[place - 1]) && head[place - 1] != '.';
            std::size_t const end = place + name.size();
            bool const ends =
                end == head.size() || (!is_identifier_byte(head[end]) && head[end] != '.' && head.substr(end, 7) != " import");
            if (begins && ends)
                return {};
        }
    }
    return fmt::format("from {} import {}", module_name(context), name);
}

Case make_case(TestContext const& context, Branch const& branch)
{
    Unit const& unit = context.unit;
    Case made;
    made.branch = &branch;
    made.why_no_call = unit.unreachable;
    bool const is_constructor = unit.name == "__init__" && !unit.class_name.empty();
    if (made.why_no_call.empty() && unit.name.starts_with("__") && unit.name != "__call__" && !is_constructor)
        made.why_no_call = "Python calls it by itself";
    if (!made.why_no_call.empty())
        return made;
    Arguments const arguments = arguments_for(context, unit.parameters, &branch);
    made.why_no_call = arguments.why;
    std::string callee = unit.name;
    if (is_constructor) {
        callee = unit.class_name;
    } else if (!unit.class_name.empty()) {
        callee = unit.class_name + "." + unit.name;
        if (!unit.shape.is_static) {
            Arguments object;
            if (!unit.shape.constructors.empty())
                object = arguments_for(context, unit.shape.constructors.front(), nullptr);
            if (made.why_no_call.empty())
                made.why_no_call = object.why;
            made.setup.push_back(fmt::format("subject = {}({})", unit.class_name, support::join(object.values, ", ")));
            callee = "subject." + unit.name;
        }
    }
    if (!made.why_no_call.empty()) {
        made.setup.clear();
        return made;
    }
    std::vector<std::string> names;
    for (std::size_t i = 0; i < arguments.values.size(); ++i)
        names.push_back(fmt::format("{}={}", arguments.parameters[i]->name, arguments.values[i]));
    made.call = unit.is_property ? callee : fmt::format("{}({})", callee, support::join(names, ", "));
    return made;
}

std::vector<std::string> body(TestContext const& context, Case const& made)
{
    std::vector<std::string> lines = made.setup;
    if (made.call.empty())
        return { fmt::format("# TODO: call {}; {}.", context.unit.qualified("."), made.why_no_call), "pass" };
    if (context.unit.is_async)
        return { "import asyncio", fmt::format("result = asyncio.run({})", made.call), "# TODO: assert what result must be." };
    lines.push_back(fmt::format("result = {}", made.call));
    lines.push_back("# TODO: assert what result must be.");
    return lines;
}

std::size_t after_imports(std::string_view text)
{
    Source const source = parse_source("test.py", std::string(text), "python");
    if (!source.tree)
        return 0;
    std::size_t end = 0;
    for (syntax::Node const node : source.tree->root().named_children()) {
        bool const is_docstring = end == 0 && node.is("expression_statement") && node.named_child(0).is("string");
        if (is_docstring || node.is_any({ "import_statement", "import_from_statement", "future_import_statement" }))
            end = node.end();
    }
    return end == 0 ? 0 : source.lines.start(source.lines.line_at(end) + 1);
}

FileEdit file_edit(
    TestContext const& context, std::vector<std::string> const& imports, std::string const& cases, std::string_view default_folder)
{
    FileEdit file;
    file.reason = fmt::format("a case for each branch of {}", context.unit.name);
    std::string const import_text = support::join(imports, "\n");
    if (!context.existing) {
        file.path = new_test_path(context.project, context.source.path, patterns(context.source.path), default_folder);
        file.is_new = true;
        file.content = import_text + "\n" + cases;
        return file;
    }
    file.path = context.existing->path;
    std::string_view const text = context.existing->text;
    std::size_t const imports_end = after_imports(text);
    if (!imports.empty())
        file.edits.push_back({ { imports_end, imports_end }, import_text + "\n" });
    std::size_t end = text.size();
    for (std::string_view const main : { "\nif __name__ ==", "\nif __name__==" }) {
        if (auto const place = text.find(main); place != std::string_view::npos)
            end = place + 1;
    }
    std::string_view const before = support::trim_end(text.substr(0, end));
    std::string addition = cases;
    if (end < text.size())
        addition += "\n\n";
    // Two empty lines above whatever stood there.
    std::size_t const breaks = static_cast<std::size_t>(
        std::count(text.begin() + static_cast<std::ptrdiff_t>(before.size()), text.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
    while (addition.starts_with('\n'))
        addition.erase(0, 1);
    addition.insert(0, std::string(breaks >= 3 || before.empty() ? 0 : 3 - breaks, '\n'));
    file.edits.push_back({ { end, end }, std::move(addition) });
    return file;
}

}
