#include "builtin/framework.h"
#include "builtin/listings.h"
#include "builtin/phrase.h"

#include <algorithm>
#include <fmt/core.h>

namespace countersign::builtin {

namespace {

// Jest and Vitest read alike; they differ in what a test file imports.

std::string_view extension_of(std::string_view path)
{
    auto const dot = path.rfind('.');
    return dot == std::string_view::npos ? std::string_view() : path.substr(dot);
}

std::vector<NamePattern> patterns(std::string_view source_path)
{
    static constexpr std::string_view extensions[] = { ".js", ".jsx", ".ts", ".tsx", ".mjs", ".cjs", ".mts", ".cts" };
    static constexpr NamePattern named[][4] = {
        { { "", ".test.js" }, { "", ".spec.js" }, { "", "-test.js" }, { "", "_test.js" } },
        { { "", ".test.jsx" }, { "", ".spec.jsx" }, { "", "-test.jsx" }, { "", "_test.jsx" } },
        { { "", ".test.ts" }, { "", ".spec.ts" }, { "", "-test.ts" }, { "", "_test.ts" } },
        { { "", ".test.tsx" }, { "", ".spec.tsx" }, { "", "-test.tsx" }, { "", "_test.tsx" } },
        { { "", ".test.mjs" }, { "", ".spec.mjs" }, { "", "-test.mjs" }, { "", "_test.mjs" } },
        { { "", ".test.cjs" }, { "", ".spec.cjs" }, { "", "-test.cjs" }, { "", "_test.cjs" } },
        { { "", ".test.mts" }, { "", ".spec.mts" }, { "", "-test.mts" }, { "", "_test.mts" } },
        { { "", ".test.cts" }, { "", ".spec.cts" }, { "", "-test.cts" }, { "", "_test.cts" } },
    };
    for (std::size_t i = 0; i < std::size(extensions); ++i) {
        if (extension_of(source_path) == extensions[i])
            return { std::begin(named[i]), std::end(named[i]) };
    }
    return { std::begin(named[0]), std::end(named[0]) };
}

int jest_evidence(Project const& project)
{
    int score = project.manifest_contains("\"jest\"") ? 6 : 0;
    score += project.manifest_contains("jest --") || project.manifest_contains("\"test\": \"jest") ? 3 : 0;
    score += project.test_contains("@jest/globals") || project.test_contains("jest.") ? 5 : 0;
    for (TextFile const& manifest : project.manifests)
        score += file_name_of(manifest.path).starts_with("jest.config") ? 6 : 0;
    return score;
}

int vitest_evidence(Project const& project)
{
    int score = project.manifest_contains("\"vitest\"") ? 6 : 0;
    score += project.manifest_contains("\"test\": \"vitest") ? 3 : 0;
    score += project.test_contains("'vitest'") || project.test_contains("\"vitest\"") ? 8 : 0;
    for (TextFile const& manifest : project.manifests)
        score += file_name_of(manifest.path).starts_with("vitest.config") ? 6 : 0;
    return score;
}

/// How the project's tests are written.
struct Habits {
    char quote = '\'';
    std::string semicolon = ";";
    std::string test_word = "test";
    bool is_commonjs = false;
    bool imports_globals = false; ///< from vitest or @jest/globals
    std::string import_extension; ///< ".js" if imports carry one
};

bool has_line_with(std::string_view text, std::string_view begin, std::string_view part)
{
    for (std::string_view const line : support::split_lines(text)) {
        if (support::trim(line).starts_with(begin) && contains(line, part))
            return true;
    }
    return false;
}

Habits habits_of(TestContext const& context, bool is_vitest)
{
    Habits habits;
    std::string_view const source = *context.source.text;
    habits.is_commonjs = contains(source, "module.exports") || has_line_with(source, "exports.", "=");
    habits.imports_globals = is_vitest;
    std::size_t single = 0, twice = 0, ended = 0, open = 0, its = 0, tests = 0;
    for (TextFile const& test : context.project.tests) {
        for (std::string_view const line : support::split_lines(test.text)) {
            std::string_view const words = support::trim(line);
            bool const is_import = words.starts_with("import ") || contains(words, "require(");
            if (is_import) {
                (contains(words, "'") ? single : twice) += 1;
                (words.ends_with(';') ? ended : open) += 1;
                if (contains(words, "./"))
                    habits.import_extension = contains(words, ".js'") || contains(words, ".js\"") ? ".js"
                        : contains(words, ".ts'") || contains(words, ".ts\"")                     ? ".ts"
                        : contains(words, ".mjs")                                                 ? ".mjs"
                                                                                                  : "";
            }
            its += words.starts_with("it(") ? 1 : 0;
            tests += words.starts_with("test(") ? 1 : 0;
        }
    }
    if (!context.project.tests.empty())
        habits.imports_globals = context.project.test_contains(is_vitest ? "vitest" : "@jest/globals");
    else
        habits.import_extension = extension_of(context.source.path) == ".mjs" ? ".mjs" : "";
    if (twice > single)
        habits.quote = '"';
    if (open > ended)
        habits.semicolon.clear();
    if (its > tests)
        habits.test_word = "it";
    return habits;
}

enum class Export { none, named, default_export, member };

/// How the file gives the unit to others.
Export export_of(TestContext const& context, std::string const& name)
{
    std::string_view const text = *context.source.text;
    for (std::string_view const line : support::split_lines(text)) {
        std::string_view const words = support::trim(line);
        bool const has_name = [&] {
            for (auto place = words.find(name); place != std::string_view::npos; place = words.find(name, place + 1)) {
                std::size_t const end = place + name.size();
                if ((place == 0 || !is_identifier_byte(words[place - 1])) && (end == words.size() || !is_identifier_byte(words[end])))
                    return true;
            }
            return false;
        }();
        if (!has_name)
            continue;
        if (words.starts_with("export default"))
            return Export::default_export;
        if (words.starts_with("export "))
            return Export::named;
        if (words.starts_with("exports." + name) || words.starts_with("module.exports." + name))
            return Export::named;
        if (words.starts_with("module.exports =") && !contains(words, "{"))
            return Export::default_export;
    }
    // A list over several lines.
    for (std::string_view const head : { "module.exports = {", "export {" }) {
        auto const begin = text.find(head);
        if (begin == std::string_view::npos)
            continue;
        std::string_view const list = text.substr(begin, text.find('}', begin) - begin);
        for (auto place = list.find(name); place != std::string_view::npos; place = list.find(name, place + 1)) {
            std::size_t const end = place + name.size();
            if (!is_identifier_byte(list[place - 1]) && (end == list.size() || !is_identifier_byte(list[end])))
                return Export::named;
        }
    }
    return Export::none;
}

std::string import_line(TestContext const& context, Habits const& habits, Export how, std::string const& name, std::string_view test_path)
{
    std::string module = relative_path(context.source.path, directory_of(test_path));
    module.resize(module.size() - extension_of(module).size());
    module += habits.import_extension;
    if (!module.starts_with("../"))
        module.insert(0, "./");
    std::string const names = how == Export::default_export ? name : fmt::format("{{ {} }}", name);
    if (habits.is_commonjs)
        return fmt::format("const {} = require({}{}{}){}\n", names, habits.quote, module, habits.quote, habits.semicolon);
    return fmt::format("import {} from {}{}{}{}\n", names, habits.quote, module, habits.quote, habits.semicolon);
}

Case make_case(TestContext const& context, Branch const& branch, Export how)
{
    Unit const& unit = context.unit;
    Case made;
    made.branch = &branch;
    made.why_no_call = unit.unreachable;
    if (made.why_no_call.empty() && how == Export::none)
        made.why_no_call = "its file does not export it";
    if (made.why_no_call.empty() && unit.name == "constructor")
        made.why_no_call = "it is a constructor";
    if (!made.why_no_call.empty())
        return made;
    Arguments const arguments = arguments_for(context, unit.parameters, &branch);
    made.why_no_call = arguments.why;
    std::string callee = unit.name;
    if (!unit.class_name.empty()) {
        callee = unit.class_name + "." + unit.name;
        if (!unit.shape.is_static) {
            Arguments object;
            if (!unit.shape.constructors.empty())
                object = arguments_for(context, unit.shape.constructors.front(), nullptr);
            if (made.why_no_call.empty())
                made.why_no_call = object.why;
            made.setup.push_back(fmt::format("const subject = new {}({})", unit.class_name, support::join(object.values, ", ")));
            callee = "subject." + unit.name;
        }
    }
    if (!made.why_no_call.empty()) {
        made.setup.clear();
        return made;
    }
    made.call = unit.is_property ? callee : fmt::format("{}({})", callee, support::join(arguments.values, ", "));
    return made;
}

/// A sentence for the title of a test, in the project's quotes.
std::string title_of(Branch const& branch, char quote)
{
    std::string title = fmt::format("{}: TODO, say what is expected", branch.title);
    std::string safe;
    for (char const c : title) {
        if (c == '`')
            continue;
        if (c == quote || c == '\\')
            safe += '\\';
        // A title is also a format: %s means an argument.
        safe += c;
        if (c == '%')
            safe += c;
    }
    return safe;
}

Scaffold write(TestContext const& context, bool is_vitest)
{
    Scaffold scaffold;
    Habits const habits = habits_of(context, is_vitest);
    std::string const indent = indentation_of(context, "  ");
    std::string const& name = context.unit.class_name.empty() ? context.unit.name : context.unit.class_name;
    Export const how = context.unit.unreachable.empty() ? export_of(context, name) : Export::none;
    std::string const group = context.unit.class_name.empty() ? context.unit.name : context.unit.class_name + "." + context.unit.name;
    std::string cases = fmt::format("\ndescribe({0}{1}, by branch{0}, () => {{\n", habits.quote, group);
    bool is_first = true;
    for (Branch const& branch : context.unit.branches) {
        Case const made = make_case(context, branch, how);
        std::string const in = indent + indent;
        cases += fmt::format("{}{}{}.skip({}{}{}, {}() => {{\n", is_first ? "" : "\n", indent, habits.test_word, habits.quote,
            title_of(branch, habits.quote), habits.quote, context.unit.is_async ? "async " : "");
        for (std::string const& line : made.setup)
            cases += fmt::format("{}{}{}\n", in, line, habits.semicolon);
        if (made.call.empty())
            cases += fmt::format("{}// TODO: call {}; {}.\n", in, group, made.why_no_call);
        else
            cases += fmt::format("{0}const result = {1}{2}{3}\n{0}// TODO: expect(result) to be what it must be.\n", in,
                context.unit.is_async ? "await " : "", made.call, habits.semicolon);
        cases += fmt::format("{}}}){}\n", indent, habits.semicolon);
        is_first = false;
        ++scaffold.case_count;
        scaffold.cases_without_call += made.call.empty() ? 1 : 0;
    }
    cases += fmt::format("}}){}\n", habits.semicolon);

    FileEdit file;
    file.reason = fmt::format("a case for each branch of {}", context.unit.name);
    file.path = context.existing
        ? context.existing->path
        : new_test_path(context.project, context.source.path, patterns(context.source.path), directory_of(context.source.path));
    std::string const import = how == Export::none ? std::string() : import_line(context, habits, how, name, file.path);
    if (context.existing) {
        std::string const& text = context.existing->text;
        bool is_imported = import.empty();
        std::size_t after = 0, offset = 0;
        for (std::string_view const line : support::split_lines(text)) {
            bool const is_import = support::trim(line).starts_with("import ") || contains(line, "require(");
            is_imported =
                is_imported || (is_import && (contains(line, name + " ") || contains(line, name + ",") || contains(line, name + "}")));
            offset = static_cast<std::size_t>(line.data() - text.data()) + line.size();
            if (is_import || support::trim(line).starts_with("} from "))
                after = std::min(offset + 1, text.size());
        }
        if (!is_imported)
            file.edits.push_back({ { after, after }, import });
        file.edits.push_back({ { text.size(), text.size() }, (text.empty() || text.ends_with('\n') ? "" : "\n") + cases });
    } else {
        file.is_new = true;
        if (habits.imports_globals)
            file.content = fmt::format("import {{ describe, {} }} from {}{}{}{}\n", habits.test_word, habits.quote,
                is_vitest ? "vitest" : "@jest/globals", habits.quote, habits.semicolon);
        file.content += import + cases;
    }
    if (how == Export::none && context.unit.unreachable.empty())
        scaffold.notes.push_back(fmt::format("{} is not exported by its file, so no test can reach it yet.", code(name)));
    scaffold.files.push_back(std::move(file));
    return scaffold;
}

Scaffold write_jest(TestContext const& context) { return write(context, false); }
Scaffold write_vitest(TestContext const& context) { return write(context, true); }

}

Framework const jest { "Jest", "javascript typescript tsx ", &jest_evidence, &patterns, &write_jest };
Framework const vitest { "Vitest", "javascript typescript tsx ", &vitest_evidence, &patterns, &write_vitest };

}
