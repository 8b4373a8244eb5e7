#include "builtin/explain.h"

#include "builtin/control_flow.h"
#include "builtin/functions.h"
#include "builtin/listings.h"
#include "builtin/metrics.h"
#include "builtin/phrase.h"
#include "builtin/remarks.h"
#include "builtin/side_effects.h"

#include <algorithm>
#include <fmt/core.h>

namespace countersign::builtin {

namespace {

constexpr std::size_t shown_callers = 12;
constexpr std::size_t shown_callees = 12;
constexpr std::size_t looked_up_callees = 8;

std::string parameters_text(std::vector<Parameter> const& parameters)
{
    std::string text;
    for (Parameter const& parameter : parameters) {
        text += fmt::format("- {}", parameter.name.empty() ? std::string("(no name)") : code(parameter.name));
        if (!parameter.type.empty())
            text += fmt::format(", type {}", code(parameter.type));
        if (!parameter.default_value.empty())
            text += fmt::format(", {} if it is left out", code(parameter.default_value));
        if (parameter.is_optional)
            text += ", may be left out";
        if (parameter.is_variadic)
            text += ", takes what is left";
        if (parameter.is_receiver)
            text += ", the object itself";
        else if (parameter.is_mutable_reference)
            text += ", can be changed for the caller";
        text += "\n";
    }
    return text;
}

/// C's and C++'s files call each other, and JavaScript's and TypeScript's do; a name in another language is another name.
std::string_view family_of(std::string_view path)
{
    syntax::Language const* const language = syntax::find_language(path, {}, {});
    std::string_view const name = language ? std::string_view(language->name) : std::string_view();
    if (name == "c")
        return "cpp";
    return name == "typescript" || name == "tsx" ? "javascript" : name;
}

/// Without what other languages' files say, and without a second call on the same line.
References of_its_language(References references, std::string_view path)
{
    std::erase_if(references.rows, [&](Reference const& row) { return family_of(row.path) != family_of(path); });
    auto const again = [](Reference const& a, Reference const& b) {
        return a.path == b.path && a.line == b.line && a.role == b.role && a.role == Role::call;
    };
    references.rows.erase(std::unique(references.rows.begin(), references.rows.end(), again), references.rows.end());
    return references;
}

/// Whether the line defines something that can be called: an import or a parameter of the name is not what a call means.
bool defines_callable(std::string_view line, std::string_view name)
{
    for (std::size_t at = line.find(name); at != std::string_view::npos; at = line.find(name, at + 1)) {
        std::string_view const before = line.substr(0, at), after = support::trim(line.substr(at + name.size()));
        if (!before.empty() && is_identifier_byte(before.back()))
            continue;
        bool const is_word =
            after.empty() || !is_identifier_byte(line[std::min(at + name.size(), line.size() - 1)]) || at + name.size() == line.size();
        for (std::string_view const keyword : { "def ", "function ", "class ", "struct ", "enum ", "record ", "func ", "fn ", "type ",
                 "macro_rules! ", "interface ", "union " }) {
            if (is_word && before.ends_with(keyword))
                return true;
        }
        bool const is_import = before.find("import") != std::string_view::npos || before.find("#include") != std::string_view::npos;
        if (is_word && !is_import
            && (after.starts_with('(') || after.starts_with('<') || after.find("=>") != std::string_view::npos
                || after.find("function") != std::string_view::npos))
            return true;
    }
    return false;
}

std::string callers_text(References const& references, std::string_view name)
{
    std::string text;
    std::size_t count = 0, uses = 0;
    for (Reference const& reference : references.rows) {
        uses += reference.role == Role::use ? 1 : 0;
        if (reference.role != Role::call)
            continue;
        if (++count > shown_callers)
            continue;
        bool const is_top = reference.enclosing == "top level";
        text += fmt::format("- {}: {}\n",
            is_top ? link(reference.path, reference.path, reference.line) : link(reference.enclosing, reference.path, reference.line),
            code(reference.text, 90));
    }
    if (count > shown_callers)
        text += fmt::format("- and {} more.\n", count - shown_callers);
    if (count == 0)
        text = fmt::format("No call of {} was found in the workspace.\n", code(name));
    if (uses > 0)
        text += fmt::format("\nIt is also named without a call in {}.\n", support::count_of(uses, "place"));
    if (!references.is_complete)
        text += "\nThe search for references was cut short, so there may be more.\n";
    return text + "\nReferences go by spelling: another symbol of the same name is listed too.\n";
}

/// Lines in this file that define something, by name.
std::optional<std::size_t> defined_here(Source const& source, std::vector<syntax::Symbol> const& symbols, std::string_view name)
{
    for (syntax::Symbol const& symbol : symbols) {
        if (last_component(symbol.name) == last_component(name) && symbol.is_callable())
            return source.line_of(symbol.name_range.begin);
    }
    return std::nullopt;
}

/// Callees with links to what defines them; nothing while a lookup is to come.
std::optional<std::string> callees_text(Conversation& conversation, Source const& source, std::vector<Callee> const& callees)
{
    auto const symbols = syntax::outline(*source.tree);
    std::string text;
    std::size_t shown = 0, looked_up = 0;
    for (Callee const& callee : callees) {
        if (++shown > shown_callees) {
            text += fmt::format("- and {} more.\n", callees.size() - shown_callees);
            break;
        }
        if (auto const line = defined_here(source, symbols, callee.name)) {
            text += fmt::format("- {}, first in line {}\n", link(callee.name, source.path, *line), callee.line);
            continue;
        }
        std::string entry = fmt::format("- {}, first in line {}\n", code(callee.name), callee.line);
        bool const is_library = callee.name.starts_with("std::") || last_component(callee.name).empty();
        if (!is_library && looked_up < looked_up_callees) {
            ++looked_up;
            if (auto const found = find_references(conversation, last_component(callee.name))) {
                auto const definition = std::find_if(found->rows.begin(), found->rows.end(), [&](Reference const& row) {
                    return row.role == Role::definition && family_of(row.path) == family_of(source.path)
                        && defines_callable(row.text, last_component(callee.name));
                });
                if (definition != found->rows.end())
                    entry = fmt::format("- {}, first in line {}\n", link(callee.name, definition->path, definition->line), callee.line);
            }
        }
        text += entry;
    }
    if (conversation.is_waiting())
        return std::nullopt;
    return text;
}

std::string metrics_text(Metrics const& metrics, std::size_t parameter_count)
{
    return fmt::format(
        "| measure | value |\n|---|---|\n| cyclomatic complexity | {} |\n| cognitive complexity | {} |\n| deepest nesting | {} |\n"
        "| length | {} |\n| parameters | {} |\n",
        metrics.cyclomatic, metrics.cognitive, metrics.deepest, support::count_of(metrics.lines, "line"), parameter_count);
}

std::string remarks_text(Source const& source, ByteRange range)
{
    std::string text;
    for (Remark const& remark : open_remarks(source, range))
        text += fmt::format("- {}: {}\n", link(fmt::format("line {}", remark.line), source.path, remark.line), code(remark.text, 120));
    return text.empty() ? text : "\n## Left to do\n\n" + text;
}

std::string heading(Source const& source, syntax::Symbol const& symbol)
{
    std::string where = symbol.container.empty() ? std::string() : fmt::format(" of {}", code(symbol.container));
    std::size_t const line = source.line_of(symbol.range.begin);
    return fmt::format("# {}\n\n{}\n\n{} is a {}{} in {}, lines {} to {}.\n", code(symbol.name), built_in_note, code(symbol.name),
        syntax::to_string(symbol.kind), where, link(source.path, source.path, line), line,
        source.line_of(symbol.range.end > symbol.range.begin ? symbol.range.end - 1 : symbol.range.end));
}

/// A class, an enum, a constant: what is in it.
std::string members_text(Source const& source, syntax::Symbol const& symbol, Vocabulary const& vocabulary)
{
    std::string text;
    for (syntax::Symbol const& member : syntax::outline(*source.tree)) {
        if (member.depth != symbol.depth + 1 || !symbol.range.contains(member.range))
            continue;
        text +=
            fmt::format("- {} {}", syntax::to_string(member.kind), link(member.name, source.path, source.line_of(member.name_range.begin)));
        if (member.is_callable()) {
            text += fmt::format(": {}", code(syntax::signature(*source.tree, member), 100));
            if (member.body.size() > 0)
                text +=
                    fmt::format(" ({})", to_string(measure(function_node(*source.tree, member), member.name, vocabulary, *source.text)));
        }
        text += "\n";
    }
    return text.empty() ? text : "\n## Members\n\n" + text;
}

}

std::optional<std::string> explain_symbol(Conversation& conversation, Source const& source, syntax::Symbol const& symbol)
{
    Vocabulary const vocabulary(*source.language);
    std::string_view const text = *source.text;
    auto const references = find_references(conversation, last_component(symbol.name));
    syntax::Node const function = function_node(*source.tree, symbol);
    bool const is_function = symbol.is_callable();
    std::vector<Callee> const callees = is_function ? callees_of(body_node(*source.tree, symbol), vocabulary, text) : std::vector<Callee>();
    auto const callees_found = callees_text(conversation, source, callees);
    if (!references || !callees_found)
        return std::nullopt;

    References const used = of_its_language(*references, source.path);
    std::string out = heading(source, symbol);
    if (std::string const doc = doc_comment(source, symbol, vocabulary); !doc.empty())
        out += fmt::format("\nIts comment says: {}\n", support::escape_for_display(one_line(doc, 600)));
    out += fmt::format("\n```{}\n{}\n```\n", source.language->name, syntax::signature(*source.tree, symbol));
    if (!is_function)
        return out + members_text(source, symbol, vocabulary) + "\n## Used by\n\n" + callers_text(used, symbol.name)
            + remarks_text(source, symbol.range);

    std::vector<Parameter> const parameters = parameters_of(function, vocabulary, text);
    if (!parameters.empty())
        out += "\n## Parameters\n\n" + parameters_text(parameters);
    std::string const steps = to_markdown(steps_of(body_node(*source.tree, symbol), vocabulary, text));
    out += "\n## What it does\n\n" + (steps.empty() ? "Nothing: its body is empty, or it is only declared here.\n" : steps);
    out += "\n## Called by\n\n" + callers_text(used, symbol.name);
    if (!callees.empty())
        out += "\n## Calls\n\n" + *callees_found;
    auto const effects = side_effects(*source.tree, function, parameters, vocabulary);
    out += "\n## Side effects\n\n";
    for (std::string const& effect : effects)
        out += fmt::format("- {}\n", effect);
    if (!effects.empty() && !callees.empty())
        out += "\nThat is what its own text shows; what it calls may have more.\n";
    if (effects.empty())
        out += "None can be seen in its own text; what it calls may have some.\n";
    out += "\n## Size and complexity\n\n" + metrics_text(measure(function, symbol.name, vocabulary, text), parameters.size());
    return out + remarks_text(source, symbol.range);
}

}
